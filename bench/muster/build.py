"""The city of the bench: signed up, placed, told and deployed, by the product's actions where they take many at once.

By SQL, with every constraint on, come the counties' work units and their people, because one call after the other would
take ten minutes, and what people answer (`answers`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.muster import LASTS, stage
from linli.simulation import SIZES, CityFolder
from linli.simulation import article as drawn
from linli.simulation import build as build_folder
from linli.simulation import units as units_drawn

RESIDENTS, GRIDS, MICRO_GRIDS = 600_000, 15_883, 111_048


@dataclass(frozen=True, slots=True)
class Built:
    """What the loads need to know: ids of the event, the top area, its districts and communities, a planner's run."""

    event: int
    top: int
    districts: list[int]
    communities: list[int]
    run: int


def made(folder: Path, size: str, seed: int) -> Built:
    """Build the city, or find it where it was kept. Django is set up by this."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from linli.people.models import City

    if not City.objects.exists():
        _wait_for_the_disk(False)
        _load(folder, size, seed)
        _play(CityFolder(folder), seed)
    return _found()


def _wait_for_the_disk(every_time: bool) -> None:
    """Whether a commit waits until it is on the disk; what is only built here need not, what is measured does."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('synchronous_commit', %s, false)", ["on" if every_time else "off"])


def _load(folder: Path, size: str, seed: int) -> None:
    from linli.access.actions import TERMINAL
    from linli.common.clock import now
    from linli.people import register

    if size == "chengdu":  # in this process alone
        SIZES[size] = replace(SIZES[size], residents=RESIDENTS, grids=GRIDS, micro_grids=MICRO_GRIDS)
    with stage("build"):
        build_folder(size, seed, folder)
    with stage("load") as told:
        source = everybody(CityFolder(folder))
        told["rows"] = register.load(source, synthetic=True, by=TERMINAL, at=now(), progress=lambda *_: None)


def everybody(city: CityFolder) -> Any:
    """The truth of a city as the register of an office that knows everybody."""
    from linli.people.register import Table
    from linli.scenarios.city import FolderRegister

    class Everybody(FolderRegister):
        def counts(self) -> dict[str, int]:
            return {"areas": sum(city.area_counts.values()), **city.counts["truth"]}

        def streets(self) -> Iterator[tuple[str, Mapping[str, Table]]]:
            for code in city.streets:
                yield code, city.street("truth", code)

    return Everybody(city)


def _play(city: CityFolder, seed: int) -> None:
    """As the article goes, with the same inputs, up to the answers of those who are placed."""
    from bench.muster import answers, deployed
    from linli.common.clock import now
    from linli.common.db import from_on
    from linli.muster import planner, publishing, runs
    from linli.places import queries as places
    from linli.scenarios import article, deploying
    from linli.scenarios.accounts import staff

    if city.size == "chengdu":  # the few who live there stand for all: as many sign up as did
        drawn.CITY_RESIDENTS = units_drawn.CITY_RESIDENTS = city.counts["truth"]["persons"]
    top = places.top_area()
    assert top is not None, "a city is loaded"
    command = staff("city", "City command", "city", top.pk)
    with stage("draw") as told:
        inputs = drawn.draw_article_inputs(city, seed)
        told.update(sign_ups=len(inputs.sign_ups.person), grids_asking=len(inputs.asking.grid))
    event = article.opened(top, command)
    during = from_on(now(), now() + LASTS)
    with stage("zones", zones=sum(level > 0 for level in inputs.zones.values())):
        article.declare_zones(event, inputs, top)
    with stage("demands"):
        article.ask_for_people(event, inputs, command)
    with stage("sign up", by="lists, community by community") as told:
        article.sign_up(event, inputs.sign_ups, during, lambda *_: None)
        told["confirmed"] = answers.confirmed(event)
    run = runs.begin(event, top, during=during, by=command, at=now())
    with stage("allocate") as told:
        planner.run(run, progress=lambda *_: None)
        run.refresh_from_db()
        told.update(gap=(run.objective or 0) - (run.bound or 0), verifier="ok" if run.proved else "not proved")
    _wait_for_the_disk(True)
    with stage("publish", of="placements, bookings and notices") as told:
        told.update(publishing.publish(run, by=command, at=now()), **answers.told(event))
    _wait_for_the_disk(False)
    with stage("teams", by="actions") as told:
        told["teams"] = answers.teams(event, inputs.zones, command)
    with stage("departments of the city", by="actions") as told:
        told["people"] = len(deploying.departments(event, city, inputs.zones, seed, by=command).units.person)
    with stage("units of the counties", by="SQL, every constraint on") as told:
        told.update(deployed.send(event, top, units_drawn.people_of_counties(city)))
    with stage("answers", by="SQL, every constraint on") as told:
        told.update(answers.give(event))


def _found() -> Built:
    from django.db import connection

    from linli.common.clock import now
    from linli.events.models import Event
    from linli.muster.models import Allocation
    from linli.places import queries as places
    from linli.places.models import Level

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    top = places.top_area()
    assert top is not None, "a city is loaded"
    below = [*places.areas_below([top.pk], Level.DISTRICT, now()).values_list("pk", flat=True)] or [
        *places.areas_below([top.pk], Level.STREET, now()).values_list("pk", flat=True)
    ]
    return Built(
        event=Event.objects.order_by("pk")[0].pk,
        top=top.pk,
        districts=below or [top.pk],
        communities=list(places.areas_below([top.pk], Level.COMMUNITY, now()).values_list("pk", flat=True)),
        run=Allocation.objects.order_by("pk")[0].pk,
    )
