"""Two districts of one city with one row of each kind, for who may open what of their own and of another. Made up."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from linli.access.models import GrantRequest, RoleGrant, User
from linli.command import actions as command
from linli.common.clock import now
from linli.common.db import from_on
from linli.custody import secrets
from linli.custody.models import Export
from linli.desk.models import Entry, HandOver
from linli.duty.hours import actions as serving
from linli.duty.hours import deciding as hours
from linli.duty.hours import posts
from linli.duty.models import Booking, Service
from linli.events.models import Event, EventArea, Zone
from linli.ledger import doorcodes, recording, selfreports
from linli.ledger.models import Finding, MoveProposed, PaperSheet
from linli.muster import actions as muster
from linli.muster.models import (
    Allocation,
    Call,
    Deployed,
    Holding,
    NamedPost,
    Placement,
    Reinforcement,
    SignUp,
    Team,
    UnitPlan,
)
from linli.muster.teams import actions as teams
from linli.muster.teams import holding
from linli.people import actions as people
from linli.people import loads
from linli.people.loads import Basis
from linli.people.models import REGISTER, City, Organisation, Person
from linli.places import actions as places
from linli.places.models import Area, Building, Dwelling, Estate, Level, Place
from tests.factories import FOUNDED, STARTED, SYSTEM, begin_sweep, caller_for, place_in
from tests.ledger import forms_made as forms


@dataclass(frozen=True)
class UnitRows:
    """A request of the community, a plan over its work units, a call to one of them, and somebody whom it names."""

    request: int
    plan: int
    call: int
    deployed: int


@dataclass(frozen=True)
class Branch:
    """One district of a city and what lies in it, with one row of each kind."""

    areas: dict[str, Area]
    claim: SignUp
    run: Allocation
    briefing: int
    zone: Zone
    event: int
    placement: int
    entry: Entry
    hand_over: HandOver
    account: User
    waiting: GrantRequest
    resident: int
    load: int
    list_out: str
    sweep: int
    door: int
    finding: UUID
    neighbour: int
    move: UUID
    sheet: str
    form: int
    building: int
    code: str
    report: UUID
    team: int
    named_post: int
    shift: int
    service: int
    correction: int
    post: str
    units: UnitRows


def _branch(city: Area, event: Event, number: int) -> Branch:
    areas, parent = {"city": city}, city
    for level in (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.GRID, Level.MICRO_GRID):
        parent = places.add_area(level=level, name=f"{level.label}{number}", parent=parent, by=SYSTEM, at=FOUNDED)
        areas[level.name.lower()] = parent
    community, at = areas["community"], now()
    claim = muster.sign_up(
        event,
        community,
        name="王小明",
        phone=f"1380000000{number}",
        door="1栋1单元101",
        way=SignUp.Way.PAGE,
        by=SYSTEM,
        at=at,
    )
    saver = User.objects.create(username=f"saver{number}", display_name="saver", created_at=FOUNDED)
    RoleGrant.objects.create(user=saver, role="district", area=areas["district"].pk, since=FOUNDED)
    run = Allocation.objects.create(
        event=event, area=community, during=from_on(at, at + timedelta(days=1)), asked_by=saver.pk, asked_at=at
    )
    speaker = User.objects.create(username=f"speaker{number}", display_name="speaker", created_at=FOUNDED)
    RoleGrant.objects.create(user=speaker, role="press", area=areas["district"].pk, since=FOUNDED)
    kept = command.save_briefing(event, community, by=caller_for(speaker), at=at)
    estate = Place.objects.create(kind=Place.Kind.ESTATE)
    Estate.objects.create(place=estate, community=community, name=f"青松苑{number}")
    zone = Zone.objects.create(
        event=event,
        place=estate,
        level=Zone.Risk.HIGH,
        basis="test",
        counted_from=at.date(),
        during=from_on(at),
        declared_by=saver.pk,
        declared_at=at,
    )
    placement = place_in(event, Person.objects.create(), areas["grid"], run.during, published_by=saver.pk)
    resident = people.add_person(holder=REGISTER, name=f"居民{number}", by=SYSTEM, at=FOUNDED)
    people.move(resident, counted_in=areas["micro_grid"], since=FOUNDED, by=SYSTEM, at=FOUNDED)
    staff = _account(areas, number)
    out = _list_out(areas, staff[0], number)
    sweep = _sweep(event, areas, estate, number)
    return Branch(
        areas,
        claim,
        run,
        kept.pk,
        zone,
        event.pk,
        placement.pk,
        *_duty_log(event, community),
        *staff,
        resident.pk,
        loads.note("persons", community, Basis(REGISTER, "office", "duty"), 1, by=SYSTEM, at=at).pk,
        out,
        *sweep,
        *_ledger(areas, resident, number),
        _sheet(sweep[0], areas, staff[0], number),
        forms.add(community, caller_for(staff[0]), name=f"form{number}").pk,
        *_self_report(event, areas, sweep[1]),
        _team(event, community, saver, placement.pk),
        *_named_post(event, community, saver, placement),
        *_hours(event, areas, placement),
        _units(event, areas, saver.pk, number),
    )


def _named_post(event: Event, community: Area, by: User, placement: Placement) -> tuple[int, int]:
    """A post with a name, and a shift of the one who is placed there."""
    at = now()
    facts = {"kind": NamedPost.Kind.LEAD, "work": "gate", "name": "东门", "at": at}
    post = holding.name_post(event, community, by=caller_for(by), **facts)
    held = {"event": event, "person": placement.person, "place": community.place}
    held["during"] = from_on(at + timedelta(hours=2), at + timedelta(hours=3))
    facts = {"kind": Booking.Kind.SHIFT, "post": "gate", "source": "muster", "booked_by": by.pk, "booked_at": at}
    booked = Booking.objects.create(**facts, **held)
    return post.pk, Holding.objects.create(post=post, booking=booked, given_by=by.pk, given_at=at, **held).pk


def _team(event: Event, community: Area, by: User, placement: int) -> int:
    """A team of the one who is placed there."""
    kind, place = Team.Kind.RAPID, community.place
    return teams.form(event, community, place, [placement], kind=kind, by=caller_for(by), at=now()).pk


def _hours(event: Event, areas: dict[str, Area], placement: Placement) -> tuple[int, int, str]:
    """Hours that wait, with a correction that was asked for, and the code of a post."""
    at, later = now(), Service.Said.LATER
    facts = {"said": later, "key": uuid4(), "happened": at - timedelta(minutes=30), "by": SYSTEM, "at": at}
    begun = serving.start(placement.person_id, event, areas["grid"].pk, **facts)
    done = serving.finish(begun.pk, said=later, happened=at, by=SYSTEM, at=at)
    since, until = at - timedelta(minutes=20), at - timedelta(minutes=10)
    hours.ask_correction(done, since, until, key=uuid4(), by=SYSTEM, at=at)
    desk = User.objects.create(username=f"printer{areas['grid'].pk}", display_name="desk", created_at=FOUNDED)
    RoleGrant.objects.create(user=desk, role="community_desk", area=areas["community"].pk, since=FOUNDED)
    code = posts.code_of(event, areas["grid"], by=caller_for(desk), at=at)
    return done.pk, done.corrections.get().pk, posts.plain(code)


def _units(event: Event, areas: dict[str, Area], by: int, number: int) -> UnitRows:
    """The work unit has the branch's number: the liaison here speaks for the first."""
    at, community = now(), areas["community"]
    unit = Organisation.objects.create(id=number, name="单位", area=community)
    during = from_on(at, at + timedelta(days=1))
    asked = Reinforcement.objects.create(
        event=event,
        area=community,
        asked_of=areas["street"],
        heads=1,
        during=during,
        meet="门口",
        receiver=secrets.seal("李"),
        receiver_phone=secrets.seal("02812345678"),
        answer_by=at,
        asked_by=by,
        asked_at=at,
    )
    plan = UnitPlan.objects.create(event=event, area=community, asked_by=by, asked_at=at)
    facts = {"event": event, "organisation": unit, "heads": 1, "during": during, "asked_by": by, "asked_at": at}
    call = Call.objects.create(reinforcement=asked, **facts)
    person = Person.objects.create()
    named = Deployed.objects.create(call=call, person=person, during=during, listed_by=by, listed_at=at)
    return UnitRows(asked.pk, plan.pk, call.pk, named.pk)


