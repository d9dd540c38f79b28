"""A grid worker does what stands on top of their list, and it is gone; the desk sees it, and gives the rest away."""

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories import add_resident, begin_sweep, tiny_city, user_with_role
from tests.journeys.backstage import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_worker_does_what_is_on_top_and_the_desk_gives_the_rest_away(
    browser: Browser, live_server: LiveServer
) -> None:
    city, site = tiny_city(), live_server.url
    community = city.communities[0]
    for name, door in (("王小明", "301"), ("李小红", "502")):
        add_resident(city, name=name, phone="", door=door)
    desk = user_with_role("community_desk", community, name="李值班")
    zhou = user_with_role("grid_worker", city.micro_grids[0], name="周网格")
    wu = user_with_role("grid_worker", city.grids[0], name="吴网格")
    begin_sweep(city.event, community, desk)

    at_work = signed_in(browser, site, zhou, language="en")
    page = at_work.new_page()
    page.goto(site)
    page.locator("main").get_by_role("link", name="My worklist").click()
    expect(page.locator("h1")).to_have_text("2 things are left for you")
    expect(page.locator("ul.rows > li").first).to_contain_text("Nobody has been there yet")
    page.get_by_role("link", name="青松苑 1栋1单元301").click()
    page.get_by_role("button", name="Somebody answered").click()
    expect(page.locator("h1")).to_have_text("1 thing is left for you")
    expect(page.get_by_role("link", name="青松苑 1栋1单元301")).to_have_count(0)

    at_desk = signed_in(browser, site, desk, language="en").new_page()
    at_desk.goto(f"{site}/areas/{community.pk}/worklists/")
    line = at_desk.get_by_role("row").filter(has_text="周网格")
    expect(line.locator("td").first).to_have_text("1")
    at_desk.get_by_role("link", name="Sweeps of 青松社区").click()
    at_desk.locator("main").get_by_role("link", name="青松社区", exact=True).last.click()
    at_desk.get_by_role("link", name="青松社区, Not yet visited: 1").click()
    at_desk.get_by_label("Give 青松苑 1栋1单元**").check()
    at_desk.get_by_label("Who is to answer for those ticked?").select_option(label="吴网格")
    at_desk.get_by_role("button", name="Give those ticked").click()
    expect(at_desk.locator("main")).to_contain_text("1 line is given")

    page.reload()
    expect(page.locator("h1")).to_have_text("Nothing is left for you")
    theirs = signed_in(browser, site, wu, language="en").new_page()
    theirs.goto(f"{site}/worklist/")
    expect(theirs.locator("ul.rows > li")).to_have_count(1)
    expect(theirs.locator("ul.rows > li")).to_contain_text("1 person not reached: 李**")
