"""What else a grid worker does at a door without a signal: needs, doors in no list, moves, second thoughts, ringing."""

from datetime import timedelta

import pytest
from django.utils.timezone import localtime
from playwright.sync_api import expect

from linli.access.models import User
from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.desk import queries as desk_queries
from linli.desk.models import Entry
from linli.events.actions import declare_zone
from linli.events.models import Zone
from linli.field.models import Receipt
from linli.ledger.models import Finding, MoveProposed
from linli.people.models import Identity, Stay
from linli.places.models import Dwelling
from tests.factories import TinyCity, caller_for, user_with_role
from tests.journeys.worker import PIN, WorkersPhone, balance, doors_in, swept

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def presses(phone: WorkersPhone, words: str) -> None:
    phone.page.get_by_role("button", name=words, exact=True).click()


def test_needs_are_told_with_one_tap_and_reach_the_desk(phone: WorkersPhone, city: TinyCity) -> None:
    doors, _ = doors_in(city, 2), swept(city)
    phone.opens_the_app()
    phone.gets_doors()
    phone.loses_the_signal()
    phone.goes_to(f"#/door/{doors[0]}")
    presses(phone, "No food left")
    phone.has_unsent(1)
    expect(phone.page.locator(".note-good")).to_contain_text("No food left")
    presses(phone, "Medicine is running out")
    presses(phone, "days: 1")
    phone.has_unsent(2)
    presses(phone, "Treatment that must not wait, such as dialysis")
    presses(phone, "tomorrow")
    phone.has_unsent(3)
    assert not Entry.objects.exists()
    phone.has_a_signal_again()
    phone.sends_and_fetches()
    phone.has_unsent(0)
    needs = [desk_queries.said(each).need for each in Entry.objects.order_by("received_at", "pk")]
    assert needs[:2] == ["No food left", "Medicine is running out: it lasts for 1 more day"]
    assert needs[2].startswith("Treatment that must not wait, such as dialysis: the next time is on ")
    assert {each.priority for each in Entry.objects.all()} == {"P1"}


def test_a_door_in_no_list_is_recorded_with_who_lives_there_and_moves(phone: WorkersPhone, city: TinyCity) -> None:
    doors, sweep = doors_in(city, 2), swept(city)
    phone.opens_the_app()
    phone.gets_doors()
    phone.loses_the_signal()
    phone.page.get_by_role("link", name="A door is missing").click()
    presses(phone, "Add this door")
    phone.reads("Please say the number of the door.")
    phone.page.get_by_label("Unit, if there is one").fill("3")
    phone.page.get_by_label("Number of the door").fill("701")
    presses(phone, "Add this door")
    expect(phone.page.locator("h1")).to_contain_text("701")
    phone.page.locator('[name="result"][value="answered"]').check()
    phone.page.locator("summary", has_text="Somebody else lives here").click()
    phone.page.get_by_label("Name").fill("新来")
    presses(phone, "Add this person")
    expect(phone.page.locator('[name="result"][value="answered"]')).to_be_checked()  # what was chosen stays so
    phone.page.locator("summary", has_text="Who lives here: 1").click()
    phone.page.get_by_role("link", name="They moved, or are away").click()
    presses(phone, "Tell the desk")
    phone.reads("Please say what happened.")
    phone.page.get_by_label("is a guest behind a door for a while").check()
    presses(phone, "Tell the desk")
    phone.reads("Please say where.")
    phone.page.get_by_label("Behind which door?").select_option(str(doors[0]))
    presses(phone, "Tell the desk")
    expect(phone.page.locator("h1")).to_contain_text("701")
    phone.page.locator('[name="result"][value="answered"]').check()
    presses(phone, "Write it down")
    phone.has_unsent(4)
    phone.closes_the_tab_and_comes_back()
    phone.types(PIN)
    phone.reads("Doors still to visit: 2")
    phone.has_a_signal_again()
    phone.sends_and_fetches()
    phone.has_unsent(0)

    made = Dwelling.objects.get(unit=3, door="701")
    person = Identity.objects.get(name="新来").person
    assert Stay.objects.get(person=person).household.dwelling_id == made.pk  # type: ignore[union-attr]
    moved = MoveProposed.objects.get()
    assert (moved.person, moved.what, moved.dwelling_id) == (person, "guest", doors[0])
    assert Finding.objects.get().dwelling_id == made.pk
    assert balance(sweep, city) == [1, 0, 0, 0, 2]
    phone.goes_to("#/")
    phone.reads("Doors still to visit: 2")
    phone.goes_to(f"#/door/{made.pk}")
    phone.reads("Last: Answered")


