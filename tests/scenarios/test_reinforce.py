"""Areas at high risk ask for people, departments send them: everything but who asks and who could come is a result."""

from pathlib import Path

import pytest
from django.utils import translation

from linli.cli.scenario import sent
from linli.common.clock import now
from linli.duty.models import Booking
from linli.events import actions as events
from linli.muster.models import Call, Deployed
from linli.muster.units import counting
from linli.places import queries as places
from linli.scenarios import reinforce
from linli.scenarios.accounts import staff
from linli.scenarios.article import NAME, PACK
from linli.scenarios.errors import AlreadyPlayed
from linli.simulation.article import draw_zones
from linli.simulation.units import asked, draw_departments, reinforced
from tests.scenarios.test_article import loaded, nothing_is_said

pytestmark = pytest.mark.django_db


def test_the_people_that_areas_ask_for_arrive_from_the_departments_that_have_them(datong: Path) -> None:
    folder = loaded(datong)
    done = reinforce.play(folder, 1, progress=nothing_is_said)
    areas, units = folder.areas("truth"), draw_departments(folder, 1)
    zones = draw_zones(areas, 1)
    assert {each.area_id: each.heads for each in done.requests} == asked(
        areas, zones, reinforced(areas, zones), len(units.person)
    )
    stands = counting.stands(done.requests)
    arrived = Deployed.objects.filter(state=Deployed.State.ARRIVED)
    assert sum(stand.arrived for stand in stands.values()) == arrived.count() == done.plan.summary["people"] > 0
    assert Booking.objects.filter(source="units").count() == arrived.count()
    assert (
        Call.objects.filter(state=Call.State.COMMITTED).values("organisation").distinct().count()
        == (done.plan.summary["units"])
    )
    for each in done.requests:
        stand = stands[each.pk]
        assert stand.arrived + stand.short == each.heads
    assert done.plan.summary["wrong"] == []
    with translation.override("en"):
        lines = sent(done)
    assert f"Sent: {arrived.count()} people by {done.plan.summary['units']} departments." in lines
    assert any(line.startswith("Proof: objective") for line in lines)


def test_it_goes_on_in_the_article_s_own_event_and_is_played_there_once(datong: Path) -> None:
    folder = loaded(datong)
    command = staff("city", "市指挥部", "city", folder.top)
    top = places.top_area()
    assert top is not None
    event = events.open_event(NAME, pack=PACK, areas=[top], exercise=False, by=command, at=now())
    assert reinforce.play(folder, 1, progress=nothing_is_said).event == event
    with pytest.raises(AlreadyPlayed):
        reinforce.play(folder, 2, progress=nothing_is_said)
