"""A code at a door: photographed with a phone, told first, filled in, thanked for; decided at the desk, and counted."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from linli.common.clock import now
from linli.desk.models import Entry
from linli.ledger import doorcodes
from linli.ledger.models import Finding, SelfReport
from linli.people.models import Household
from linli.places.actions import set_desk_phone
from linli.rolls import queries
from linli.rolls.models import State
from tests.conftest import PHONE
from tests.factories import SYSTEM, add_resident, begin_sweep, caller_for, tiny_city, user_with_role
from tests.journeys.backstage import signed_in, visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_family_reports_itself_and_counts_once_the_desk_has_said_who_it_is(
    browser: Browser, live_server: LiveServer
) -> None:
    city, site = tiny_city(), live_server.url
    set_desk_phone(city.communities[0], "028-8765 4321", by=SYSTEM, at=now())
    desk = user_with_role("community_desk", city.communities[0], name="李值班")
    known = add_resident(city, name="王小明", phone="13800001234", building=0, door="502")
    sweep = begin_sweep(city.event, city.communities[0], desk)
    by = caller_for(desk)
    [(_, letters)] = doorcodes.print_codes(city.event, city.buildings[0], skip=0, most=9, by=by, at=now())

    phone = visitor(browser, site, size=PHONE, language="en").new_page()
    phone.goto(site + reverse("self_report", args=[letters]))
    expect(phone.locator("h1")).to_contain_text("Who is at home at 青松苑")
    expect(phone.locator("#notice")).to_contain_text("How long")
    expect(phone.locator("#dial")).to_contain_text("120")
    expect(phone.locator("main")).not_to_contain_text("王")
    phone.get_by_label("Your name").fill("王小明")
    phone.locator('[name="name_2"]').fill("外婆")
    phone.locator('[name="guest_2"]').check()
    phone.get_by_role("button", name="One more person").click()
    expect(phone.locator('[name="name_4"]')).to_be_focused()
    expect(phone.get_by_label("Your name")).to_have_value("王小明")
    phone.get_by_label("Your phone number").fill("138 0000 1234")
    phone.get_by_label("Medicine is running out").check()
    phone.get_by_label("for how many days").fill("1")
    phone.get_by_role("button", name="Send this to the desk").click()
    expect(phone.locator("h1")).to_contain_text("Thank you")
    expect(phone.locator("main")).to_contain_text("duty log already")
    assert (SelfReport.objects.count(), Entry.objects.get().holder) == (1, None)

    def reached() -> tuple[int, int]:
        whole = queries.balance(sweep.persons, city.communities[0].pk, now())
        return whole.known, dict(whole.parts)[State.DONE]

    assert reached() == (1, 0)  # nothing counts yet
    inside = signed_in(browser, site, desk).new_page()
    inside.goto(f"{site}/ledger/")
    inside.locator(f'a[href="{reverse("self_reports")}"]').click()
    expect(inside.locator("h1")).to_contain_text("1")
    inside.locator("ul.rows a").first.click()
    expect(inside.locator(f'input[value="{known.pk}"]').first).to_be_checked()
    expect(inside.locator("main")).not_to_contain_text("王小明")
    inside.locator("main form .btn-primary").first.click()
    expect(inside.locator(".note-good")).to_be_visible()
    assert reached() == (2, 2)
    assert Finding.objects.get().how == "self"
    assert Household.objects.filter(stays__kind="guest").count() == 1

    phone.goto(site + reverse("self_report", args=[letters]))  # the page knows nothing of what was decided
    expect(phone.locator("h1")).to_contain_text("Who is at home at 青松苑")
    expect(phone.locator("main")).not_to_contain_text("王")
    doorcodes.replace_codes(city.event, city.buildings[0], by=by, at=now())
    phone.goto(site + reverse("self_report", args=[letters]))
    expect(phone.locator("h1")).to_contain_text("leads to no door any more")
    expect(phone.get_by_role("link", name="028-8765 4321")).to_be_visible()
