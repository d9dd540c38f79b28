"""Somebody at a page in Chinese: what they press and what they read, on a phone or at a desk."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.test import Client
from django.utils.timezone import localtime
from playwright.sync_api import Browser, Locator, Page, expect

from linli.access.models import User
from tests.conftest import DESK, PHONE
from tests.factories import sign_in
from tests.journeys.backstage import visitor

Words = str | re.Pattern[str]


def at_hour(at: datetime, hours: int) -> str:
    """A moment so many hours from another, as the picker of a page takes it."""
    return f"{localtime(at + timedelta(hours=hours)):%Y-%m-%dT%H:%M}"


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person in front of a browser. Only the first page is opened by its address."""

    page: Page
    site: str

    def comes(self) -> None:
        """Open the first page."""
        self.page.goto(self.site)

    def follows(self, words: Words, *, exact: bool = True) -> None:
        """Press a link of the page."""
        name = {"name": words} if isinstance(words, re.Pattern) else {"name": words, "exact": exact}
        self.page.get_by_role("link", **name).first.click()  # type: ignore[arg-type]

    def presses(self, words: Words) -> None:
        """Press a button."""
        name = {"name": words} if isinstance(words, re.Pattern) else {"name": words, "exact": True}
        self.page.get_by_role("button", **name).first.click()  # type: ignore[arg-type]

    def unfolds(self, words: Words) -> None:
        """Open what is folded."""
        self.page.locator("summary").filter(has_text=words).first.click()

    def fills(self, **said: str) -> None:
        """Fill fields by their names."""
        for name, value in said.items():
            self.page.locator(f'main [name="{name}"]').first.fill(value)

    def ticks(self, words: Words) -> None:
        """Tick or choose what a label says."""
        self.page.get_by_label(words).first.check()

    def chooses(self, words: Words, choice: Words) -> None:
        """Choose an option by what it says, as somebody would who reads the list."""
        options: Locator = self.page.get_by_label(words).first
        found = [each for each in options.locator("option").all_inner_texts() if re.search(choice, each)]
        assert found, options.inner_text()
        options.select_option(label=found[0])

    def downloads(self, button: str) -> bytes:
        """Press what gives a file."""
        with self.page.expect_download() as waited:
            self.presses(button)
        return Path(waited.value.path()).read_bytes()

    def reads(self, *words: Words) -> None:
        """See this on the page; some of it is a job's work, which the page waits for by itself."""
        for each in words:
            expect(self.page.locator("main")).to_contain_text(each, timeout=20_000)

    def figures(self) -> dict[str, int]:
        """Every figure of a briefing by its name."""
        expect(self.page.locator(".figures .figure").first).to_be_visible()
        rows = [each.inner_text() for each in self.page.locator(".figures .figure").all()]
        return {row.split("\n")[0]: int(row.split("\n")[1].replace(",", "").split()[0]) for row in rows}

    def reads_on_top(self, words: Words) -> None:
        """See this in the sentence on top."""
        expect(self.page.locator("h1")).to_contain_text(words, timeout=20_000)

    def sees_nothing_of(self, *words: Words) -> None:
        """Nothing of this stands on the page."""
        for each in words:
            expect(self.page.locator("main")).not_to_contain_text(each)


def on_phone(
    browser: Browser, site: str, user: User | None = None, *, cookies: dict[str, str] | None = None
) -> Somebody:
    """Somebody with a phone: signed in with an account, with cookies of their own, or nobody known."""
    held = {"sessionid": sign_in(Client(), user)} if user is not None else cookies
    return Somebody(visitor(browser, site, size=PHONE, language="zh", cookies=held).new_page(), site)


def at_desk(browser: Browser, site: str, user: User) -> Somebody:
    """Somebody at a desk, signed in."""
    cookies = {"sessionid": sign_in(Client(), user)}
    return Somebody(visitor(browser, site, size=DESK, language="zh", cookies=cookies).new_page(), site)
