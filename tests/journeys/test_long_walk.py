"""A grid worker on their way through a long list: what comes meanwhile leaves them where they are."""

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.places.models import Dwelling, Place
from tests.conftest import PHONE
from tests.factories import TinyCity, add_resident, sign_in, tiny_city, user_with_role
from tests.journeys.backstage import visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PIN = "482917"


def doors_in(city: TinyCity, many: int) -> None:
    house = city.buildings[0]
    for number in range(many):
        place = Place.objects.create(kind=Place.Kind.DWELLING, physical_parent=house.place)
        Dwelling.objects.create(place=place, building=house, unit=2, floor=1 + number // 10, door=f"{1000 + number}")


def exchanges(page: Page) -> None:
    """Let the app send and fetch, and draw what it has, as it does by itself every quarter of a minute."""
    with page.expect_response("**/field/api/roster*"):
        page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function("() => !('asking' in document.documentElement.dataset)")


def test_the_list_stays_where_it_was_read_when_news_come(browser: Browser, live_server: LiveServer) -> None:
    city = tiny_city()
    doors_in(city, 200)
    worker = user_with_role("grid_worker", city.micro_grids[0], name="Li Min")
    context = visitor(browser, live_server.url, size=PHONE, cookies={"sessionid": sign_in(Client(), worker)})
    page = context.new_page()
    page.goto(f"{live_server.url}/field/")
    page.locator("html[data-ready]").wait_for()
    page.locator("#again").fill(PIN)
    page.locator("#pin").fill(PIN)
    page.get_by_role("button", name="Get my doors").click()
    page.locator(".field-rows li").first.wait_for()
    exchanges(page)
    page.evaluate("scrollTo(0, 8000)")
    far = page.locator('.field-rows li[aria-posinset="100"]')
    expect(far).to_be_in_viewport()
    far.evaluate("row => { row.dataset.stood = '' }")
    exchanges(page)
    expect(far).to_have_attribute("data-stood", "")  # without news nothing is drawn anew
    add_resident(city, name="王小明", phone="", building=0, door="2000")
    exchanges(page)
    expect(page.locator("h1")).to_have_text("Doors still to visit: 201")
    expect(far).not_to_have_attribute("data-stood", "")
    expect(far).to_be_in_viewport()
    assert page.evaluate("scrollY") == 8000
    context.close()
