"""A grid worker without a signal: doors recorded in a tunnel, a tab closed, replies lost, a colleague quicker, a PIN
forgotten; and everything arrives, once."""

import pytest
from django.test import Client
from playwright.sync_api import Route

from linli.access.models import User
from linli.common.clock import now
from linli.field import outbox, settling
from linli.field.models import Lease, Receipt
from linli.ledger.models import Finding
from linli.people.models import Identity
from tests.factories import TinyCity, caller_for, sign_in, user_with_role
from tests.field.phone import Phone
from tests.journeys.worker import PIN, WorkersPhone, balance, doors_in, swept

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WRONG = "719384"


def lose_replies(phone: WorkersPhone, times: int) -> list[int]:
    """Let the server get what is sent, and lose its answer, so many times. Returns the list of what was lost."""
    lost: list[int] = []

    def lose(route: Route) -> None:
        if len(lost) < times:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    phone.context.route("**/field/api/outbox", lose)
    return lost


def test_three_hundred_doors_in_a_tunnel_arrive_once_and_one_conflict_is_shown(
    phone: WorkersPhone, city: TinyCity, worker: User
) -> None:
    doors, sweep = doors_in(city, 300), swept(city)
    phone.opens_the_app()
    phone.gets_doors()
    phone.reads("Doors still to visit: 300")
    phone.loses_the_signal()
    for door in doors[:150]:
        phone.records(door, "no_answer")
    phone.has_unsent(150)
    phone.closes_the_tab_and_comes_back()
    phone.reads("Li Min, type your PIN")
    phone.types(PIN)
    phone.page.locator(".field-tabs").wait_for()
    for door in doors[150:]:
        phone.records(door, "vacant")
    phone.has_unsent(300)
    colleague = Phone(caller_for(user_with_role("grid_worker", city.grids[0], name="Zhang San")))
    outbox.take_all([colleague.found(sweep.pk, doors[200], "answered")], by=colleague.by, at=now())

    lost = lose_replies(phone, 2)
    phone.has_a_signal_again()
    while len(lost) < 2:
        phone.sends_and_fetches()
    phone.sends_and_fetches()
    phone.has_unsent(0)

    assert lost == [200, 200]
    assert Receipt.objects.filter(state="done", lease__user=worker).count() == 299
    assert Finding.objects.filter(by=worker.pk).count() == 299
    assert balance(sweep, city) == [1, 149, 0, 150, 0]
    phone.goes_to("#/tray")
    phone.reads("To decide: 1")
    phone.reads("Zhang San: Answered")
    phone.page.get_by_role("button", name="Keep theirs: Answered").click()
    phone.reads("Nothing to decide")
    phone.has_unsent(0)
    assert not settling.waiting_for(worker.pk)
    assert balance(sweep, city) == [1, 149, 0, 150, 0]


def test_what_is_unsent_survives_signing_out_and_is_sent_by_the_next_who_signs_in(
    phone: WorkersPhone, city: TinyCity, worker: User
) -> None:
    doors, sweep = doors_in(city, 3), swept(city)
    phone.opens_the_app()
    phone.gets_doors()
    phone.loses_the_signal()
    phone.goes_to(f"#/door/{doors[0]}")
    phone.page.locator("summary", has_text="Somebody else lives here").click()
    phone.page.get_by_label("Name").fill("新来")
    phone.page.get_by_role("button", name="Add this person").click()
    phone.reads("新**")
    phone.records(doors[0], "answered")
    phone.goes_to("#/more")
    phone.reads("2 not yet sent. They stay on this phone, sealed, and are sent by whoever signs in here next.")
    phone.page.get_by_role("button", name="Sign out on this phone").click()
    phone.reads("No doors on this phone")
    phone.has_unsent(2)
    kept = phone.page.evaluate(
        """() => new Promise(done => {
            const asked = indexedDB.open("linli-field", 1);
            asked.onsuccess = () => {
                const at = asked.result.transaction(["kept", "outbox", "marks"]);
                const found = ["kept", "outbox", "marks"].map(name => at.objectStore(name).getAll());
                at.oncomplete = () => done(JSON.stringify(found.map(each => each.result)));
            };
        })"""
    )
    assert not any(word in kept for word in ("新来", "王", "answered", "secret"))

    phone.context.clear_cookies(name="sessionid")
    phone.has_a_signal_again()
    phone.page.reload()
    phone.reads("Sign in first.")
    phone.has_unsent(2)
    other = user_with_role("keeper", city.communities[0])
    phone.context.add_cookies([{"name": "sessionid", "value": sign_in(Client(), other), "url": phone.site}])
    phone.page.reload()
    phone.has_unsent(0)
    finding = Finding.objects.get()
    assert (finding.by, finding.dwelling_id, finding.said.count()) == (worker.pk, doors[0], 2)
    assert Identity.objects.filter(name="新来").count() == 1
    assert {each.delivered_by for each in Receipt.objects.all()} == {other.pk}
    assert balance(sweep, city) == [1, 0, 0, 0, 2]


