"""Liaisons hear of what their unit is asked, where their account is known to be theirs, once and in their language."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from linli.access.models import AccountPerson, User
from linli.common.clock import now
from linli.muster import hearing
from linli.muster.models import Call
from linli.muster.units import answering, arriving, asking, telling
from linli.notices.models import Notice, Told
from linli.notices.telling import in_words
from linli.people import actions as people
from tests.factories import SYSTEM, add_resident, sign_in
from tests.muster.units.world import UnitsWorld, arrived, called, committed, liaison_for, units_world, wants

pytestmark = pytest.mark.django_db


def known_world() -> tuple[UnitsWorld, dict[int, int]]:
    """The world, and by the account of each liaison the person that they said they are."""
    made = units_world()
    known = {}
    for number, liaison in enumerate(made.liaisons):
        person = add_resident(made.city, name=f"周联络{number}", phone=f"1390000880{number}")
        assert liaison.user is not None
        AccountPerson.objects.create(user_id=liaison.user, person=person.pk, said_at=now())
        known[liaison.user] = person.pk
    return made, known


def told(code: str) -> list[int]:
    return sorted(Told.objects.filter(notice__code=code).values_list("person", flat=True))


def words(code: str, language: str = "en") -> str:
    notice = Notice.objects.filter(code=code).order_by("pk").first()
    assert notice is not None
    return in_words([notice], language)[notice.pk].text


def test_the_liaison_of_a_unit_that_is_asked_hears_of_it_once_and_no_other_does() -> None:
    made, known = known_world()
    call = called(made, wants(made))
    liaison = liaison_for(made, call)
    assert told("unit_asked") == [known[liaison.user]]
    telling.tell_asked([call], by=made.command, at=now())
    assert len(told("unit_asked")) == 1
    said = words("unit_asked")
    assert said.startswith(f"{made.city.communities[0].called} asks {call.organisation.name} for people from ")
    assert ": 3. Please answer by " in said
    with translation.override("zh-hans"):
        assert "请第" in words("unit_asked", "zh-hans")
    assert hearing.number_unread(liaison) == 1


def test_an_offer_that_is_taken_tells_whoever_offered() -> None:
    made, known = known_world()
    request, at = wants(made), now()
    offer = answering.offer(
        made.city.event, made.units[1], heads=2, since=at, until=at + timedelta(days=9), by=made.liaisons[1], at=at
    )
    answering.take_offer(offer, request, by=made.command, at=now())
    assert told("unit_asked") == [known[made.liaisons[1].user]]


def test_whoever_need_not_answer_any_more_is_told_and_whoever_promised_is_not() -> None:
    made, known = known_world()
    promised = wants(made)
    committed(made, promised)
    waiting = wants(made, heads=2)
    call = called(made, waiting)
    for request in (waiting, promised):
        asking.end(request, by=made.desk, at=now())
    assert told("unit_ended") == [known[liaison_for(made, call).user]]
    assert words("unit_ended").startswith(f"{made.city.communities[0].called} no longer asks ")


def test_an_answer_that_is_wanted_soon_is_asked_for_once() -> None:
    made, known = known_world()
    call = called(made, wants(made))
    assert call.reinforcement is not None
    by = call.reinforcement.answer_by
    for minutes, number in ((70, 0), (50, 1), (40, 0), (-1, 0)):
        assert telling.remind(at=by - timedelta(minutes=minutes)) == number
    assert told("unit_reminded") == [known[liaison_for(made, call).user]]


def test_nobody_is_reminded_who_has_answered_or_was_asked_within_that_hour() -> None:
    made, _ = known_world()
    committed(made, wants(made))
    at = now()
    late = called(made, wants(made, answer_by=at + timedelta(minutes=40)))
    assert late.state == Call.State.ASKED
    assert telling.remind(at=at + timedelta(minutes=20)) == 0


def test_the_liaison_hears_who_went_home_unless_they_sent_them_themselves() -> None:
    made, known = known_world()
    call, listed = committed(made, wants(made))
    arrived(made, call)
    first, *rest = [each.pk for each in listed]
    arriving.release(call, [first], by=liaison_for(made, call), at=now())
    assert told("unit_released") == []
    arriving.release(call, rest, by=made.desk, at=now())
    assert told("unit_released") == [known[liaison_for(made, call).user]]
    assert words("unit_released").endswith(": 2. Thank you.")


def page_of(made: UnitsWorld, call: Call) -> str:
    client = Client(headers={"accept-language": "en"})
    sign_in(client, User.objects.get(pk=made.desk.user))
    return client.get(reverse("reinforcement", args=[call.reinforcement_id])).content.decode()


def test_the_desk_sees_whom_nobody_can_tell_and_which_number_to_dial() -> None:
    made = units_world()
    call = called(made, wants(made))
    page = page_of(made, call)
    assert "Nobody of this unit has been told." in page
    assert f"Please call {User.objects.get(pk=liaison_for(made, call).user).display_name}." in page
    people.set_unit_phone(call.organisation, "028-6666 0001", by=SYSTEM, at=now())
    assert 'href="tel:028-6666 0001"' in page_of(made, call)
    answering.decline(call, reason="无人", by=liaison_for(made, call), at=now())
    assert "Nobody of this unit has been told." not in page_of(made, call)


def test_the_desk_sees_that_a_liaison_was_told_and_has_read_it() -> None:
    made, _ = known_world()
    call = called(made, wants(made))
    assert "The liaison was told and has not opened it" in page_of(made, call)
    reader = Client(headers={"accept-language": "en"})
    sign_in(reader, User.objects.get(pk=liaison_for(made, call).user))
    assert call.organisation.name in reader.get(reverse("notices")).content.decode()
    assert "The liaison has read it" in page_of(made, call)