def _self_report(event: Event, areas: dict[str, Area], door: int) -> tuple[int, str, UUID]:
    """A door's code, and what somebody said through it."""
    building = Dwelling.objects.select_related("building").get(pk=door).building
    clerk = User.objects.create(username=f"clerk{door}", display_name="clerk", created_at=FOUNDED)
    RoleGrant.objects.create(user=clerk, role="community_desk", area=areas["community"].pk, since=FOUNDED)
    [(_, letters)] = doorcodes.print_codes(event, building, skip=0, most=1, by=caller_for(clerk), at=now())
    said = selfreports.AtHome([("王小明", False)])
    found = doorcodes.door_of(letters, now())
    made = selfreports.report(found, said, device=b"x" * 32, key=None, by=SYSTEM, at=now())
    return building.pk, letters, made.pk


def _sweep(event: Event, areas: dict[str, Area], estate: Place, number: int) -> tuple[int, int, UUID]:
    """A sweep of the community, a door in it, and what was found there."""
    house = Place.objects.create(kind=Place.Kind.BUILDING, physical_parent=estate)
    building = Building.objects.create(place=house, estate=estate.estate, name="1栋")
    places.assign(house, areas["micro_grid"], by=SYSTEM, at=FOUNDED)
    door = Place.objects.create(kind=Place.Kind.DWELLING, physical_parent=house)
    Dwelling.objects.create(place=door, building=building, unit=1, floor=5, door="502")
    beginner = User.objects.create(username=f"beginner{number}", display_name="beginner", created_at=FOUNDED)
    RoleGrant.objects.create(user=beginner, role="community_desk", area=areas["community"].pk, since=FOUNDED)
    sweep = begin_sweep(event, areas["community"], beginner)
    found = recording.Found(uuid4(), door.pk, Finding.Result.NO_ANSWER, Finding.How.DOOR, None)
    return sweep.pk, door.pk, recording.record(sweep, found, by=caller_for(beginner), at=now()).pk


