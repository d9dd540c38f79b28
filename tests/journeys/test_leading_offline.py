"""A leader without a signal: who is placed with them starts and finishes by a tap, and it arrives as of then, once."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Route, expect

from linli.access.models import AccountPerson, RoleGrant, User
from linli.common.clock import now
from linli.common.db import from_on
from linli.duty.hours import actions
from linli.duty.models import Service
from linli.field import settling
from linli.field.models import Receipt
from linli.muster import actions as muster
from linli.notices import actions as telling
from linli.notices.actions import News
from linli.people.models import Person
from tests.duty.served import DAY, HOUR, begin
from tests.factories import SYSTEM, TinyCity, add_claim, place_in
from tests.journeys.test_no_signal import lose_replies
from tests.journeys.worker import PIN, WorkersPhone, doors_in, swept

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def named(city: TinyCity, name: str, number: int) -> int:
    """Somebody who signed up and is placed in the leader's grid."""
    claim = add_claim(city, name=name, phone=f"1390000770{number}", door="101")
    muster.confirm(claim, person=None, by=SYSTEM, at=now())
    claim.refresh_from_db()
    assert claim.person is not None
    place_in(city.event, claim.person, city.grids[0], from_on(now() - DAY, now() + DAY))
    return claim.person.pk


def gets_people(phone: WorkersPhone) -> None:
    phone.opens_the_app()
    phone.reads("Tang Li, get your people")
    phone.page.locator("#again").fill(PIN)
    phone.page.locator("#pin").fill(PIN)
    phone.page.get_by_role("button", name="Get my people").click()
    phone.reads("On duty:")
    phone.is_ready_for_the_tunnel()


def row(phone: WorkersPhone, name: str) -> Locator:
    return phone.page.locator(".field-led", has_text=name)


def presses(phone: WorkersPhone, words: str) -> None:
    phone.page.get_by_role("button", name=words, exact=True).click()


def test_people_start_and_finish_in_a_cellar_and_it_arrives_once_as_of_then(
    leaders_phone: WorkersPhone, city: TinyCity, leader: User
) -> None:
    phone = leaders_phone
    first, second, third = (named(city, name, n) for n, name in enumerate(("何晓燕", "罗成", "谢芳")))
    begun = begin(city, Person.objects.get(pk=third), now() - 3 * HOUR)
    gets_people(phone)
    phone.reads("On duty: 1 of 3")
    expect(phone.page.locator("body")).not_to_contain_text("1390000")
    phone.loses_the_signal()
    tapped = now()
    presses(phone, "何晓燕 starts")
    expect(row(phone, "何晓燕")).to_contain_text("on duty since")
    presses(phone, "罗成 starts")
    phone.reads("On duty: 3 of 3")
    phone.has_unsent(2)
    phone.closes_the_tab_and_comes_back()
    phone.types(PIN, "Open my list")
    phone.reads("On duty: 3 of 3")
    presses(phone, "何晓燕 finishes")
    expect(row(phone, "何晓燕")).to_contain_text("finished")
    presses(phone, "谢芳 finishes")
    phone.reads("On duty: 1 of 3")
    phone.has_unsent(4)
    assert Service.objects.count() == 1

    ended = now() - HOUR  # she finished herself, by the code, where there is a signal
    actions.finish(begun.pk, said=Service.Said.CODE, happened=ended, by=SYSTEM, at=now())
    lost = lose_replies(phone, 1)
    phone.has_a_signal_again()
    while not lost:
        phone.sends_and_fetches()
    phone.sends_and_fetches()
    phone.has_unsent(0)
    served = Service.objects.get(person=first)
    assert tapped - timedelta(minutes=1) < served.started_at < (served.finished_at or tapped)
    assert (served.state, served.start_by, served.finish_by) == ("waiting", leader.pk, leader.pk)
    assert Service.objects.get(person=second).state == "on_duty"
    assert Service.objects.get(pk=begun.pk).finished_at == ended
    assert Receipt.objects.count() == 4

    phone.goes_to("#/tray")
    phone.reads("To decide: 1")
    phone.reads("谢芳")
    phone.reads("You: Finish of duty")
    phone.reads("By what is recorded already they finished duty at")
    expect(phone.page.get_by_role("button", name="Send it again")).to_have_count(0)
    presses(phone, "Leave what is recorded")
    phone.reads("Nothing to decide")
    phone.has_unsent(0)
    assert not settling.waiting_for(leader.pk)
    phone.goes_to("#/")
    phone.reads("On duty: 1 of 3")