def test_come_back_tomorrow_is_chosen_without_a_signal_and_stands_in_the_list(
    phone: WorkersPhone, city: TinyCity
) -> None:
    doors, _ = doors_in(city, 2), swept(city)
    phone.opens_the_app()
    phone.gets_doors()
    phone.loses_the_signal()
    phone.goes_to(f"#/door/{doors[0]}")
    page = phone.page
    page.locator("summary", has_text="They asked to come back").click()
    page.locator('[name="result"][value="vacant"]').check()
    expect(page.locator("summary", has_text="They asked to come back")).to_be_hidden()
    page.locator('[name="result"][value="refused"]').check()
    page.locator('[name="back"][value="other"]').check()
    presses(phone, "Write it down")
    expect(page.locator('details [role="alert"]', has_text="within the next seven days")).to_be_visible()
    page.locator("#back_at").fill("2001-01-01T10:00")
    presses(phone, "Write it down")
    expect(page.locator('details [role="alert"]', has_text="within the next seven days")).to_be_visible()
    phone.has_unsent(0)
    page.locator('[name="back"][value="tomorrow"]').check()
    presses(phone, "Write it down")
    page.wait_for_function("door => location.hash !== `#/door/${door}`", arg=doors[0])
    phone.has_unsent(1)
    phone.goes_to("#/")
    phone.reads("Doors still to visit: 2")
    row = page.locator(f'a[href="#/door/{doors[0]}"]')
    expect(row).to_contain_text("Come back ")
    expect(row).to_contain_text("09:00")
    phone.has_a_signal_again()
    phone.sends_and_fetches()
    phone.has_unsent(0)
    tomorrow = (localtime(now()) + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    assert Finding.objects.get().back_at == tomorrow
    phone.closes_the_tab_and_comes_back()  # from what the server said
    phone.types(PIN)
    row = phone.page.locator(f'a[href="#/door/{doors[0]}"]')
    expect(row).to_contain_text("09:00")
    row.click()
    phone.reads("They asked you to come back")
    phone.records(doors[0], "answered")
    phone.goes_to("#/")
    phone.reads("Doors still to visit: 1")


def test_a_door_whose_time_has_come_stands_first_without_a_signal_by_the_corrected_clock(
    phone: WorkersPhone, city: TinyCity
) -> None:
    doors, _ = doors_in(city, 4), swept(city)
    page, slow = phone.page, now() - timedelta(hours=3)  # the clock of this phone; the server knows better
    page.clock.set_fixed_time(slow)
    phone.opens_the_app()
    phone.gets_doors()
    phone.loses_the_signal()
    for door, back in ((doors[2], "two_hours"), (doors[1], "tomorrow")):
        phone.goes_to(f"#/door/{door}")
        page.locator('[name="result"][value="no_answer"]').check()
        page.locator("summary", has_text="They asked to come back").click()
        page.locator(f'[name="back"][value="{back}"]').check()
        presses(phone, "Write it down")
        page.wait_for_function("door => location.hash !== `#/door/${door}`", arg=door)
    phone.goes_to("#/")
    first, due = page.locator(".field-row").first, page.locator(f'a[href="#/door/{doors[2]}"]')
    expect(first).to_have_attribute("href", f"#/door/{doors[0]}")  # until then it stands where it stood, with its time
    expect(due).to_contain_text("Come back ")

    for later, words in ((70, "Within the hour: come back"), (125, "Now: come back"), (190, "Overdue: come back")):
        page.clock.set_fixed_time(slow + timedelta(minutes=later))
        phone.is_taken_out_of_the_pocket()
        expect(due).to_contain_text(words)
        expect(first).to_have_attribute("href", f"#/door/{doors[2]}")
        expect(page.locator(".field-due")).to_have_count(1)
    phone.goes_to(f"#/door/{doors[3]}")  # said at every other door too
    page.get_by_role("link", name="Overdue: come back").click()
    expect(page.locator(".note", has_text="Overdue: come back")).to_be_visible()
    phone.records(doors[2], "answered")
    phone.goes_to("#/")
    expect(first).to_have_attribute("href", f"#/door/{doors[0]}")
    expect(page.locator(".field-due")).to_have_count(0)


def test_what_was_written_down_is_taken_out_unsent_and_taken_back_once_sent(
    phone: WorkersPhone, city: TinyCity
) -> None:
    doors, sweep = doors_in(city, 3), swept(city)
    phone.opens_the_app()
    phone.gets_doors()
    phone.records(doors[0], "vacant")
    phone.has_unsent(0)
    phone.loses_the_signal()
    phone.records(doors[1], "refused")
    phone.has_unsent(1)
    phone.goes_to("#/last")
    phone.page.locator("section.panel", has_text="Refused").get_by_role("button").click()
    phone.has_unsent(0)
    expect(phone.page.locator("section.panel")).to_have_count(1)
    phone.page.get_by_role("button", name="Take it back").click()
    phone.has_unsent(1)
    phone.reads("Taken back")
    phone.goes_to("#/")
    phone.reads("Doors still to visit: 3")
    phone.has_a_signal_again()
    phone.sends_and_fetches()
    phone.has_unsent(0)
    assert Finding.objects.get().taken_back_at is not None
    assert balance(sweep, city) == [0, 0, 0, 0, 3]
    phone.goes_to("#/")
    phone.reads("Doors still to visit: 3")


def test_what_may_have_arrived_is_taken_back_by_the_server_and_not_just_forgotten(
    phone: WorkersPhone, city: TinyCity
) -> None:
    doors, sweep = doors_in(city, 2), swept(city)
    phone.opens_the_app()
    phone.gets_doors()
    phone.context.route("**/field/api/outbox", lambda route: (route.fetch(), route.abort()))
    phone.records(doors[0], "vacant")
    phone.page.wait_for_function("() => !('asking' in document.documentElement.dataset)")
    phone.has_unsent(1)
    phone.goes_to("#/last")
    phone.page.get_by_role("button", name="Take it back").click()
    phone.has_unsent(2)
    phone.context.unroute_all(behavior="wait")  # one may be under way
    phone.sends_and_fetches()
    phone.has_unsent(0)
    assert Receipt.objects.filter(state="done").count() == 2
    assert balance(sweep, city) == [0, 0, 0, 0, 2]


def test_a_number_is_shown_with_a_signal_for_a_reason_and_not_without(phone: WorkersPhone, city: TinyCity) -> None:
    doors, _ = doors_in(city, 2), swept(city)
    phone.opens_the_app()
    phone.gets_doors()
    phone.goes_to(f"#/door/{doors[0]}")
    phone.page.locator("summary", has_text="Who lives here: 1").click()
    presses(phone, "Show the phone number")
    presses(phone, "to call this person")
    expect(phone.page.get_by_role("link", name="Call 138 0000 1234")).to_have_attribute("href", "tel:13800001234")
    assert TrailEntry.objects.get(kind="field.revealed").facts == {"field": "phone", "reason": "call"}
    phone.loses_the_signal()
    phone.goes_to("#/")
    phone.goes_to(f"#/door/{doors[0]}")
    phone.page.locator("summary", has_text="Who lives here: 1").click()
    presses(phone, "Show the phone number")
    presses(phone, "to call this person")
    phone.reads("There is no signal, and this number does not lie on the phone.")


def test_in_a_high_risk_zone_ringing_comes_first_and_works_without_a_signal(
    phone: WorkersPhone, city: TinyCity, worker: User
) -> None:
    doors, _ = doors_in(city, 2), swept(city)
    street = caller_for(user_with_role("street", city.street))
    declare_zone(city.event, city.estates[0].place, Zone.Risk.HIGH, basis="通告 3 号", by=street, at=now())
    phone.opens_the_app()
    phone.gets_doors()
    phone.loses_the_signal()
    phone.goes_to(f"#/door/{doors[0]}")
    phone.reads("High-risk zone: ring them up first")
    phone.reads("Before you knock:")
    expect(phone.page.locator('[name="how"]').first).to_have_value("phone")
    expect(phone.page.locator('[name="how"]').first).to_be_checked()
    presses(phone, "Show the phone number")
    presses(phone, "to call this person")
    expect(phone.page.get_by_role("link", name="Call 138 0000 1234")).to_be_visible()
    phone.has_unsent(1)
    phone.has_a_signal_again()
    phone.sends_and_fetches()
    phone.has_unsent(0)
    shown = TrailEntry.objects.get(kind="field.revealed")
    assert (shown.user, shown.facts) == (worker.pk, {"field": "phone", "reason": "call", "offline": True})
    assert TrailEntry.objects.get(kind="numbers.lent").facts == {"numbers": 1}