def test_after_five_wrong_pins_the_doors_are_gone_and_the_work_arrives(
    phone: WorkersPhone, city: TinyCity, worker: User
) -> None:
    doors, _ = doors_in(city, 3), swept(city)
    phone.opens_the_app()
    phone.gets_doors()
    phone.loses_the_signal()
    phone.records(doors[1], "refused")
    phone.closes_the_tab_and_comes_back()
    for left in (4, 3, 2, 1):
        phone.types(WRONG)
        phone.reads(f"Tries left: {left}")
    phone.types(WRONG)
    phone.reads("No doors on this phone")
    phone.has_unsent(1)
    phone.has_a_signal_again()
    phone.page.reload()
    phone.has_unsent(0)
    assert Finding.objects.get().dwelling_id == doors[1]
    phone.gets_doors(WRONG)
    phone.reads("Doors still to visit: 2")


def test_a_lost_phone_lets_go_of_its_doors_at_its_next_start(phone: WorkersPhone, city: TinyCity) -> None:
    doors_in(city, 3)
    phone.opens_the_app()
    phone.gets_doors()
    Lease.objects.update(ended_at=now())
    phone.closes_the_tab_and_comes_back()
    phone.reads("They were removed from this phone.")
    kept = phone.page.evaluate(
        """() => new Promise(done => {
            const asked = indexedDB.open("linli-field", 1);
            asked.onsuccess = () => {
                const all = asked.result.transaction("kept").objectStore("kept").getAllKeys();
                all.onsuccess = () => done(all.result);
            };
        })"""
    )
    assert set(kept) == {"device", "offset", "probe"}


def test_an_old_app_meets_a_new_server_and_loses_nothing(phone: WorkersPhone, city: TinyCity) -> None:
    doors, _ = doors_in(city, 2), swept(city)
    phone.opens_the_app()
    phone.gets_doors()

    def newer(route: Route) -> None:
        told = route.fetch().json()
        route.fulfill(json=told | {"v": 2})

    phone.context.route("**/field/api/hello*", newer)
    phone.records(doors[0], "refused")
    phone.reads("A new version of this app is there. Nothing is lost.")
    phone.has_unsent(1)
    assert not Finding.objects.exists()
    phone.context.unroute_all(behavior="wait")
    phone.page.get_by_role("button", name="Load the new version").click()
    phone.has_unsent(0)
    assert Finding.objects.get().result == "refused"


def test_a_phone_that_keeps_nothing_or_threw_it_away_says_so(phone: WorkersPhone, city: TinyCity) -> None:
    doors_in(city, 2)
    cookie = {"name": "linli_field_unsent", "value": "7", "url": f"{phone.site}/field/"}
    phone.context.add_cookies([cookie])
    phone.opens_the_app()
    phone.reads("This phone threw away what it kept: 7 not yet sent are lost.")
    phone.page.add_init_script("indexedDB.open = () => { throw new Error('full') }")
    phone.page.reload()
    phone.reads("This phone keeps nothing of what is written here.")
