"""Certificates of hours and own data: only what is approved, only for the person, under no ID number."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.common.clock import now
from linli.common.db import from_on
from linli.common.errors import LinliError
from linli.duty import booking
from linli.duty.hours import calendars, certifying, deciding, own
from linli.duty.models import Booking, HoursCertificate, VolunteerNumber
from linli.muster import actions as muster
from linli.muster.models import SignUp
from tests.duty.served import HOUR, served
from tests.factories import SYSTEM, TinyCity, add_claim, caller_for, place_in, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def helper() -> tuple[TinyCity, SignUp, Any]:
    """Somebody with three approved hours and one that waits, and the desk that approved them."""
    city, at = tiny_city(), now()
    claim = add_claim(city, name="何晓燕", phone="13900007700")
    muster.confirm(claim, person=None, by=SYSTEM, at=at)
    claim.refresh_from_db()
    assert claim.person is not None
    place_in(city.event, claim.person, city.grids[0], from_on(at - timedelta(days=2), at + timedelta(days=2)))
    desk = user_with_role("community_desk", city.communities[0], name="李值班")
    approved = served(city, claim.person, at - 9 * HOUR, at - 6 * HOUR)
    deciding.approve([approved.pk], by=caller_for(desk), at=at)
    served(city, claim.person, at - 5 * HOUR, at - 4 * HOUR)
    return city, claim, desk


def phone_of(claim: SignUp, *, way: str) -> Client:
    client = Client()
    _, secret = start_device_session(claim.pk, person=claim.person_id, way=way, at=now())
    client.cookies[DEVICE_COOKIE] = secret
    return client


def test_a_certificate_holds_what_is_approved_and_its_digest_is_of_all_of_it(helper: Any) -> None:
    _, claim, _ = helper
    certifying.give_number(claim.person_id, " 5101-0000 0012345 ", by=SYSTEM, at=now())
    made = certifying.issue(claim.person_id, claim.name, synthetic=True, by=SYSTEM, at=now())
    assert (made.content["number"], made.content["tenths"]) == ("510100000012345", 30)
    assert [(line["tenths"], line["approved_by"]) for line in made.content["lines"]] == [(30, "李值班")]
    assert made.digest == hashlib.sha256(certifying.canonical(made.content).encode()).hexdigest()
    found = certifying.certificate_of(f"{made.digest[:8]} {made.digest[8:16].upper()}")
    assert found == HoursCertificate.objects.get()
    for wrong in ("", made.digest[:15], "g" * 16, "0" * 64):
        assert certifying.certificate_of(wrong) is None


def test_a_number_is_sealed_and_can_be_forgotten(helper: Any) -> None:
    _, claim, _ = helper
    person = claim.person_id
    with pytest.raises(LinliError) as wrong:
        certifying.give_number(person, "12", by=SYSTEM, at=now())
    assert wrong.value.code == "volunteer_number_wrong"
    certifying.give_number(person, "510100000012345", by=SYSTEM, at=now())
    assert b"0012345" not in bytes(VolunteerNumber.objects.get().number)
    certifying.give_number(person, "", by=SYSTEM, at=now())
    assert certifying.number_of(person) == ""


def test_only_a_phone_that_is_proved_gets_one_and_anybody_can_check_it(helper: Any) -> None:
    _, claim, _ = helper
    there = reverse("my_certificate", args=[claim.pk])
    only_signed_up, proved = phone_of(claim, way="sign_up"), phone_of(claim, way="code")
    assert only_signed_up.post(there).status_code == 403
    assert only_signed_up.post(reverse("my_number", args=[claim.pk]), {"number": "510100000012345"}).status_code == 403
    assert not HoursCertificate.objects.exists()
    reply = proved.post(there)
    assert (reply["Content-Type"], reply.content[:5]) == ("application/pdf", b"%PDF-")
    digest = HoursCertificate.objects.get().digest
    shown = Client().post(reverse("check_hours"), {"code": digest[:16]}).content.decode()
    assert "<strong>3.0</strong>" in shown
    assert claim.name not in shown
    assert Client().post(reverse("check_hours"), {"code": "0" * 16}).status_code == 422


def test_the_desk_prints_one_for_its_own_people_alone(helper: Any) -> None:
    city, claim, desk = helper
    client, other = Client(), Client()
    sign_in(client, desk)
    sign_in(other, user_with_role("community_desk", city.communities[1]))
    there = reverse("desk_certificate", args=[claim.pk])
    assert other.post(there).status_code == 404
    assert client.post(there)["Content-Type"] == "application/pdf"
    assert HoursCertificate.objects.get().issued_by == desk.pk


def test_nothing_approved_is_nothing_to_certify(helper: Any) -> None:
    city, _, _ = helper
    fresh = add_claim(city, name="罗成", phone="13900007701")
    muster.confirm(fresh, person=None, by=SYSTEM, at=now())
    fresh.refresh_from_db()
    client = phone_of(fresh, way="code")
    assert client.post(reverse("my_certificate", args=[fresh.pk]))["Location"] == reverse("my_hours", args=[fresh.pk])
    assert not HoursCertificate.objects.exists()


def test_a_calendar_holds_ones_own_times_and_keeps_their_names(helper: Any) -> None:
    city, claim, _ = helper
    body = phone_of(claim, way="sign_up").post(reverse("my_calendar", args=[claim.pk]))
    assert body["Content-Type"].startswith("text/calendar")
    again = calendars.take(claim.person_id, phone="", at=now() + HOUR)
    assert told(body.content) == told(again) != []
    assert city.grids[0].name in body.content.decode().replace("\r\n ", "")


def told(body: bytes) -> list[tuple[str, ...]]:
    """Of each entry its name, how often it changed, and whether it is called off."""
    return re.findall(r"UID:(\S+)\r\nSEQUENCE:(\d+)[\s\S]*?STATUS:(\w+)", body.decode())


def shift(city: Any, claim: Any, since: datetime) -> int:
    return booking.book_one(
        city.event, claim.person_id, city.grids[0].pk, from_on(since, since + HOUR), kind=Booking.Kind.SHIFT,
        post="gate_duty", source="muster", by=SYSTEM, at=now(),
    )  # fmt: skip


def test_a_shift_that_is_taken_back_leaves_the_calendar_that_has_it_and_no_other(helper: Any) -> None:
    city, claim, _ = helper
    at = now()
    belongs = Booking.objects.get(person=claim.person_id).pk
    first, never = (shift(city, claim, at + hours * HOUR) for hours in (3, 6))
    booking.leave([never], at)  # before anybody had it in a calendar
    taken = told(calendars.take(claim.person_id, phone="", at=at))
    assert taken == [(f"booking-{number}@linli", "0", "CONFIRMED") for number in (belongs, first)]
    booking.leave([first], at)
    for _ in range(2):  # as often as they ask, until its time is over
        assert told(calendars.take(claim.person_id, phone="", at=at)) == [
            (f"booking-{belongs}@linli", "0", "CONFIRMED"),
            (f"booking-{first}@linli", "1", "CANCELLED"),
        ]
    later = told(calendars.take(claim.person_id, phone="", at=at + 5 * HOUR))
    assert later == [(f"booking-{belongs}@linli", "0", "CONFIRMED")]


def test_a_time_that_changed_counts_one_up_and_one_that_ended_early_ends_in_the_calendar_too(helper: Any) -> None:
    _, claim, _ = helper
    at = now()
    belongs = Booking.objects.get(person=claim.person_id).pk
    calendars.take(claim.person_id, phone="", at=at)
    until = at + 8 * HOUR
    Booking.objects.filter(pk=belongs).update(during=from_on(at - HOUR, until))
    body = calendars.take(claim.person_id, phone="", at=at)
    assert told(body) == [(f"booking-{belongs}@linli", "1", "CONFIRMED")]
    booking.leave([belongs], at + HOUR)
    body = calendars.take(claim.person_id, phone="", at=at + 2 * HOUR)
    assert told(body) == [(f"booking-{belongs}@linli", "2", "CONFIRMED")]
    assert f"DTEND:{(at + HOUR).astimezone(UTC):%Y%m%dT%H%M%SZ}" in body.decode()
    assert told(calendars.take(claim.person_id, phone="", at=at + 3 * HOUR)) == []


def test_what_is_stored_about_me_holds_my_times_and_hours(helper: Any) -> None:
    _, claim, _ = helper
    certifying.give_number(claim.person_id, "510100000012345", by=SYSTEM, at=now())
    certifying.issue(claim.person_id, claim.name, synthetic=True, by=SYSTEM, at=now())
    calendars.take(claim.person_id, phone="", at=now())
    counts = [len(section.rows) for section in own.sections_of(claim.person_id)]
    assert counts == [1, 2, 0, 2, 1]
    reply = phone_of(claim, way="code").post(reverse("my_data"), {"kind": "json"})
    assert "510100000012345" in reply.content.decode()
    assert (
        "510100000012345"
        not in phone_of(claim, way="sign_up").post(reverse("my_data"), {"kind": "json"}).content.decode()
    )
