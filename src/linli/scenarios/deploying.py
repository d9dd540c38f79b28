"""Units of both levels send people to every community of the city: the article's 91,000 (DOMAIN.md §0, facts 1 to 3).

First the areas at highest risk ask the city, whose departments go there (``reinforce``). Then each community asks for
its share of what the units of its own county have, by the residents it lists; it asks the level above, which passes on
what it has no units for.
"""

from collections import defaultdict
from dataclasses import dataclass

from linli.common.caller import Caller
from linli.common.clock import now
from linli.events.models import Event
from linli.muster.models import Reinforcement, UnitPlan
from linli.muster.units import asking
from linli.places.models import Area
from linli.scenarios import sending
from linli.simulation import CityFolder
from linli.simulation.units import Units, asked, communities_ask, draw_county_units, draw_departments, reinforced


def play(event: Event, city: CityFolder, zones: dict[int, int], seed: int, *, by: Caller) -> None:
    """Let departments and units of the counties send people within an event.

    Raises:
        LinliError: as the actions say no.
    """
    areas = city.areas("truth")
    departments(event, city, zones, seed, by=by)
    units = draw_county_units(city, seed)
    entered = sending.enter(event, units, by)
    wanted = communities_ask(areas, city, units)
    communities = Area.objects.in_bulk(list(wanted))
    owners: dict[int, list[Reinforcement]] = defaultdict(list)
    for community, heads in wanted.items():
        request = sending.ask(event, communities[community], heads)
        while request.asked_of_id not in {unit.area for unit in units.units}:
            request = asking.pass_on(request, by=sending.command_of(request.asked_of), at=now())
        owners[request.asked_of_id].append(request)
    for owner in sorted(owners):
        area = Area.objects.get(pk=owner)
        plan = sending.plan_over(event, area, by if area.pk == city.top else sending.command_of(area))
        sending.send(plan, entered)
        sending.receive(plan)


@dataclass(frozen=True, slots=True)
class FromTheCity:
    """What the departments of the city were asked for in an event, and whom they had."""

    event: Event
    plan: UnitPlan
    requests: list[Reinforcement]
    units: Units


def departments(event: Event, city: CityFolder, zones: dict[int, int], seed: int, *, by: Caller) -> FromTheCity:
    """Let the areas at highest risk ask the city, and its departments send people there."""
    areas, units = city.areas("truth"), draw_departments(city, seed)
    entered = sending.enter(event, units, by)
    wanted = asked(areas, zones, reinforced(areas, zones), len(units.person))
    requests = [sending.ask(event, Area.objects.get(pk=area), heads) for area, heads in wanted.items()]
    plan = sending.plan_over(event, Area.objects.get(pk=city.top), by)
    sending.send(plan, entered)
    sending.receive(plan)
    return FromTheCity(event, plan, requests, units)
