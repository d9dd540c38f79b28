"""Ten people cannot come: the desk ticks them, reads who moves and why, publishes, and the grids show it."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.access.models import User
from linli.common.clock import now
from linli.muster import actions
from linli.muster.models import Allocation, Placement
from tests.conftest import DESK, PHONE
from tests.factories import TinyCity, add_claim, add_resident, ask, caller_for, tiny_city, user_with_role
from tests.journeys.backstage import let_the_worker_work, signed_in
from tests.muster.test_allocation import planned, publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DRIVER = 1


def a_community(city: TinyCity, desk: User) -> None:
    """Twelve placed in each of two grids, with two drivers each though only the first asks for them; ten are free."""
    ask(city, grid=0, want=12, skills={DRIVER: 2})
    ask(city, grid=1, want=12)
    sign_up(city, desk, range(24))
    publish(planned(city, city.street), city)
    sign_up(city, desk, range(24, 34))


def sign_up(city: TinyCity, desk: User, numbers: range) -> None:
    for number in numbers:
        name, phone, door = f"{'赵钱孙李周吴郑王'[number % 8]}{number}", f"138{number:08d}", f"{100 + number}"
        person = add_resident(city, name=name, phone=phone, building=number % 4, door=door)
        claim = add_claim(city, name=name, phone=phone, door=door, skills=1 << DRIVER if number < 4 else 0)
        actions.confirm(claim, person=person, by=caller_for(desk), at=now())


def tick(page: Page, placements: list[int]) -> None:
    for number in placements:
        page.locator(f"#gone-{number}").check()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_desk_replaces_ten_people_and_the_grids_show_who_came(
    browser: Browser, live_server: LiveServer, size: dict[str, int]
) -> None:
    city, site = tiny_city(), live_server.url
    community = city.communities[0]
    desk = user_with_role("community_desk", community, name="李值班")
    a_community(city, desk)
    here, there = city.grids[:2]
    drivers = list(Placement.objects.filter(grid=here, skill=DRIVER).values_list("pk", flat=True))
    others = list(Placement.objects.filter(grid=here, skill=None).values_list("pk", flat=True))
    gone = [*drivers, *others[:8]]
    page = signed_in(browser, site, desk).new_page()
    page.set_viewport_size(size)  # type: ignore[arg-type]

    page.goto(f"{site}/areas/{community.pk}/allocations/")
    page.get_by_role("link", name="Replace people who cannot come").click()
    expect(page.locator("h1")).to_contain_text("24 people are placed. Who cannot come?")
    tick(page, gone)
    page.get_by_role("button", name="Replace 10 people who cannot come").click()
    expect(page.locator("#job")).to_be_visible()
    let_the_worker_work()
    expect(page.get_by_role("heading", name="Who moves, and why")).to_be_visible()
    expect(page.locator("h1")).to_contain_text("2 people would move, 10 would be called, 0 places stay empty")
    expect(page.locator("[data-chain]")).to_have_count(3)
    expect(page.locator("[data-chain]").last.locator("li")).to_have_count(8)
    expect(page.locator("main")).to_contain_text("If nobody moved, a place for somebody with a skill would stay empty.")
    expect(page.locator("[data-chain]", has_text="a place for Driving").first).to_contain_text(
        f"moves from {there.name} to {here.name}"
    )
    expect(page.locator("main")).not_to_contain_text("赵0")

    page.get_by_role("button", name="Publish 12 changes").click()
    expect(page.locator("#job")).to_be_visible()
    let_the_worker_work()
    expect(page.locator("h1")).to_contain_text("12 changes published in 青松社区")
    for grid in (here, there):
        page.goto(f"{site}/grids/{grid.pk}/")
        expect(page.locator("h1")).to_contain_text("12 placed, 12 asked for, nobody is short")
    came = Placement.objects.filter(grid=here, skill=DRIVER, during__contains=now()).exclude(pk__in=gone)
    assert came.count() == 2
    assert Allocation.objects.latest("pk").state == Allocation.State.PUBLISHED


def test_who_ticks_nobody_is_told_to_and_a_grid_page_replaces_its_own(
    browser: Browser, live_server: LiveServer
) -> None:
    city, site = tiny_city(), live_server.url
    community = city.communities[0]
    desk = user_with_role("community_desk", community, name="李值班")
    a_community(city, desk)
    page = signed_in(browser, site, desk).new_page()
    page.goto(f"{site}/grids/{city.grids[1].pk}/")
    page.get_by_role("button", name="Replace those who cannot come").click()
    expect(page.locator(".errors")).to_contain_text("Tick first who cannot come.")
    page.go_back()
    page.locator('input[name="gone"]').first.check()
    page.get_by_role("button", name="Replace 1 person who cannot come").click()
    expect(page.locator("#job")).to_be_visible()
    let_the_worker_work()
    expect(page.locator("h1")).to_contain_text("1 would be called")