def test_a_wrong_tap_is_taken_out_with_what_builds_on_it_before_it_was_sent(
    leaders_phone: WorkersPhone, city: TinyCity
) -> None:
    phone = leaders_phone
    named(city, "何晓燕", 1)
    gets_people(phone)
    phone.loses_the_signal()
    presses(phone, "何晓燕 starts")
    presses(phone, "何晓燕 finishes")
    phone.has_unsent(2)
    phone.page.get_by_role("link", name="What I wrote down").click()
    presses(phone, "Take it out, and 1 more that build on it")
    phone.has_unsent(0)
    phone.page.get_by_role("link", name="Back to the people").click()
    expect(row(phone, "何晓燕")).to_contain_text("not started")
    phone.has_a_signal_again()
    phone.sends_and_fetches()
    assert not Service.objects.exists()


def test_who_has_doors_and_people_finds_both_and_a_role_that_ended_is_said(
    phone: WorkersPhone, city: TinyCity, worker: User
) -> None:
    doors_in(city, 2)
    swept(city)
    person = named(city, "何晓燕", 1)
    grant = RoleGrant.objects.create(user=worker, role="leader", area=city.grids[0].pk, since=now() - DAY)
    phone.opens_the_app()
    phone.gets_doors()
    phone.reads("Doors still to visit: 2")
    phone.loses_the_signal()
    phone.page.get_by_role("link", name="People I lead: 0 on duty").click()
    # Some seconds ago: a phone knows the server's clock to about one.
    RoleGrant.objects.filter(pk=grant.pk).update(until=now() - timedelta(seconds=10))
    presses(phone, "何晓燕 starts")
    phone.has_unsent(1)
    phone.has_a_signal_again()
    phone.sends_and_fetches()
    phone.has_unsent(0)
    assert not Service.objects.filter(person=person).exists()
    phone.goes_to("#/tray")
    phone.reads("This names another author or role than the phone was lent for.")
    presses(phone, "Let it be")
    phone.reads("Nothing to decide")


def test_a_server_from_before_there_were_people_gives_the_doors(
    phone: WorkersPhone, city: TinyCity, worker: User
) -> None:
    """The app is newer than the server: it says so, and works with what it gets."""
    doors_in(city, 2)
    swept(city)
    RoleGrant.objects.create(user=worker, role="leader", area=city.grids[0].pk, since=now() - DAY)
    new = {"leads", "crew", "crew_digest", "doors"}

    def older(route: Route) -> None:
        reply = route.fetch()
        told = {key: each for key, each in reply.json().items() if key not in new}
        route.fulfill(response=reply, json=told)

    for name in ("hello", "lease", "roster"):
        phone.context.route(f"**/field/api/{name}*", older)
    phone.opens_the_app()
    phone.gets_doors()
    phone.reads("Doors still to visit: 2")
    expect(phone.page.get_by_role("link", name="People I lead")).to_have_count(0)


def test_what_a_leader_was_told_is_read_in_a_cellar_and_counts_as_read_on_its_page(
    leaders_phone: WorkersPhone, city: TinyCity, leader: User
) -> None:
    phone, person = leaders_phone, named(city, "何晓燕", 1)
    facts = {"grid": city.grids[0].pk, "since": now(), "until": None, "desk": None}
    telling.tell(city.event, [News("placed", "grid:1", "placed:1", [person], facts)], by=SYSTEM, at=now())
    AccountPerson.objects.create(user=leader, person=person, said_at=now())
    gets_people(phone)
    phone.loses_the_signal()
    phone.closes_the_tab_and_comes_back()
    phone.types(PIN, "Open my list")
    phone.page.locator("summary", has_text="Notices to you: 1").click()
    expect(phone.page.locator("details.panel")).to_contain_text(city.grids[0].called)
    phone.has_a_signal_again()
    phone.page.get_by_role("link", name="Open them with a signal").click()
    phone.page.wait_for_url("**/notices/")
    expect(phone.page.locator("main")).to_contain_text(city.grids[0].called)
    phone.opens_the_app()
    phone.types(PIN, "Open my list")
    phone.reads("On duty:")
    expect(phone.page.locator("summary", has_text="Notices to you")).to_have_count(0)
