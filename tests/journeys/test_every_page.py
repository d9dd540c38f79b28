"""Every page, as it is met, in both languages, on a phone and at a desk, by day and by night, with the keyboard.

The pages come from the addresses themselves: a new one without a scene fails here.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer

from tests.conftest import DESK, PHONE
from tests.journeys import looks
from tests.journeys.backstage import visitor
from tests.journeys.scenes import ERRORS, NOT_PAGES, SCENES, Scene, page_names
from tests.journeys.world import World, build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("a_long_walk")]

NARROW = {"width": 320, "height": 640}  # 1280 at 400 %
ZOOMED = {"width": 640, "height": 400}  # 1280 x 800 at 200 %
TONGUES = {"zh-hans": "zh-Hans", "en": "en"}
ALL = (*SCENES, *ERRORS)
FIRST_HALF, SECOND_HALF = ALL[: len(ALL) // 2], ALL[len(ALL) // 2 :]


def test_every_address_has_a_scene_or_a_reason_to_have_none() -> None:
    names, shown = set(page_names()), {scene.view for scene in SCENES}
    assert names - shown - set(NOT_PAGES) == set(), "give it a scene in tests/journeys/scenes.py"
    assert (shown | set(NOT_PAGES)) - names == set(), "there is no such address"


class Visits:
    """Opens scenes one after another, each person in a browser of their own."""

    def __init__(self, browser: Browser, site: str, world: World, language: str) -> None:
        self._browser, self._site, self._world, self._language = browser, site, world, language
        self._open: dict[str, BrowserContext] = {}
        self._pages: dict[str, Page] = {}
        self.complaints: list[str] = []

    def close(self) -> None:
        """Close every browser."""
        for each in self._open.values():
            each.close()

    def context(self, who: str) -> BrowserContext:
        """The browser of one person."""
        if who not in self._open:
            cookies = {"django_language": self._language, **self._world.cookies.get(who, {})}
            self._open[who] = visitor(
                self._browser, self._site, size=PHONE, language=self._language, cookies=cookies, reduced_motion="reduce"
            )
        return self._open[who]

    def page(self, who: str) -> Page:
        """Their one tab, empty and as wide as a phone, by day: whoever looks leaves it so.

        A new one for each page costs more than most pages.
        """
        if who not in self._pages:
            self._pages[who] = page = self.context(who).new_page()
            page.on("pageerror", lambda problem: self.complaints.append(f"a script broke: {problem}"))
            page.on("console", self._heard)
            page.set_default_timeout(10_000)
            page.set_default_navigation_timeout(30_000)
        return self._pages[who]

    @contextmanager
    def at(self, scene: Scene) -> Iterator[Page]:
        """The page of a scene; what its scripts complain about is kept."""
        page = self.page(scene.who)
        self.complaints = []
        reply = page.goto(self._site + scene.address(self._world))
        assert reply is not None
        if (reply.status, page.url.split("?")[0] == reply.url.split("?")[0]) != (scene.status, True):
            self.complaints.append(f"answered {reply.status} at {page.url}")
        if not scene.lands and page.url != self._site + scene.address(self._world):
            self.complaints.append(f"led to {page.url}")
        try:
            if scene.does is not None:
                scene.does(page)
        except PlaywrightError as problem:
            self.complaints.append(f"could not be done: {str(problem)[:200]}")
        yield page
        said, self.complaints = self.complaints, []  # what breaks off as one leaves is nobody's fault
        page.goto("about:blank")  # a page left open would go on asking for its figures
        self.complaints = said

    def _heard(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        if kind == "error" and "the server responded with a status of 4" not in text:
            self.complaints.append(f"the console says: {text}")


def faults(
    browser: Browser, site: str, language: str, look: Callable[[Page], list[str]], scenes: Sequence[Scene]
) -> dict[str, list[str]]:
    """What a look finds in each of some scenes, with what its scripts said."""
    visits, found = Visits(browser, site, build(), language), {}
    try:
        for scene in scenes:
            with visits.at(scene) as page:
                wrong = look(page)
            if wrong := [*visits.complaints, *wrong]:
                found[str(scene)] = sorted(set(wrong))
    finally:
        visits.close()
    return found


# What another width can change, and what another language can; the rest of axe's rules read neither.
OF_THE_LAYOUT = ("target-size", "scrollable-region-focusable")
OF_THE_WORDS = ("button-name", "document-title", "html-lang-valid", "image-alt", "label", "link-name", "valid-lang")


def looked_at(language: str) -> Callable[[Page], list[str]]:
    """By day and by night, as wide as a phone and as a desk, magnified and in large print, with the keyboard."""

    def look(page: Page) -> list[str]:
        first = language == "zh-hans"
        said = {
            "phone": [
                *page.evaluate(looks.FRAME, TONGUES[language]),
                *looks.overflow(page),
                *page.evaluate(looks.TOO_SMALL),
                *(looks.axe(page) if first else looks.axe(page, *OF_THE_WORDS)),
            ]
        }
        if first:
            page.emulate_media(color_scheme="dark")
            said["night"] = looks.axe(page, "color-contrast")
            page.emulate_media(color_scheme="light")
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        said["desk"] = [*looks.overflow(page), *looks.axe(page, *OF_THE_LAYOUT)]
        said |= magnified(page)
        if first:
            said["keyboard"] = looks.keyboard(page)
        return [f"{where}: {words}" for where, found in said.items() for words in found]

    return look


def magnified(page: Page) -> dict[str, list[str]]:
    """At 200 % and at 400 %, and in large print on a phone again: nothing is lost."""
    said = {}
    for name, size in (("200 %", ZOOMED), ("400 %", NARROW)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        said[name] = looks.overflow(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.evaluate("document.documentElement.toggleAttribute('data-large', true)")
    said["large print"] = looks.overflow(page)
    page.evaluate("document.documentElement.toggleAttribute('data-large', false)")
    return said


def test_every_page_can_be_read_and_used(browser: Browser, live_server: LiveServer) -> None:
    """In Chinese, the first half; the others stand in files of their own, so that processes share the walk evenly."""
    assert faults(browser, live_server.url, "zh-hans", looked_at("zh-hans"), FIRST_HALF) == {}
