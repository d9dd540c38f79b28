"""The article on a synthetic city: people sign up, desks confirm, grids ask, a planner places, a city publishes.

Its open inputs are who signs up, which grids ask (``simulation.article``), which work units have whom and how many
people each area asks them for (``simulation.units``): drawn by seed, by stated rules; everything else is a result of
the same actions a person would take. People say what they know of themselves; the desks find them in the register, or
keep them as new to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.db import from_on
from linli.custody import secrets
from linli.events import actions as events
from linli.events.models import Event
from linli.muster import actions as muster
from linli.muster import bulk, jobs, matching, publishing, runs
from linli.muster.models import Allocation, SignUp
from linli.people import actions as people
from linli.people.queries import city_is_synthetic
from linli.places import actions as places_actions
from linli.places import queries as places
from linli.places.models import Area, Place
from linli.scenarios import deploying
from linli.scenarios.accounts import desk_of, staff, street_of
from linli.scenarios.errors import AlreadyPlayed, NoCity, RealCity
from linli.simulation import CityFolder
from linli.simulation.article import QUOTA_SKILLS, ArticleInputs, SignUps, draw_article_inputs

Progress = Callable[[float, str], None]

NAME, NAME_EN = "“8·25”疫情应对", "Response to the outbreak of 25 August"
PACK = "epidemic"
LASTS = timedelta(days=7)
ROOM_BEYOND_PERCENT = 130  # a grid takes up to 1.3 times what it asks for, so that people who came are used


@dataclass(frozen=True, slots=True)
class Played:
    """What a scenario left behind."""

    event: Event
    allocation: Allocation
    published: bool


def play(city: CityFolder, seed: int, *, publish: bool, progress: Progress) -> Played:
    """Play the article on the city whose register is loaded. Refuses a second time: the event's name is taken.

    Raises:
        LinliError: as the actions say no.
    """
    top = places.top_area()
    if top is None:
        raise NoCity
    if not city_is_synthetic():
        raise RealCity
    if Event.objects.filter(name=NAME, ended_at__isnull=True).exists():
        raise AlreadyPlayed(name=NAME)
    progress(0.0, "draw")
    inputs = draw_article_inputs(city, seed)
    command = staff("city", "市指挥部 / City command", "city", top.pk)
    event = opened(top, command)
    progress(0.05, "zones")
    declare_zones(event, inputs, top)
    progress(0.1, "demands")
    ask_for_people(event, inputs, command)
    progress(0.2, "sign up")
    begins = now()
    sign_up(event, inputs.sign_ups, from_on(begins, begins + LASTS), progress)
    progress(0.7, "allocate")
    run = runs.begin(event, top, during=from_on(begins, begins + LASTS), by=command, at=begins)
    jobs.work_out(run)
    run.refresh_from_db()
    if publish and run.state == Allocation.State.PROPOSED:
        progress(0.9, "publish")
        publishing.publish(run, by=command, at=now(), progress=lambda share, step: progress(0.9 + 0.1 * share, step))
        run.refresh_from_db()
    progress(0.95, "deploy")
    deploying.play(event, city, inputs.zones, seed, by=command)
    progress(1.0, "done")
    return Played(event, run, publish)


def opened(top: Area, command: Caller) -> Event:
    """The event of the article, from now on."""
    return events.open_event(NAME, name_en=NAME_EN, pack=PACK, areas=[top], exercise=False, by=command, at=now())


def declare_zones(event: Event, inputs: ArticleInputs, top: Area) -> None:
    """Streets decide about zones."""
    raised = {area: level for area, level in inputs.zones.items() if level > 0}
    for place in Place.objects.filter(pk__in=raised).order_by("pk"):
        by = street_of(place.pk, top)
        events.declare_zone(event, place, raised[place.pk], basis="情景推演 / scenario", by=by, at=now())


def ask_for_people(event: Event, inputs: ArticleInputs, by: Caller) -> None:
    """Grids ask for people, with skills."""
    asking = inputs.asking
    grids = Area.objects.in_bulk(asking.grid.tolist())
    for row, grid in enumerate(asking.grid.tolist()):
        want = int(asking.want[row])
        heads = {skill: int(asking.quota[row, column]) for column, skill in enumerate(QUOTA_SKILLS)}
        muster.ask_for(
            event,
            grids[grid],
            want=want,
            most=-(-want * ROOM_BEYOND_PERCENT // 100),
            skills={skill: count for skill, count in heads.items() if count},
            by=by,
            at=now(),
        )


def sign_up(event: Event, people_of: SignUps, period: DateTimeTZRange, progress: Progress) -> None:
    """Community by community: the desk takes its list, confirms who matches exactly, then all others one by one.

    Who cannot come in the period says so, and nobody asks why.
    """
    order = people_of.community.argsort(kind="stable").tolist()
    communities = Area.objects.in_bulk(sorted(set(people_of.community.tolist())))
    done = 0
    for community_id, rows in groupby(order, key=lambda row: int(people_of.community[row])):
        community = communities[community_id]
        desk = desk_of(community)
        who = list(rows)
        places_actions.set_desk_phone(community, _number_of_desk(community), by=desk, at=now())
        _take(event, community, people_of, who, desk)
        bulk.confirm_exact_matches(event, community, by=desk, at=now())
        for claim in SignUp.objects.filter(event=event, community=community, state=SignUp.State.CLAIMED):
            muster.confirm(claim, person=None, lives_at=matching.building_said(claim), by=desk, at=now())
        _say_who_cannot_come(event, community, people_of, who, period, desk)
        done += len(who)
        progress(0.2 + 0.5 * done / len(order), community.name)


def _say_who_cannot_come(
    event: Event, community: Area, people_of: SignUps, who: list[int], period: DateTimeTZRange, desk: Caller
) -> None:
    cannot = {_said(community, people_of, row) for row in who if not people_of.available[row]}
    confirmed = SignUp.objects.filter(event=event, community=community, state=SignUp.State.CONFIRMED)
    say_so = [
        claim.person.volunteer
        for claim in confirmed.select_related("person__volunteer").order_by("pk")
        if claim.person is not None and (claim.name, bytes(claim.phone_index)) in cannot
    ]
    people.set_unavailable(say_so, since=period.lower, until=period.upper, by=desk, at=now())


def _said(community: Area, people_of: SignUps, row: int) -> tuple[str, bytes]:
    """Name and blind index of the phone somebody gives."""
    return str(people_of.name[row]), secrets.index(_phone(community, people_of, row))


def _phone(community: Area, people_of: SignUps, row: int) -> str:
    """Who has no phone leaves the desk's own number."""
    return people_of.phone[row].decode() or _number_of_desk(community)


def _number_of_desk(community: Area) -> str:
    """A number that nobody has: Chengdu's are of eight digits and begin with none of these zeros."""
    return f"028{community.pk:08d}"


def _take(event: Event, community: Area, people_of: SignUps, who: list[int], desk: Caller) -> None:
    doors = set(Place.objects.filter(pk__in=people_of.dwelling[who].tolist()).values_list("pk", flat=True))
    claims = [
        bulk.Claimed(
            name=str(people_of.name[row]),
            phone=_phone(community, people_of, row),
            door="按门牌登记" if int(people_of.dwelling[row]) in doors else "门牌未登记",
            skills=int(people_of.skills[row]),
            lives_at=int(people_of.dwelling[row]) if int(people_of.dwelling[row]) in doors else None,
        )
        for row in who
    ]
    bulk.take_list(event, community, claims, by=desk, at=now())
