"""A volunteer on a new phone: a code that is sent, and the old phone signed out. A neighbour: a code on paper."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.muster.models import SignUp
from tests.common.test_post import KEY, gateway
from tests.conftest import PHONE
from tests.factories import TinyCity, add_claim, add_resident, tiny_city, user_with_role
from tests.journeys.backstage import let_the_worker_work, signed_in, visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NUMBER = "13800001234"


@dataclass(frozen=True, slots=True)
class PhoneScreen:
    """Somebody on a phone, coming in by a code."""

    page: Page
    site: str

    def asks_for_a_code(self, number: str) -> None:
        self.page.goto(self.site)
        self.page.get_by_role("link", name=re.compile("Sign in with a code")).click()
        self.page.get_by_label("Your mobile number").fill(number)
        self.page.get_by_role("button", name="Send me a code").click()

    def types(self, code: str) -> None:
        self.page.get_by_label("The six digits").fill(code)
        self.page.get_by_role("button", name="Go on").click()

    def says_they_are(self, masked: str) -> None:
        self.page.get_by_role("button", name=f"I am {masked}").click()

    def signs_the_other_phone_out(self) -> None:
        self.page.get_by_role("link", name="My phones").click()
        self.page.get_by_role("button", name="Sign that phone out").click()

    def says_yes_to(self, address: str) -> None:
        self.page.goto(address)
        self.page.get_by_role("button", name=re.compile("^Yes")).click()

    def is_told(self, sentence: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main")).to_contain_text(sentence)


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


@pytest.fixture
def sent(settings: Settings) -> Iterator[list[str]]:
    """What a gateway has taken, as texts."""
    with gateway() as (url, got):
        settings.ENV = replace(settings.ENV, sms=f"{url}/send", sms_key=KEY, smtp=None)
        yield got  # type: ignore[misc]


def phone(browser: Browser, site: str, cookies: dict[str, str] | None = None) -> PhoneScreen:
    return PhoneScreen(visitor(browser, site, size=PHONE, cookies=cookies).new_page(), site)


def signed_up(city: TinyCity) -> tuple[SignUp, str]:
    """Somebody who signed up, and the secret of the phone they did it on."""
    claim = add_claim(city, name="王小明", phone=NUMBER)
    return claim, start_device_session(claim.pk, kind="iphone", at=now())[1]


def test_a_volunteer_comes_in_on_a_new_phone_and_signs_the_lost_one_out(
    browser: Browser, live_server: LiveServer, city: TinyCity, sent: list[tuple[object, object, bytes]]
) -> None:
    claim, secret = signed_up(city)
    lost = phone(browser, live_server.url, {DEVICE_COOKIE: secret})
    own = f"{live_server.url}/claim/{claim.pk}/"
    lost.page.goto(own)
    lost.is_told(claim.number)

    mine = phone(browser, live_server.url)
    mine.asks_for_a_code("138 0000 1234")
    mine.is_told("138****1234")
    let_the_worker_work()
    ((_, _, body),) = sent
    found = re.search(r"\d{6}", json.loads(body)["text"])
    assert found is not None
    mine.types("12345")
    mine.is_told("Tries left: 4")
    mine.types(found[0])
    mine.says_they_are("王*明")
    mine.is_told(claim.number)

    mine.signs_the_other_phone_out()
    mine.is_told("That phone is signed out.")
    lost.page.goto(own)
    lost.is_told("There is nothing here, or it is not yours to see.")
    assert TrailEntry.objects.filter(kind="device.ended").count() == 1


def test_a_neighbour_at_the_desk_gets_a_code_on_paper_that_opens_once(
    browser: Browser, live_server: LiveServer, city: TinyCity
) -> None:
    add_resident(city, name="赵兰", phone="")
    desk = signed_in(browser, live_server.url, user_with_role("community_desk", city.communities[0])).new_page()
    desk.goto(f"{live_server.url}/desk/{city.communities[0].pk}/sign-ups/")
    desk.get_by_role("link", name="Sign-in codes").click()
    desk.get_by_label("Full name or phone number").fill("赵兰")
    desk.get_by_role("button", name="Find").click()
    desk.get_by_role("button", name=re.compile("Print a code for 赵")).click()
    code = desk.locator(".poster-way").inner_text().replace("-", "")

    neighbour = phone(browser, live_server.url)
    neighbour.says_yes_to(f"{live_server.url}/code/paper/{code}/")
    neighbour.is_told("赵** is signed in on 1 phone")
    another = phone(browser, live_server.url)
    another.page.goto(f"{live_server.url}/code/paper/{code}/")
    another.is_told("This code is wrong, was used or is older than ten minutes.")
