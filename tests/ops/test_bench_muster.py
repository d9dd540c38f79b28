"""The bench of muster: what it writes is what the product counts, every page is found, and its proof tells a loss."""

from datetime import date

import pytest
from bench.muster import answers, deployed, pages, rush, unit_import
from bench.muster.build import Built

from linli.common.clock import now
from linli.custody import secrets
from linli.duty.models import Booking
from linli.events.models import Zone
from linli.muster.models import Deployed, SignUp, Team
from linli.muster.staffing import staffing_of
from linli.muster.units.deployed import sent_to, totals
from linli.people.models import Identity, Person
from tests.factories import TinyCity, add_claim, add_resident, ask, caller_for, tiny_city, user_with_role
from tests.muster.test_allocation import confirmed, planned, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> TinyCity:
    """With seven grown-ups on the register who have a phone, and one child."""
    made = tiny_city()
    for number in range(8):
        add_resident(made, name=f"居民{number}", phone=f"1370000000{number}", community=number % 2, building=number % 4)
    Identity.objects.update(born=date(1990, 1, 1))
    Identity.objects.filter(name="居民7").update(born=date(2015, 1, 1))
    return made


def built(city: TinyCity, run: int = 0) -> Built:
    communities = [each.pk for each in city.communities]
    return Built(city.event.pk, city.street.pk, [city.street.pk], communities, run)


def test_units_and_their_people_stand_as_if_they_had_come_by_the_pages(city: TinyCity) -> None:
    user_with_role("city", city.street)
    counts = deployed.send(city.event, city.street, 6)
    assert (counts["people"], counts["units"], counts["requests"]) == (6, 1, 2)
    assert Deployed.objects.filter(state=Deployed.State.ARRIVED, booking__isnull=False).count() == 6
    assert not Deployed.objects.filter(person__identities__name="居民7").exists(), "no child is sent"
    whole = totals(sent_to(city.event, [city.street.pk], now())[city.street.pk])
    assert whole.of_city + whole.of_counties == 6


def test_what_people_answer_is_what_the_pages_count(city: TinyCity) -> None:
    ask(city, grid=0, want=5, most=9)
    for number in range(1, 6):
        confirmed(city, number)
    publish(planned(city, city.street), city)
    given = answers.give(city.event)
    assert set(given) == {"read", "coming", "on_duty"}
    stands = staffing_of(city.event, [city.street.pk], now())[city.street.pk]
    assert (stands.told, stands.coming, stands.came) == (given["read"], given["coming"], given["on_duty"])
    everybody = answers.told(city.event)
    assert everybody == {"placements": stands.placed, "bookings": Booking.objects.count(), "told": stands.placed}
    command = caller_for(user_with_role("street", city.street))
    risks = {each.pk: Zone.Risk.HIGH for each in city.communities}
    formed = answers.teams(city.event, risks, command)
    assert formed == Team.objects.count() == 1, "in the community where people are placed"


def test_every_list_and_map_that_a_command_opens_is_among_the_pages(city: TinyCity) -> None:
    found = dict(pages._pages_of(built(city, run=1), city.street.pk, "city"))
    wanted = {"area", "area_live", "area_map", "teams", "zones", "units", "deployed", "reinforcements", "briefing"}
    assert wanted <= set(found)
    assert "sign_ups" not in found, "names are for the desk"
    assert "grid" not in found, "the city's counts end at the community"


def test_a_page_that_is_slower_than_promised_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    machine = [50]
    quick = [("city: area", 0.01, 200)] * 20
    assert pages._judged(quick, 1, 300, machine)
    assert not pages._judged([*quick, *[("city: zones", 0.4, 200)] * 20], 1, 300, machine)
    assert not pages._judged([("city: area", 0.01, 503)], 1, 300, machine), "whoever is turned away has opened nothing"
    said = capsys.readouterr().out
    assert '"slower": ["city: zones"]' in said
    assert '"machine_ms": [50]' in said, "how quick the machine was stands beside what depends on it"


def test_a_unit_s_people_are_all_named_and_nothing_of_it_stays(city: TinyCity) -> None:
    user_with_role("city", city.street)
    before = Person.objects.count()
    assert unit_import.run(built(city), promised_s=600, people=40)
    assert (Person.objects.count(), Deployed.objects.count()) == (before, 0)


def test_who_is_lost_or_doubled_in_the_rush_is_found(city: TinyCity) -> None:
    who = rush.people(built(city), seed=1, many=4)
    assert len({each.phone for each in who}) == 4
    assert not rush.counted(built(city), who), "nobody has signed up yet"
    for one in who:
        add_claim(city, name=one.name, phone=one.phone, community=0)
    assert rush.counted(built(city), who)
    assert SignUp.objects.filter(phone_index=secrets.index(who[0].phone)).count() == 1
    add_claim(city, name=who[0].name, phone=who[0].phone, community=1)
    assert not rush.counted(built(city), who)
