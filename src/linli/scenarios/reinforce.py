"""Districts at high risk ask the city for people, and its departments send them (DOMAIN.md §0, fact 3).

Open inputs are the departments and their people, the zones of the districts that ask, and how many they ask for
(``simulation.units``: drawn by seed, by stated rules). Who is sent where is worked out and proved by the planner, and
every step is the action of whoever takes it: district, city, the liaison of each department, the district again.
"""

from collections.abc import Callable

from linli.common.caller import Caller
from linli.common.clock import now
from linli.events import actions as events
from linli.events.models import Event
from linli.muster.models import Reinforcement
from linli.people.queries import city_is_synthetic
from linli.places import queries as places
from linli.places.models import Area, Level, Place
from linli.scenarios import deploying
from linli.scenarios.accounts import staff, street_of
from linli.scenarios.article import NAME, NAME_EN, PACK
from linli.scenarios.deploying import FromTheCity
from linli.scenarios.errors import AlreadyPlayed, NoCity, RealCity
from linli.simulation import CityFolder
from linli.simulation.article import draw_zones
from linli.simulation.units import reinforced

Progress = Callable[[float, str], None]


def play(city: CityFolder, seed: int, *, progress: Progress) -> FromTheCity:
    """Play the reinforcement on the city whose register is loaded, in the article's event or in one of its own.

    Raises:
        AlreadyPlayed: the city was asked for people in that event already.
        LinliError: as the actions say no.
    """
    top = places.top_area()
    if top is None:
        raise NoCity
    if not city_is_synthetic():
        raise RealCity
    progress(0.0, "draw")
    areas = city.areas("truth")
    zones = draw_zones(areas, seed)
    command = staff("city", "市指挥部 / City command", "city", top.pk)
    event = _event(top, reinforced(areas, zones), zones, command)
    progress(0.2, "deploy")
    done = deploying.departments(event, city, zones, seed, by=command)
    progress(1.0, "done")
    return done


def _event(top: Area, who_ask: list[int], zones: dict[int, int], command: Caller) -> Event:
    """The article's event where it is under way; else it begins, with the zones of those who ask."""
    running = Event.objects.filter(name=NAME, ended_at__isnull=True).first()
    if running is not None:
        if Reinforcement.objects.filter(event=running, asked_of=top).exists():
            raise AlreadyPlayed(name=NAME)
        return running
    event = events.open_event(NAME, name_en=NAME_EN, pack=PACK, areas=[top], exercise=False, by=command, at=now())
    inside = set(places.areas_below(who_ask, Level.COMMUNITY, now()).values_list("pk", flat=True)) | set(who_ask)
    raised = {area: level for area, level in zones.items() if level > 0 and area in inside}
    for place in Place.objects.filter(pk__in=raised).order_by("pk"):
        by = street_of(place.pk, top)
        events.declare_zone(event, place, raised[place.pk], basis="情景推演 / scenario", by=by, at=now())
    return event
