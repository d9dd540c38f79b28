"""Every role × every shape of installation: who declares a zone is what the table says, and somebody always can."""

import pytest

from linli.common.caller import Caller, Grant
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.custody.roles import ROLES, Decide, deciding_over, sits_at
from linli.events import actions, queries
from linli.events.errors import NotDecidedHere
from linli.events.models import Event, EventArea, Zone
from linli.places import actions as places
from linli.places.models import Area, Level
from tests.factories import FOUNDED, STARTED, SYSTEM

pytestmark = pytest.mark.django_db

C, D, S, M = Level.CITY, Level.DISTRICT, Level.STREET, Level.COMMUNITY
SHAPES = [(C, D, S, M), (D, S, M), (S, M), (M,), (C, M), (C, D, M), (C, S, M)]


def installation(levels: tuple[Level, ...]) -> tuple[Event, dict[Level, Area]]:
    """One area of each level, from the top down, and an event over all."""
    areas: dict[Level, Area] = {}
    parent = None
    for level in levels:
        parent = places.add_area(level=level, name=level.label, parent=parent, by=SYSTEM, at=FOUNDED)
        areas[level] = parent
    event = Event.objects.create(name="疫情", pack="epidemic", pack_version="1", started_at=STARTED, exercise=True)
    EventArea.objects.create(event=event, area=areas[levels[0]])
    return event, areas


def holder(role: str, area: Area) -> Caller:
    return Caller(user=1, grants=(Grant(role, area.pk, FOUNDED),))


def declares(event: Event, area: Area, by: Caller) -> bool:
    try:
        zone = actions.declare_zone(event, area.place, Zone.Risk.HIGH, basis="test", by=by, at=now())
    except NotDecidedHere:
        return False
    actions.lift_zone(zone, reason=actions.LiftReason.MISTAKE, by=by, at=now())
    return True


@pytest.mark.parametrize("levels", SHAPES, ids=lambda levels: "-".join(level.label for level in levels))
def test_who_declares_and_lifts_a_zone_is_who_the_table_names(levels):
    event, areas = installation(levels)
    named, around_it = deciding_over(Decide.ZONES, levels), queries.levels_around(areas[M].pk, now())
    could = set()
    for role in ROLES:
        for level, area in areas.items():
            if not sits_at(role, level, top_level=levels[0]):
                continue
            by = holder(role, area)
            assert declares(event, areas[M], by) == (role in named), (role, level)
            assert queries.decides(by, Decide.ZONES, around_it, now()) == (role in named)
            could |= {role} if role in named else set()
    assert could  # in every installation somebody can


def test_only_the_part_of_a_tree_without_a_street_falls_to_the_top():
    event, areas = installation((C, D, S, M))
    loose = places.add_area(level=M, name="loose", parent=areas[C], by=SYSTEM, at=FOUNDED)
    top = holder("city", areas[C])
    assert declares(event, loose, top)
    assert not declares(event, areas[M], top)
    with pytest.raises(NotFound):
        declares(event, loose, holder("street", areas[S]))


def test_a_grant_that_has_ended_decides_nothing():
    event, areas = installation((M,))
    ended = Caller(user=1, grants=(Grant("city", areas[M].pk, FOUNDED, until=STARTED),))
    assert not declares(event, areas[M], ended)
    assert not queries.decides(ended, Decide.ZONES, queries.levels_around(areas[M].pk, now()), now())
