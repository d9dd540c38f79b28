"""A desk puts an estate on the map: by touching it, and by a list; and a page is copied out of WeChat."""

import re

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from linli.places.models import Area, Estate
from tests.conftest import DESK, PHONE
from tests.factories import LAT, LON, tiny_city, user_with_role
from tests.journeys.backstage import signed_in, visitor
from tests.web.test_in_app import INSIDE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OUTLINE = [[LON, LAT], [LON + 0.004, LAT], [LON + 0.004, LAT + 0.004], [LON, LAT + 0.004], [LON, LAT]]


def test_a_desk_touches_the_map_where_an_estate_stands_and_takes_it_back(
    browser: Browser, live_server: LiveServer
) -> None:
    city = tiny_city()
    Estate.objects.update(lon=None, lat=None)
    Area.objects.filter(pk=city.grids[0].pk).update(outline={"type": "Polygon", "coordinates": [OUTLINE]})
    estate = city.estates[0]
    page = signed_in(browser, live_server.url, user_with_role("community_desk", city.communities[0])).new_page()
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/points/{city.communities[0].pk}/")
    page.get_by_role("link", name=estate.name).first.click()
    expect(page.locator("[data-map][data-ready]")).to_be_visible()
    page.locator("[data-map] canvas").click()
    expect(page.locator("[name=point]")).to_have_value(re.compile(r"^30\.\d{6}, 104\.\d{6}$"))
    expect(page.locator("[name=system][value=wgs84]")).to_be_checked()
    page.get_by_role("button", name=f"Put {estate.name} there").click()
    expect(page.locator("h1")).to_contain_text("is on the map")
    estate.refresh_from_db()
    assert LON < (estate.lon or 0) < LON + 0.004
    page.get_by_role("button", name="Take this point back").click()
    expect(page.locator("h1")).to_contain_text("has no point on the map")


@pytest.mark.parametrize("app", INSIDE)
def test_inside_an_app_the_address_is_copied_without_the_clipboard_of_new_browsers(
    browser: Browser, live_server: LiveServer, app: str
) -> None:
    tiny_city()
    context = visitor(browser, live_server.url, size=PHONE, user_agent=INSIDE[app])
    page = context.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(f"{live_server.url}/open-in-browser/?next=/code/paper/")
    expect(page.locator("html")).to_have_attribute("data-script", "on")
    page.evaluate("document.addEventListener('copy', () => { window.copied = String(getSelection()) })")
    page.get_by_role("button", name="Copy the address").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("window.copied") == f"{live_server.url}/code/paper/"
    expect(page.locator("#in-app svg")).to_be_visible()
    context.close()


@pytest.mark.parametrize("app", INSIDE)
def test_the_pages_that_people_are_sent_by_chat_work_inside_the_apps(
    browser: Browser, live_server: LiveServer, app: str
) -> None:
    city = tiny_city()
    context = visitor(browser, live_server.url, size=PHONE, user_agent=INSIDE[app])
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    for address in ("/", "/code/", "/code/paper/", "/sign-up/", f"/sign-up/{city.communities[0].pk}/", "/emergency/"):
        reply = page.goto(live_server.url + address)
        assert (reply.status if reply is not None else 0) == 200, address
        expect(page.locator("h1")).to_be_visible()
    context.close()
    assert complaints == []
