"""Small worlds for tests, made through the actions as people would make them. Everybody here is made up.

    city = tiny_city()                    a street as the top area with 2 communities, 4 grids, 8 micro-grids, one
                                          estate a community and one building with coordinates a micro-grid
                                          (「1栋」 to 「4栋」 in each estate), one event over all; marked synthetic
    user_with_role("community_desk", area)    an account that holds one role over one area (administrator: none)
    sign_in(client, user)                 as if the account had come with its second factor; returns the session's key
    add_resident(city, name=, phone=, community=0, building=0, door="502")
                                          a person of the register who lives behind a door and is counted there
    add_claim(city, name=, phone=, community=0, door=…)   a sign-up that waits for the desk
    ask(city, grid=0, want=2)             a grid asks for people
    place_in(event, person, grid, during)    somebody placed there, as a publication would leave it
    begin_sweep(event, area, by)          a sweep whose lists are made, without a worker
    note(city, user, need=…)              an entry of a desk's duty log, noted by an account
    built_once(blocker, build)            one world for all tests of a module

Moments: FOUNDED (the tree begins), STARTED (the event begins). Callers: SYSTEM, caller_for(user).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils.translation import override
from pytest_django import DjangoDbBlocker

from linli.access.callers import DEMO_KEY, grants_in_force
from linli.access.models import RoleGrant, User
from linli.common.caller import NOBODY, Caller
from linli.common.clock import now
from linli.common.db import from_on
from linli.custody import trail
from linli.desk import actions as desk
from linli.desk.models import Entry
from linli.duty import booking
from linli.duty.models import Booking
from linli.events.models import Event, EventArea
from linli.ledger import sweeping
from linli.ledger.models import Sweep
from linli.muster import actions as muster
from linli.muster.models import Demand, Placement, SignUp
from linli.people import actions as people
from linli.people.models import REGISTER, City, Household, Person
from linli.places import actions as places
from linli.places.models import Area, AreaParent, Building, Dwelling, Estate, Level, Place, Within
from linli.rolls import opening

FOUNDED = datetime(2022, 1, 1, tzinfo=UTC)
STARTED = datetime(2022, 9, 1, 10, tzinfo=UTC)
SYSTEM = NOBODY
LON, LAT = 104.05, 30.67
_STEP = 0.002  # degrees: about 190 m east, 220 m north
_serial = count(1)
World = TypeVar("World")


@dataclass(frozen=True, slots=True)
class TinyCity:
    """A street and everything in it; grids 0 and 1 lie in community 0, micro-grids 0 and 1 in grid 0, and so on."""

    street: Area
    communities: list[Area]
    grids: list[Area]
    micro_grids: list[Area]
    estates: list[Estate]
    buildings: list[Building]
    event: Event


def built_once(blocker: DjangoDbBlocker, build: Callable[[], World]) -> Iterator[World]:
    """What a fixture of a module's scope yields: built in a transaction that is undone after the module's last test.

    Each test's own transaction is a savepoint in it, so that it finds the world as it was built. A module that has one
    uses it in every test: one that did not ask for it would find it or not, by what ran before.
    """
    with blocker.unblock(), transaction.atomic():
        with override(settings.LANGUAGE_CODE):
            world = build()
        connection.check_constraints()  # those that wait for the end, which would else be checked anew after each test
        yield world
        transaction.set_rollback(True)


def tiny_city(*, coordinates: bool = True) -> TinyCity:
    """A street of two communities; without `coordinates` no place has a point, and distances are estimated.

    Nearly every test begins with one: its rows are those that the actions write, in few statements.
    """
    street, *_ = areas = _tree(coordinates)
    communities, grids, micros = ([each for each in areas if each.level == level] for level in _LEVELS[1:])
    estates = _estates(communities, coordinates)
    buildings = _buildings(estates, coordinates)
    held = {building.pk: micro.pk for building, micro in zip(buildings, micros, strict=True)}
    places.assign_new(held, by=SYSTEM, at=FOUNDED)
    event = Event.objects.create(
        name="九月疫情",
        name_en="September outbreak",
        pack="epidemic",
        pack_version="1",
        started_at=STARTED,
        exercise=True,
    )
    EventArea.objects.create(event=event, area=street)
    City.objects.update_or_create(id=1, defaults={"name": "小城", "synthetic": True, "loaded_at": FOUNDED})
    return TinyCity(street, communities, grids, micros, estates, buildings, event)


_LEVELS = (Level.STREET, Level.COMMUNITY, Level.GRID, Level.MICRO_GRID)


def _tree(coordinates: bool) -> list[Area]:
    """Areas as `places.add_area` adds them, one after the other, each before those that lie in it."""
    said: list[tuple[str, int | None, dict[str, float]]] = [("梧桐街道", None, {})]
    for row, name in enumerate(("青松社区", "白桦社区")):
        community = len(said)
        said.append((name, 0, _point(row, 0, coordinates)))
        for number in (1, 2):
            grid, title = len(said), f"{name[:2]}第{number}网格"
            said.append((title, community, _point(row, 2 * row + number - 1, coordinates)))
            said += [(f"{title}微{part}", grid, {}) for part in (1, 2)]
    made = Place.objects.bulk_create([Place(kind=Place.Kind.AREA) for _ in said])
    areas: list[Area] = []
    above: list[list[Area]] = []  # each area with all that it lies in, itself first
    for place, (name, parent, point) in zip(made, said, strict=True):
        outer = [] if parent is None else above[parent]
        areas.append(Area(place=place, level=_LEVELS[len(outer)], name=name, **point))
        above.append([areas[-1], *outer])
    Area.objects.bulk_create(areas)
    since = from_on(FOUNDED)
    Within.objects.bulk_create(
        [Within(inner=chain[0], outer=outer, during=since) for chain in above for outer in chain]
    )
    AreaParent.objects.bulk_create(
        [
            AreaParent(area=area, level=area.level, parent=parent, parent_level=parent.level, during=since)
            for area, parent, *_ in (chain for chain in above if len(chain) > 1)
        ]
    )
    ids = [area.pk for area in areas]
    trail.record_many("area.added", who=SYSTEM, subjects=[f"place:{each}" for each in ids], areas=ids, at=FOUNDED)
    return areas


def _estates(communities: list[Area], coordinates: bool) -> list[Estate]:
    made = Place.objects.bulk_create([Place(kind=Place.Kind.ESTATE) for _ in communities])
    return Estate.objects.bulk_create(
        Estate(place=place, community=community, name=f"{community.name[:2]}苑", **_point(row, 0, coordinates))
        for row, (place, community) in enumerate(zip(made, communities, strict=True))
    )


def _buildings(estates: list[Estate], coordinates: bool) -> list[Building]:
    """Four of each estate, above each other two by two."""
    said = [(row, estate, number) for row, estate in enumerate(estates) for number in range(4)]
    made = Place.objects.bulk_create(
        [Place(kind=Place.Kind.BUILDING, physical_parent=estate.place) for _, estate, _ in said]
    )
    found = []
    for place, (row, estate, number) in zip(made, said, strict=True):
        point = _point(row, 2 * row + number // 2, coordinates)
        if point:
            point["lat"] += _STEP / 4
        found.append(Building(place=place, estate=estate, name=f"{number + 1}栋", floors=6, units=2, **point))
    return Building.objects.bulk_create(found)


def _point(row: int, column: int, coordinates: bool) -> dict[str, float]:
    return {"lon": LON + column * _STEP, "lat": LAT + row * _STEP} if coordinates else {}


def user_with_role(role: str, area: Area | None = None, *, name: str = "") -> User:
    """An account with one role; demo accounts may come in by a link, without a second factor."""
    number = next(_serial)
    user = User.objects.create(
        username=f"{role}{number}", display_name=name or f"{role} {number}", demo=True, created_at=FOUNDED
    )
    RoleGrant.objects.create(user=user, role=role, area=area.pk if area is not None else None, since=FOUNDED)
    return user


def caller_for(user: User) -> Caller:
    """The caller that an account speaks for, with the grants it has now."""
    return Caller(user=user.pk, grants=grants_in_force(now(), user=user.pk))


def sign_in(client: Client, user: User) -> str:
    """Let a test client speak for an account; returns the session's key, for a real browser's cookie."""
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[DEMO_KEY] = user.pk
    session.save()
    return str(session.session_key)


def add_resident(
    city: TinyCity,
    *,
    name: str,
    phone: str,
    community: int = 0,
    building: int = 0,
    unit: int = 1,
    door: str = "502",
) -> Person:
    """A person of the register in the n-th building of a community (0 to 3)."""
    house = city.buildings[4 * community + building]
    dwelling = Dwelling.objects.filter(building=house, unit=unit, door=door).first()
    if dwelling is None:
        place = Place.objects.create(kind=Place.Kind.DWELLING, physical_parent=house.place)
        dwelling = Dwelling.objects.create(place=place, building=house, unit=unit, floor=int(door[0]), door=door)
    household = Household.objects.create(dwelling=dwelling.place)
    person = people.add_person(holder=REGISTER, name=name, phone=phone, by=SYSTEM, at=FOUNDED)
    micro = city.micro_grids[4 * community + building]
    people.move(person, counted_in=micro, household=household, since=FOUNDED, by=SYSTEM, at=FOUNDED)
    return person


def add_claim(
    city: TinyCity,
    *,
    name: str,
    phone: str,
    community: int = 0,
    door: str = "1栋1单元502",
    skills: int = 0,
    as_member: bool = False,
    at: datetime | None = None,
) -> SignUp:
    """A sign-up made on the page that waits for the desk."""
    return muster.sign_up(
        city.event,
        city.communities[community],
        name=name,
        phone=phone,
        door=door,
        way=SignUp.Way.PAGE,
        skills=skills,
        as_member=as_member,
        by=NOBODY,
        at=at or now(),
    )


def ask(
    city: TinyCity, *, grid: int = 0, want: int = 2, most: int | None = None, skills: Mapping[int, int] | None = None
) -> Demand:
    """A grid asks for people, by the desk of its community."""
    desk = user_with_role("community_desk", city.communities[grid // 2])
    return muster.ask_for(
        city.event,
        city.grids[grid],
        want=want,
        most=most or want,
        skills=skills or {},
        by=caller_for(desk),
        at=now(),
    )


def place_in(
    event: Event,
    person: Person,
    grid: Area,
    during: Any,
    *,
    at: datetime | None = None,
    by: Caller = SYSTEM,
    **facts: Any,
) -> Placement:
    """Somebody who is placed in a grid for a time; `facts` are those of the placement, by its fields' names."""
    made = at or now()
    held = booking.book_one(
        event, person.pk, grid.pk, during, kind=Booking.Kind.BELONGS, source="muster", by=by, at=made
    )
    known: dict[str, Any] = {"metres": 1, "published_by": by.user or 1, "published_at": made, "answer_by": made} | facts
    return Placement.objects.create(booking_id=held, event=event, person=person, grid=grid, during=during, **known)


def begin_sweep(event: Event, area: Area, by: User | Caller, *, at: datetime | None = None) -> Sweep:
    """A sweep of an area, begun by an account or a caller, with its lists made, as the job would."""
    made = sweeping.open_sweep(event, area, by=caller_for(by) if isinstance(by, User) else by, at=at or now())
    for roll in (made.doors_id, made.persons_id):
        opening.fill(roll)
    return Sweep.objects.select_related("doors", "persons__area", "persons__event").get(pk=made.pk)


def note(
    city: TinyCity,
    user: User,
    *,
    need: str = "药只够到明天",
    caller: str = "王小明 13800001234",
    about: str = "王小明 1栋1单元502",
    priority: str = "P2",
    community: int = 0,
    at: datetime | None = None,
) -> Entry:
    """An entry of a community's duty log, noted by an account."""
    return desk.note(
        city.communities[community],
        caller=caller,
        about=about,
        need=need,
        priority=priority,
        by=caller_for(user),
        at=at or now(),
    )
