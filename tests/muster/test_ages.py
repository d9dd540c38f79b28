"""Who is known to be too young serves nowhere: not by a desk's word, not all at once, not by a unit's list."""

from datetime import UTC, date, datetime, timedelta

import pytest

from linli.common.clock import now
from linli.muster import actions, ages, bulk
from linli.muster.errors import TooYoung
from linli.muster.models import Deployed, SignUp
from linli.muster.units import listing
from linli.muster.units.sheet import Named
from linli.people.models import Identity, Person
from tests.factories import SYSTEM, TinyCity, add_claim, add_resident, tiny_city
from tests.muster.units.world import called, units_world, wants

pytestmark = pytest.mark.django_db
NAME, PHONE = "王小明", "13800001234"


def born(person: Person, day: date) -> Person:
    assert Identity.objects.filter(person=person).update(born=day) == 1
    return person


def resident(city: TinyCity, days: int, *, name: str = NAME) -> Person:
    """Somebody of the register who is so many days from the last birthday that may serve; positive is too young."""
    last = ages.last_birthday(city.event, now())
    return born(add_resident(city, name=name, phone=PHONE), last + timedelta(days=days))


def test_the_last_birthday_is_the_one_of_whoever_is_eighteen_today() -> None:
    event = tiny_city().event
    for moment, last in (
        (datetime(2022, 9, 1, 15, 59, tzinfo=UTC), date(2004, 9, 1)),
        (datetime(2022, 9, 1, 16, 0, tzinfo=UTC), date(2004, 9, 2)),  # the next day where the event is
        (datetime(2024, 2, 29, 4, 0, tzinfo=UTC), date(2006, 2, 28)),
    ):
        assert ages.last_birthday(event, moment) == last


def test_a_desk_cannot_confirm_somebody_the_register_knows_as_too_young() -> None:
    city = tiny_city()
    claim, person = add_claim(city, name=NAME, phone=PHONE), resident(city, 1)
    with pytest.raises(TooYoung) as told:
        actions.confirm(claim, person=person, by=SYSTEM, at=now())
    assert (told.value.facts["age"], SignUp.objects.get(pk=claim.pk).state) == (18, "claimed")
    born(person, ages.last_birthday(city.event, now()))
    assert actions.confirm(claim, person=person, by=SYSTEM, at=now()).state == "confirmed"


def test_confirming_all_exact_matches_leaves_the_young_to_the_desk() -> None:
    city = tiny_city()
    claims = [add_claim(city, name=name, phone=PHONE) for name in (NAME, "李大明")]
    resident(city, 1), resident(city, 0, name="李大明")
    assert bulk.count_exact_matches(city.event, city.communities[0], now()) == 1
    assert bulk.confirm_exact_matches(city.event, city.communities[0], by=SYSTEM, at=now()) == 1
    assert [SignUp.objects.get(pk=each.pk).state for each in claims] == ["claimed", "confirmed"]


def test_a_unit_cannot_send_somebody_too_young_by_list_or_by_name() -> None:
    made = units_world()
    call = called(made, wants(made, heads=3))
    resident(made.city, 1)
    young, grown = Named(1, NAME, PHONE, 0), Named(2, "李大明", "13800001235", 0)
    taken = listing.name_people(call, [young, grown], by=made.liaisons[0], at=now())
    assert (taken.listed, taken.young) == (1, [young])
    [there] = Deployed.objects.all()
    with pytest.raises(TooYoung):
        listing.swap(there, young, by=made.liaisons[0], at=now())
    there.refresh_from_db()
    assert there.state == "listed"
