"""A grid worker's own phone: opened by the desk's QR and a PIN, locked when it lies unused, lost after five wrong PINs,
and ended by the desk."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.access import phones
from linli.access.callers import PIN_LASTS
from linli.access.models import DeviceSession, User
from linli.common.clock import now
from linli.custody.models import TrailEntry
from tests.conftest import PHONE
from tests.factories import TinyCity, caller_for, tiny_city, user_with_role
from tests.journeys.backstage import let_time_pass, signed_in, visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PIN, WRONG = "482917", "719384"
OWN = "Grid worker · 青松第1网格微1"
AWAY = PIN_LASTS + timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk's browser."""

    page: Page
    site: str

    def shows_the_qr_for(self, name: str) -> str:
        """The address that the square holds; the letters below it are the same."""
        self.page.goto(f"{self.site}/accounts/phones/")
        self.page.get_by_role("button", name=f"Show the QR for a phone of {name}").click()
        expect(self.page.locator("h1")).to_contain_text(f"Hand this to {name} now")
        expect(self.page.locator(".poster-code svg")).to_be_visible()
        letters = self.page.locator(".poster-way").inner_text().replace("-", "")
        address = self.page.locator(".card-out a").get_attribute("href") or ""
        assert address.endswith(f"/sign-in/phone/{letters}/")
        return address

    def signs_out_the_phone_of(self, name: str) -> None:
        self.page.goto(f"{self.site}/accounts/phones/")
        self.page.get_by_role("link", name=name).click()
        self.page.get_by_role("button", name=re.compile("^Sign out: ")).click()
        expect(self.page.locator("main")).to_contain_text("1 phone is signed out.")


@dataclass(frozen=True, slots=True)
class WorkersPhone:
    """The worker's browser."""

    page: Page
    site: str

    def photographs(self, address: str) -> None:
        self.page.goto(address)

    def chooses(self, pin: str) -> None:
        self.page.get_by_label("Your new PIN").fill(pin)
        self.page.get_by_label("The same PIN again").fill(pin)
        self.page.get_by_role("button", name="Keep this PIN and go on").click()

    def types(self, pin: str) -> None:
        self.page.get_by_label("Your PIN").fill(pin)
        self.page.get_by_role("button", name="Go on").click()

    def goes_to(self, address: str) -> None:
        self.page.goto(self.site + address)

    def reads(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main")).to_contain_text(words)

    def does_not_read(self, words: str) -> None:
        expect(self.page.locator("main")).not_to_contain_text(words)


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


@pytest.fixture
def officer(city: TinyCity) -> User:
    return user_with_role("community_desk", city.communities[0])


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, officer: User) -> Desk:
    return Desk(signed_in(browser, live_server.url, officer).new_page(), live_server.url)


@pytest.fixture
def worker(city: TinyCity, officer: User) -> User:
    by, area = caller_for(officer), city.micro_grids[0].pk
    found = phones.make_worker("李敏", role="grid_worker", area=area, by=by, at=now()).user
    assert found is not None
    return found


def phone(browser: Browser, site: str) -> WorkersPhone:
    return WorkersPhone(visitor(browser, site, size=PHONE).new_page(), site)


def opened(browser: Browser, desk: Desk) -> WorkersPhone:
    """A phone of the worker's that the desk's QR has opened."""
    found = phone(browser, desk.site)
    found.photographs(desk.shows_the_qr_for("李敏"))
    found.chooses(PIN)
    found.reads(OWN)
    return found


def test_the_desk_shows_a_qr_and_the_worker_chooses_a_pin_that_opens_one_phone(
    browser: Browser, live_server: LiveServer, desk: Desk, worker: User
) -> None:
    address = desk.shows_the_qr_for("李敏")
    mine = phone(browser, live_server.url)
    mine.photographs(address)
    mine.reads("李敏, choose a PIN for this phone")
    mine.chooses("123456")
    mine.reads("These digits stand in a row")
    mine.chooses(PIN)
    mine.reads(OWN)
    another = phone(browser, live_server.url)
    another.photographs(address)
    another.reads("This code is wrong, was used or is older than ten minutes.")
    another.goes_to("/sign-in/pin/")
    another.reads("This phone is signed out")
    assert DeviceSession.objects.filter(user=worker).count() == 1


def test_a_phone_that_lies_unused_asks_for_the_pin_and_goes_on_where_one_was(
    browser: Browser, desk: Desk, worker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = opened(browser, desk)
    let_time_pass(monkeypatch, PIN_LASTS - timedelta(minutes=1))
    mine.goes_to("/")
    mine.reads(OWN)
    let_time_pass(monkeypatch, 2 * AWAY)
    mine.page.get_by_role("link", name="My phones").click()
    mine.reads("李敏, type your PIN")
    mine.does_not_read(OWN)
    mine.types(WRONG)
    mine.reads("This is not the PIN of this phone. Tries left: 4.")
    mine.types(PIN)
    expect(mine.page).to_have_url(f"{desk.site}/devices/")
    assert DeviceSession.objects.get(user=worker).tries == 0


def test_five_wrong_pins_sign_the_phone_out_and_a_new_qr_makes_it_new(
    browser: Browser, desk: Desk, worker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = opened(browser, desk)
    let_time_pass(monkeypatch, AWAY)
    mine.goes_to("/")
    for left in (4, 3, 2, 1):
        mine.types(WRONG)
        mine.reads(f"Tries left: {left}.")
    mine.types(WRONG)
    mine.reads("the PIN was wrong five times")
    mine.goes_to("/")
    mine.does_not_read(OWN)
    assert not TrailEntry.objects.filter(kind="phone.unlocked").exists()
    again = desk.shows_the_qr_for("李敏")
    mine.photographs(again)
    mine.chooses(WRONG)
    mine.reads(OWN)
    let_time_pass(monkeypatch, 2 * AWAY)
    mine.goes_to("/")
    mine.types(PIN)
    mine.reads("Tries left: 4.")
    mine.types(WRONG)
    mine.reads(OWN)


def test_the_desk_ends_a_phone_that_is_open_and_the_next_page_says_so(
    browser: Browser, desk: Desk, worker: User
) -> None:
    mine = opened(browser, desk)
    desk.signs_out_the_phone_of("李敏")
    mine.page.get_by_role("link", name="My phones").click()
    mine.reads("somebody ended it")
    mine.goes_to("/")
    mine.does_not_read(OWN)
    assert TrailEntry.objects.filter(kind="device.ended").count() == 1
