"""Who was deployed is counted once in each area, with the unit that sent them first."""

from datetime import timedelta

import pytest

from linli.common.clock import now
from linli.common.db import from_on
from linli.events.models import Zone
from linli.muster.models import Deployed
from linli.muster.units import answering, arriving, deployed, listing
from tests.muster.units.world import UnitsWorld, arrived, called, committed, liaison_for, people, units_world, wants

pytestmark = pytest.mark.django_db
SOON = timedelta(hours=2)


@pytest.fixture
def made() -> UnitsWorld:
    return units_world()


def sent(made: UnitsWorld, area: int) -> list[tuple[int, int, int, int]]:
    """Unit, people, still here, in zones."""
    rows = deployed.sent_to(made.city.event, [area, made.city.street.pk], now() + SOON).get(area, [])
    return [(row.unit, row.people, row.here, row.in_zones) for row in rows]


def test_who_comes_a_second_time_is_no_second_person(made: UnitsWorld) -> None:
    first, rows = committed(made, wants(made))
    arrived(made, first)
    arriving.release(first, [row.pk for row in rows], by=made.desk, at=now())
    second = called(made, wants(made, heads=4))
    listing.name_people(second, people(4), by=liaison_for(made, second), at=now())
    answering.commit(second, by=liaison_for(made, second), at=now())
    arrived(made, second)
    assert Deployed.objects.filter(arrived_at__isnull=False).count() == 7
    for area in (made.city.communities[0].pk, made.city.street.pk):
        found = {unit: (many, here) for unit, many, here, _ in sent(made, area)}
        assert sum(many for many, _ in found.values()) == 4
        if first.organisation_id != second.organisation_id:
            assert found == {first.organisation_id: (3, 0), second.organisation_id: (1, 1)}
    assert sent(made, made.city.communities[1].pk) == []


def test_who_was_there_while_it_was_a_zone_worked_in_one(made: UnitsWorld) -> None:
    call, _ = committed(made, wants(made))
    at, place = now(), made.city.street.place
    for level, during in (
        (Zone.Risk.HIGH, from_on(at - 2 * SOON, at - SOON)),  # over before anybody came
        (Zone.Risk.LOW, from_on(at - SOON)),
    ):
        zone(made, level, during, place)
    arrived(made, call)
    community = made.city.communities[0].pk
    assert sent(made, community) == [(call.organisation_id, 3, 3, 0)]
    Zone.objects.filter(level=Zone.Risk.LOW).update(level=Zone.Risk.MEDIUM)
    assert sent(made, community) == [(call.organisation_id, 3, 3, 3)]


def zone(made: UnitsWorld, level: int, during: object, place: object) -> None:
    Zone.objects.create(
        event=made.city.event,
        place=place,
        level=level,
        basis="test",
        counted_from=now().date(),
        during=during,
        declared_by=1,
        declared_at=now(),
    )
