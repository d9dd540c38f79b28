"""The app of a grid worker in the oldest browsers: a PIN, the doors, a door written down in a cellar, and sent."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from wsgiref.types import StartResponse

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from pytest_django.live_server_helper import LiveServer

from linli.access.models import User
from linli.duty.models import Service
from linli.ledger.models import Finding
from linli.web.field.words import WORDS
from tests.conftest import PHONE
from tests.duty.served import placed
from tests.factories import TinyCity, sign_in
from tests.journeys.looks import STICKING_OUT
from tests.journeys.test_oldest_browsers import LOOK, becomes
from tests.journeys.worker import PIN, balance, doors_in, swept
from tests.web.engines_browser import OldBrowser, old_browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WRONG = "719384"
DIST = Path(__file__).parents[2] / "src" / "linli" / "web" / "static" / "dist"
# Newer than Chromium 92 or iOS 15.4. A build lowers what is written, not what is called: the browser has it or not.
TOO_NEW = re.compile(
    r"""\b(structuredClone|hasOwn|findLast(Index)?|to(Sorted|Reversed|Spliced)|groupBy|fromAsync|withResolvers)\(
    |\b(canParse|isWellFormed|checkVisibility|showPopover|startViewTransition|showPicker|requestIdleCallback)\(
    |\bAbortSignal\.(any|timeout)\(|\bthrowIfAborted\(|\b(OffscreenCanvas|URLPattern|CompressionStream)\b
    |\bIntl\.(Segmenter|DurationFormat)\b|\bnew\ CSSStyleSheet\(|\b(userAgentData|cookieStore|getDirectory)\b
    |\bscheduler\.|\(\?<[=!]|\bstatic\s*\{""",
    re.VERBOSE,
)
STYLE_TOO_NEW = re.compile(
    r":has\(|@(container|scope|starting-style|layer|property)\b|color-mix\(|oklch\(|\d[dsl]v[hw]\b"
)
READY = "document.documentElement.dataset.ready === ''"


@dataclass
class OldPhone:
    """An old phone in the worker's hand."""

    browser: OldBrowser
    site: str
    language: str

    def opens_the_app(self) -> None:
        """Anew, as after the tab was closed."""
        self.browser.show("about:blank", width=PHONE["width"], height=PHONE["height"])
        self.browser.show(f"{self.site}/field/", width=PHONE["width"], height=PHONE["height"])
        self.browser.until(READY)
        self.looks_right()

    def waits_for(self, what: str) -> None:
        self.browser.until(f"document.querySelector({json.dumps(what)}) !== null")

    def types(self, **values: str) -> None:
        """Fill in fields by their id, and press the screen's one button."""
        for name, value in values.items():
            self.waits_for(f"#{name}")
            self.browser.value(f"document.querySelector('#{name}').value = {json.dumps(value)}")
        self.presses("main .btn-primary")

    def presses(self, what: str) -> None:
        self.waits_for(what)
        self.browser.value(f"document.querySelector({json.dumps(what)}).click()")

    def goes_to(self, place: str) -> None:
        """To another screen of the app, until it is drawn: the app listens first."""
        self.browser.value("addEventListener('hashchange', () => { window.moved = true }, { once: true })")
        self.browser.value(f"window.moved = false; location.hash = {json.dumps(place)}")
        self.browser.until("window.moved")

    def looks_through(self, *places: str) -> None:
        for place in places:
            self.goes_to(place)
            self.looks_right()

    def sees_the_doors(self) -> None:
        """Each open door has its row."""
        self.waits_for(".field-row")
        self.looks_right()

    def records(self, door: int, result: str) -> None:
        self.looks_through(f"#/door/{door}")
        self.presses(f'[name="result"][value="{result}"]')
        self.presses("main .actions .btn-primary")
        self.browser.until(f"location.hash !== '#/door/{door}'")

    def reads(self, key: str, **facts: object) -> None:
        """A sentence of the app in the language of the phone."""
        with translation.override(self.language):
            words = gettext(WORDS[key]).format(**facts)
        self.browser.until(f"document.body.innerText.includes({json.dumps(words)})")

    def looks_right(self) -> None:
        assert self.browser.value(LOOK) == []
        assert self.browser.value(f"({STICKING_OUT})()") == []


@contextmanager
def in_a_cellar(server: LiveServer) -> Iterator[None]:
    """Nothing answers but a gateway that reaches nobody: the engines do not take a service worker off the net."""

    def nobody(environ: dict[str, object], start_response: StartResponse) -> list[bytes]:
        start_response("504 Gateway Timeout", [("Content-Length", "0")])
        return []

    behind = server.thread.httpd
    app = behind.get_app()
    behind.set_app(nobody)
    try:
        yield
    finally:
        behind.set_app(app)


@pytest.mark.parametrize("major", [103, 92])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_door_written_down_in_a_cellar_arrives_from_the_oldest_browsers(
    live_server: LiveServer, city: TinyCity, worker: User, major: int, language: str
) -> None:
    doors, sweep = doors_in(city, 3), swept(city)
    with old_browser(major) as browser:
        phone = OldPhone(browser, live_server.url, language)
        becomes(browser, phone.site, {"django_language": language, "sessionid": sign_in(Client(), worker)})
        phone.opens_the_app()
        phone.reads("get_doors_of", name="Li Min")
        phone.types(pin=PIN, again=PIN)
        phone.sees_the_doors()
        phone.reads("doors_to_go", n=3)
        browser.until("navigator.serviceWorker.controller !== null")
        assert browser.complaints == []

        with in_a_cellar(live_server):
            phone.records(doors[0], "answered")
            phone.reads("unsent", n=1)
            phone.opens_the_app()
            phone.types(pin=WRONG)
            phone.reads("pin_wrong", n=4)
            phone.types(pin=PIN)
            phone.sees_the_doors()
            phone.reads("doors_to_go", n=2)
            phone.reads("offline")
            phone.records(doors[1], "vacant")
            phone.reads("unsent", n=2)
            phone.goes_to("#/tray")
            phone.reads("nothing_to_decide")
            phone.looks_through("#/last", "#/new-door", "#/more", f"#/door/{doors[0]}")
            phone.looks_through(browser.value("document.querySelector('a[href^=\"#/move/\"]').hash"))
            assert not Finding.objects.exists()

        phone.goes_to("#/more")
        phone.presses("main .content > .btn")
        phone.reads("all_sent")
    found = dict(Finding.objects.values_list("dwelling_id", "result"))
    assert found == {doors[0]: "answered", doors[1]: "vacant"}
    assert balance(sweep, city) == [1, 1, 0, 0, 1]


@pytest.mark.parametrize("major", [103, 92])
def test_somebody_starts_duty_in_a_cellar_in_the_oldest_browsers(
    live_server: LiveServer, city: TinyCity, leader: User, major: int
) -> None:
    person = placed(city)
    with old_browser(major) as browser:
        phone = OldPhone(browser, live_server.url, "zh-hans")
        becomes(browser, phone.site, {"django_language": "zh-hans", "sessionid": sign_in(Client(), leader)})
        phone.opens_the_app()
        phone.reads("get_doors_of_crew", name="Tang Li")
        phone.types(pin=PIN, again=PIN)
        phone.reads("crew_on_duty", n=0, all=1)
        phone.looks_right()
        browser.until("navigator.serviceWorker.controller !== null")
        assert browser.complaints == []
        with in_a_cellar(live_server):
            phone.presses(".field-led button")
            phone.reads("unsent", n=1)
            phone.reads("crew_on_duty", n=1, all=1)
            browser.until("document.querySelector('[aria-disabled]') === null")  # a finger may have come down twice
            phone.looks_right()
            phone.looks_through("#/last", "#/more")
        phone.presses("main .content > .btn")
        phone.reads("all_sent")
    assert Service.objects.get().person_id == person.pk


def test_a_browser_that_is_too_old_for_the_app_leads_to_pages_that_work(
    live_server: LiveServer, city: TinyCity, worker: User
) -> None:
    doors_in(city, 3)
    swept(city)
    with old_browser(92) as browser:
        becomes(browser, live_server.url, {"django_language": "en", "sessionid": sign_in(Client(), worker)})
        # As before Chromium 92 and iOS 15.4, and as without https.
        older = "delete Crypto.prototype.randomUUID; delete Crypto.prototype.subtle"
        browser.ask("Page.addScriptToEvaluateOnNewDocument", source=older)
        browser.show(f"{live_server.url}/field/", width=PHONE["width"], height=PHONE["height"])
        browser.until("getComputedStyle(document.querySelector('.field-late')).visibility === 'visible'")
        assert browser.value("document.documentElement.dataset.ready") is None
        assert browser.value(LOOK) == []
        words = browser.value("document.querySelector('main').innerText")
        assert "this browser is too old for the app" in words
        assert "说明这个浏览器太旧" in words
        for page in ("my_doors", "worklist"):
            links = f".field-late a[href='{reverse(page)}']"
            assert browser.value(f"document.querySelectorAll({json.dumps(links)}).length") == 2
        browser.value("document.querySelector('.field-late .btn-primary').click()")
        browser.until("location.pathname !== '/field/' && document.readyState === 'complete'")
        assert browser.value(LOOK) == []
        assert browser.value("document.querySelector('main').innerText.includes('青松')")


def test_the_app_uses_nothing_newer_than_the_oldest_browsers() -> None:
    scripts = [f"{part}{kind}" for part in ("field", "taps") for kind in (".js", "-worker.js")]
    text = {name: (DIST / name).read_text(encoding="utf-8") for name in (*scripts, "field.css")}
    assert [found.group() for name in scripts for found in TOO_NEW.finditer(text[name])] == []
    assert [found.group() for found in STYLE_TOO_NEW.finditer(text["field.css"])] == []
