"""A call comes in, the shift changes, a colleague closes it; and the numbers to dial, without script and net."""

import re

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.conftest import PHONE
from tests.factories import add_resident, tiny_city, user_with_role
from tests.journeys.backstage import signed_in, visitor
from tests.journeys.screens import DutyScreen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_call_comes_in_the_shift_changes_and_a_colleague_closes_it(browser: Browser, live_server: LiveServer) -> None:
    city, site = tiny_city(), live_server.url
    community = city.communities[0]
    add_resident(city, name="王小明", phone="13911112222")
    li = user_with_role("community_desk", community, name="李值班")
    zhou = user_with_role("community_desk", community, name="周值班")
    going, coming = signed_in(browser, site, li), signed_in(browser, site, zhou)
    evening, night = DutyScreen(going.new_page(), site), DutyScreen(coming.new_page(), site)

    evening.opens_the_log()
    evening.presses("n")
    evening.answers(caller="女儿 13900008888", about="王小明 1栋1单元502", need="母亲说胸痛")
    evening.sees_to_dial("120")  # while typing, before anything is sent
    evening.notes_it("Today")
    evening.sees_to_dial("120")
    evening.is_told("Open, and yours")
    evening.is_told("Confirm nothing about anybody to a caller")
    evening.has_the_known_number_shown("139****2222", "13911112222")
    evening.has_called_back()
    evening.is_told("李值班 called the known number, and it was confirmed")

    evening.opens_the_log()
    evening.presses("h")
    evening.hands_over("My 1 open entry", "周值班")
    evening.is_told("1 open entry waits for 周值班")

    night.opens_the_log()
    night.is_told("李值班 hands 1 open entry over to you")
    night.presses("t")
    night.is_told("You have taken over 1 entry.")
    night.presses("o")
    night.is_told("周值班 took it over from 李值班 at a shift change")
    night.closes_with("120 已接走，家属陪同")
    night.is_told("The entry is closed.")
    night.is_told("Nothing is open")

    evening.opens_the_log()
    evening.is_told(re.compile("0 entries are open"))
    going.close()
    coming.close()


def test_the_numbers_open_without_script_and_without_the_net(browser: Browser, live_server: LiveServer) -> None:
    tiny_city()
    context = visitor(browser, size=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url)
    context.set_offline(True)
    dial = page.locator("#sos .dial a")
    expect(dial.first).to_be_hidden()
    page.locator("a.sos").click()
    for link, number in zip(dial.all(), ("120", "119", "110"), strict=True):
        expect(link).to_be_in_viewport(ratio=1)
        expect(link).to_have_attribute("href", f"tel:{number}")
    expect(page.get_by_role("heading", level=1)).to_be_hidden()  # nothing else is there to press
    page.get_by_role("link", name="Back to the page").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    context.close()


def test_five_entries_of_the_navigation_fit_a_phone_and_the_current_one_is_seen(
    browser: Browser, live_server: LiveServer
) -> None:
    city = tiny_city()
    desk = user_with_role("community_desk", city.communities[0])
    context = signed_in(browser, live_server.url, desk)
    page = context.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(live_server.url)
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    for name in ("Map", "Duty log", "Sweeps", "Ledger", "Sign-ups"):
        expect(links.filter(has_text=name)).to_be_in_viewport(ratio=1)
    for name in [link.inner_text() for link in links.all()]:  # also those that have to be scrolled to
        links.filter(has_text=name).click()
        expect(page.locator(".bar nav [aria-current]")).to_have_text(name)
        expect(page.locator(".bar nav [aria-current]")).to_be_in_viewport(ratio=0.98)  # scrolled by whole pixels
    expect(page.locator("a.sos")).to_be_in_viewport(ratio=1)
    context.close()