def _ledger(areas: dict[str, Area], resident: Person, number: int) -> tuple[int, UUID]:
    """Somebody else of the same micro-grid, and a move that waits for the desk."""
    micro = areas["micro_grid"]
    neighbour = people.add_person(holder=REGISTER, name=f"邻居{number}", by=SYSTEM, at=FOUNDED)
    people.move(neighbour, counted_in=micro, since=FOUNDED, by=SYSTEM, at=FOUNDED)
    what = MoveProposed.What.AWAY
    move = MoveProposed.objects.create(person=resident, seat=micro, what=what, since=FOUNDED, proposed_at=FOUNDED)
    return neighbour.pk, move.pk


def _list_out(areas: dict[str, Area], asked_by: User, number: int) -> str:
    """A list that a colleague of the desk asked for and that waits for a second person."""
    above = [areas[level].pk for level in ("city", "district", "street", "community")]
    at = now()
    made = Export.objects.create(
        number=f"LIST000{number}",
        what="sign_ups",
        part="confirmed",
        area=above[-1],
        above=above,
        purpose="call",
        columns=["name"],
        rows=300,
        people=300,
        people_lately=300,
        asked_by=asked_by.pk,
        asked_at=at,
        expires_at=at + timedelta(hours=24),
        needs_second=True,
    )
    return made.number


def _sheet(sweep: int, areas: dict[str, Area], asked_by: User, number: int) -> str:
    """A numbered sheet of a micro-grid that a colleague printed."""
    at = now()
    made = PaperSheet.objects.create(
        number=f"SHEET22{number + 1}",
        sweep_id=sweep,
        micro_grid=areas["micro_grid"],
        asked_by=asked_by.pk,
        asked_at=at,
        printed_at=at,
    )
    return made.number


def _duty_log(event: Event, community: Area) -> tuple[Entry, HandOver]:
    """An entry that the street holds, so that street and desk may both see it, and a hand-over of the desk's."""
    at = now()
    text = secrets.seal("x")
    entry = Entry.objects.create(
        event=event,
        community=community,
        with_street=True,
        caller=text,
        about=text,
        need=text,
        priority=Entry.Priority.TODAY,
        due_at=at + timedelta(hours=2),
        received_at=at,
        received_by=1,
        holder=1,
    )
    return entry, HandOver.objects.create(community=community, whole_desk=False, given_by=1, given_at=at, to=2)


def _account(areas: dict[str, Area], number: int) -> tuple[User, GrantRequest]:
    """An account with a role that each level gives, and one more role that waits for a second administrator."""
    staff = User.objects.create(username=f"staff{number}", display_name="staff", created_at=FOUNDED)
    for role, where in (("grid_worker", "grid"), ("community_desk", "community"), ("street", "street")):
        RoleGrant.objects.create(user=staff, role=role, area=areas[where].pk, since=FOUNDED)
    RoleGrant.objects.create(user=staff, role="district", area=areas["district"].pk, since=FOUNDED)
    return staff, GrantRequest.objects.create(user=staff, role="auditor", asked_by=staff.pk, asked_at=FOUNDED)


def two_branches() -> tuple[Branch, Branch]:
    """Own and other: two districts of one city, in one event, on a synthetic city."""
    city = places.add_area(level=Level.CITY, name="小城", parent=None, by=SYSTEM, at=FOUNDED)
    event = Event.objects.create(name="疫情", pack="epidemic", pack_version="1", started_at=STARTED, exercise=True)
    EventArea.objects.create(event=event, area=city)
    City.objects.update_or_create(id=1, defaults={"name": "小城", "synthetic": True, "loaded_at": FOUNDED})
    return _branch(city, event, 1), _branch(city, event, 2)
