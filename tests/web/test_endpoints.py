"""Every address × every role × own and other area, generated from the rules that stand at the views.

A page or an operation without a stated rule fails; so does one whose arguments nobody has registered below. A record
outside one's area answers as if it did not exist, to reading and to writing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from linli.access import digests
from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.access.models import ApiToken, GrantRequest, RoleGrant, User
from linli.access.permit import rule_of
from linli.api.urls import api
from linli.command import actions as command
from linli.common.clock import now
from linli.common.db import from_on
from linli.custody import secrets
from linli.custody.models import Export
from linli.custody.roles import ROLES, Decide, See, deciding, seeing
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
    Member,
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
from tests.factories import FOUNDED, STARTED, SYSTEM, begin_sweep, built_once, caller_for, place_in, sign_in
from tests.ledger import forms_made as forms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("branches")]

# Addresses that state no rule of ours, each with the reason.
NOT_OURS = {
    "set_language": "Django's own: sets the language cookie of whoever asks, and shows nothing",
    "api-1:openapi-json": "the description of the API, which holds no row",
    "api-1:api-root": "answers that there is nothing: the description has its own address",
}
# Addresses that answer otherwise than with a page to whom they are open, each with the reason.
ANSWERS = {
    "enter": (403, "a made-up link is spent"),
    "choose_password": (403, "a made-up link is spent"),
    "use_paper": (403, "a made-up code is spent"),
    "choose_pin": (403, "a made-up code is spent"),
    "type_pin": (403, "no phone came in here by a QR"),
    "first": (404, "somebody is administrator here"),
    "readyz": (503, "no worker runs beside these tests"),
    "mfa_authenticate": (302, "the first step comes first, and whoever has taken it needs no second one"),
    "take_over": (403, "it was offered to somebody else by name"),
    "crew_tap": (404, "nobody is named to tap for"),
    "crew_hand_over": (404, "no shift is named that somebody holds there"),
    "call_off_hand_over": (403, "it lies between two others"),
    "emergency_words": (204, "nothing was typed, so there is nothing new to show"),
    "closing_progress": (404, "no closing was begun for this event"),
    "closing_certificate": (404, "nothing was destroyed, so there is no certificate"),
    "erasure": (404, "nobody has asked to be erased"),
    "withdraw_key": (404, "nobody here has that key"),
    "sheet_file": (404, "only whoever asked for a sheet gets its paper, and a colleague asked for this one"),
    "download_list": (404, "only whoever asked for a list gets it, and a colleague asked for this one"),
    "mfa_deactivate_totp": (404, "nobody here has set the app up"),
    "mfa_view_recovery_codes": (404, "nobody here has codes on paper"),
}
# What has to be said for a page that only writes to be able to answer.
SAID = {"confirm_sign_up": {"person": "new"}, "reveal_sign_up": {"field": "phone", "reason": "call"}}
SAID["trail_proof"] = {"subject": "sign_up:1"}
SAID |= {"undo_point": {"set": "1"}}  # of somebody else's: told, and nothing happens
SAID["reveal_placed"] = {"field": "phone", "reason": "call"}
SAID["it_is_me"] = {"apart": "1"}
SAID["change_post"] = {"what": "close"}
SAID["change_team"] = {"what": "release"}
SAID["download_list"] = {"kind": "csv"}
SAID |= {"print_sheet": {"micro_grid": "0"}, "sheet": {"fate": "returned"}, "type_sheet": {"result": "a"}}
SAID |= {"reveal_entry": {"field": "phone", "reason": "call"}}
SAID |= {"reveal_person": {"field": "phone", "reason": "call"}, "reveal_door": {"field": "door", "reason": "deliver"}}
SAID |= {"reveal_self_report": {"field": "phone", "reason": "call"}, "print_door_codes": {"part": "1"}}
SAID |= {"decline_hours": {"reason": "test"}, "decide_correction": {"decision": "grant", "reason": "test"}}
SAID |= {"check_hours": {"code": "0123456789abcdef"}}
SAID |= {"crew_tap": {"does": "start"}, "finish_for": {"finished": "2022-09-02T10:00"}}
SAID |= {"take_entry": {"holder": "0"}}  # somebody else was quicker: one role takes nothing from the next one
OPEN = {200, 302, 405, 409, 422}
DOORS = {reverse(name) for name in ("account_login", "mfa_authenticate", "mfa_index")}


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


OF_A_GRID = {
    "grid",
    "call_list",
    "sweep_names",
    "sweep_doors",
    "sweep_new_door",
    "sheets",
    "print_sheet",
    "crew",
    "crew_tap",
    "crew_hand_over",
    "crew_phones",
    "hours_waiting",
    "approve_hours",
    "decline_hours",
    "finish_for",
}  # grid workers open these too
ARGS = {
    "area_id": lambda branch, name: branch.areas["grid" if name in OF_A_GRID else "community"].pk,
    "community_id": lambda branch, _: branch.areas["community"].pk,
    "sign_up_id": lambda branch, _: branch.claim.pk,
    "allocation_id": lambda branch, _: branch.run.pk,
    "briefing_id": lambda branch, _: branch.briefing,
    "zone_id": lambda branch, _: branch.zone.pk,
    "placement_id": lambda branch, _: branch.placement,
    "entry_id": lambda branch, _: branch.entry.pk,
    "hand_over_id": lambda branch, _: branch.hand_over.pk,
    "event_id": lambda branch, _: branch.event,
    "user_id": lambda branch, _: branch.account.pk,
    "place_id": lambda branch, name: (
        Estate.objects.get(community=branch.areas["community"]).pk
        if name in ("point", "undo_point")
        else branch.areas["community"].pk
    ),
    "request_id": lambda branch, _: branch.waiting.pk,
    "key_id": lambda *_: 1,
    "sweep_id": lambda branch, _: branch.sweep,
    "door_id": lambda branch, _: branch.door,
    "finding_id": lambda branch, _: branch.finding,
    "device_id": lambda *_: uuid4(),
    "address_id": lambda *_: 1,
    "person_id": lambda branch, _: branch.resident,
    "sheet_number": lambda branch, _: branch.sheet,
    "form_id": lambda branch, _: branch.form,
    "list_number": lambda branch, _: branch.list_out,
    "resident_id": lambda branch, _: branch.resident,
    "other_id": lambda branch, _: branch.neighbour,
    "move_id": lambda branch, _: branch.move,
    "text": lambda *_: "AAAAAAAA",
    "token": lambda *_: "a" * 43,
    "pk": lambda *_: 1,
    "load_id": lambda branch, _: branch.load,
    "building_id": lambda branch, _: branch.building,
    "door_code": lambda branch, _: branch.code,
    "report_id": lambda branch, _: branch.report,
    "team_id": lambda branch, _: branch.team,
    "reinforcement_id": lambda branch, _: branch.units.request,
    "unit_plan_id": lambda branch, _: branch.units.plan,
    "call_id": lambda branch, _: branch.units.call,
    "deployed_id": lambda branch, _: branch.units.deployed,
    "named_post_id": lambda branch, _: branch.named_post,
    "template": lambda *_: "areas",
    "number": lambda *_: 1,
    "erasure_id": lambda *_: 1,
    "kind": lambda *_: "json",
    "room": lambda *_: "people",
    "post_code": lambda branch, _: branch.post,
    "service_id": lambda branch, _: branch.service,
    "correction_id": lambda branch, _: branch.correction,
}
SCOPED = {"area_id", "community_id", "sign_up_id", "allocation_id", "briefing_id", "zone_id", "user_id"}
SCOPED |= {"placement_id", "entry_id", "hand_over_id", "load_id", "list_number", "sweep_id", "door_id"}
SCOPED |= {"team_id", "named_post_id", "resident_id", "move_id", "sheet_number", "form_id", "report_id"}
SCOPED |= {"resident_id", "move_id", "sheet_number", "form_id", "report_id", "service_id", "correction_id"}
SCOPED |= {"reinforcement_id", "unit_plan_id", "call_id", "deployed_id"}
# Roles without an area, for which there is no other area.
EVERYWHERE = {"city", *(key for key, role in ROLES.items() if not role.levels)}


def _patterns(resolver: URLResolver, space: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            found += _patterns(each, f"{space}{each.namespace}:" if each.namespace else space)
        else:
            found.append((f"{space}{each.name}", each))
    return found


ALL = _patterns(get_resolver())
PAGES = {name: each for name, each in ALL if name not in NOT_OURS and not name.startswith("api-1:")}
OPERATIONS = {
    (method, f"/api/v1{path}"): rule_of(operation.view_func)
    for _, router in api._routers
    for path, at in router.path_operations.items()
    for operation in at.operations
    for method in operation.methods
}
# Operations whose rule is narrower where these tests ask, each with the roles that are left and the reason.
NARROWER = {
    # Asked of a community here, whose parts are grids: the city's counts end above them.
    ("GET", "/api/v1/areas/{area_id}/parts"): seeing(See.COUNTS_TO_GRID),
    # Of a community's units here, which are the district's to ask: the city asks its own.
    ("POST", "/api/v1/areas/{area_id}/unit-plans"): deciding(Decide.COUNTY_UNITS),
    ("POST", "/api/v1/unit-plans/{unit_plan_id}/publication"): deciding(Decide.COUNTY_UNITS),
    ("POST", "/api/v1/units/{unit_id}/free"): deciding(Decide.COUNTY_UNITS, Decide.OWN_LIST),
    # Asked of the street here, so that its desk passes nothing on.
    ("POST", "/api/v1/reinforcements/{reinforcement_id}/upward"): ("street", "district", "city"),
    # No account here has said which person works under it; tests/api/test_me.py has one that did.
    ("GET", "/api/v1/me/sign-ups/{sign_up_id}"): (),
    ("GET", "/api/v1/me/sign-ups/{sign_up_id}/hours"): (),
    # The run here is no repair, and has come to no proposal.
    ("GET", "/api/v1/allocations/{allocation_id}/lines"): (),
    ("GET", "/api/v1/allocations/{allocation_id}/repair"): (),
    # No offer lies here, so that there is nothing to take for anybody.
    ("POST", "/api/v1/reinforcements/{reinforcement_id}/offers"): (),
}
# Operations that name nothing, so that there is no other area to ask of: each answers of whoever asks.
OWN = {("GET", f"/api/v1/{what}") for what in ("worklist", "self-reports", "units", "calls")}
OWN |= {("GET", "/api/v1/me/sign-ups"), ("GET", "/api/v1/me/notices"), ("POST", "/api/v1/me/notices/read")}


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


@pytest.fixture(scope="module")
def branches(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Branch, Branch]]:
    """Own and other, built once: each test begins from them and leaves nothing in them."""
    yield from built_once(django_db_blocker, _branches)


def _branches() -> tuple[Branch, Branch]:
    """Own and other: two districts of one city, in one event, on a synthetic city."""
    city = places.add_area(level=Level.CITY, name="小城", parent=None, by=SYSTEM, at=FOUNDED)
    event = Event.objects.create(name="疫情", pack="epidemic", pack_version="1", started_at=STARTED, exercise=True)
    EventArea.objects.create(event=event, area=city)
    City.objects.update_or_create(id=1, defaults={"name": "小城", "synthetic": True, "loaded_at": FOUNDED})
    return _branch(city, event, 1), _branch(city, event, 2)


WHERE = {"leader": "grid", "grid_worker": "grid", "keeper": "community", "liaison": "street", "press": "district"}
WHERE |= {"community_desk": "community", "street": "street", "district": "district", "city": "city"}


def holder(role: str, own: Branch) -> User:
    """A demo account with one role over its area of the own branch."""
    user = User.objects.create(username=f"holder_{role}", display_name=role, demo=True, created_at=FOUNDED)
    area = own.areas[WHERE[role]].pk if role in WHERE else None
    RoleGrant.objects.create(
        user=user, role=role, area=area, organisation=1 if role == "liaison" else None, since=FOUNDED
    )
    return user


def address(name: str, pattern: URLPattern, branch: Branch) -> str:
    return reverse(name, kwargs={arg: ARGS[arg](branch, name) for arg in pattern.pattern.converters})


def test_every_page_states_its_rule():
    without = [name for name, pattern in PAGES.items() if rule_of(pattern.callback) is None]
    assert without == []


def test_every_operation_states_its_rule_and_none_is_left_out():
    described = {(how.upper(), path) for path, ways in api.get_openapi_schema()["paths"].items() for how in ways}
    assert set(OPERATIONS) == described
    assert [each for each, rule in OPERATIONS.items() if rule is None] == []


def test_what_needs_no_rule_is_there():
    assert set(NOT_OURS) <= {name for name, _ in ALL}


def test_every_role_has_its_place_in_these_tests():
    assert {role for role, row in ROLES.items() if row.levels} == set(WHERE)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_opens_to_its_roles_in_their_own_area_and_to_nobody_else(branches, name):
    wrong = {}
    for role in sorted(ROLES):
        client = Client()
        sign_in(client, holder(role, branches[0]))
        if said := list(_wrong_for(client, role, name, *branches)):
            wrong[role] = said
    assert wrong == {}


def _is_open(name: str, reply: HttpResponse) -> bool:
    """Whether somebody came in: being sent to sign in, or to the second step, is to stand before the door."""
    if name in ANSWERS:
        return reply.status_code == ANSWERS[name][0]
    sent = reply.headers.get("Location", "").partition("?")[0]
    return reply.status_code in OPEN and sent not in DOORS


def _wrong_for(client: Client, role: str, name: str, own: Branch, other: Branch) -> Iterator[str]:
    """What one role gets from one page that its rule does not say."""
    pattern, rule = PAGES[name], rule_of(PAGES[name].callback)
    here, there = address(name, pattern, own), address(name, pattern, other)
    if not (rule.anonymous or rule.account or role in rule.roles):
        found = (client.get(here).status_code, client.post(here).status_code)
        if found != (404, 404):
            yield f"is no role of this page and got {found}"
        return
    reply = client.get(here)
    reply = client.post(here, SAID.get(name)) if reply.status_code == 405 else reply
    if not _is_open(name, reply):
        yield f"got {reply.status_code} {reply.headers.get('Location', '')} in their own area"
    if SCOPED & set(pattern.pattern.converters) and not rule.anonymous and role not in EVERYWHERE:
        # A page that only reads, or only writes, may say so (405) before it looks at the record.
        found = {client.get(there).status_code, client.post(there).status_code}
        if 404 not in found or not found <= {404, 405}:
            yield f"got {found} in another area"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_who_has_not_signed_in_is_asked_to_and_changes_nothing(branches, client, name):
    pattern, rule = PAGES[name], rule_of(PAGES[name].callback)
    here = address(name, pattern, branches[0])
    if rule.anonymous:
        assert _is_open(name, client.get(here))
        return
    reply = client.get(here)
    if rule.roles or rule.account:
        assert (reply.status_code, reply["Location"].partition("?")[0]) == (302, reverse("account_login"))
    else:  # only a bound device opens it: signing in would not
        assert reply.status_code == 404
    assert client.post(here).status_code == 404


def test_a_device_opens_its_own_claim_and_no_other(branches, client):
    own, other = branches
    _, secret = start_device_session(own.claim.pk, at=now())
    client.cookies[DEVICE_COOKIE] = secret
    assert client.get(reverse("claim", args=[own.claim.pk])).status_code == 200
    for unknown in (other.claim.pk, uuid4()):
        assert client.get(reverse("claim", args=[unknown])).status_code == 404


def test_a_role_without_its_second_factor_opens_nothing(branches, client):
    own, _ = branches
    user = holder("community_desk", own)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    reply = client.get(reverse("sign_ups", args=[own.areas["community"].pk]))
    assert (reply.status_code, reply.url) == (302, reverse("mfa_index"))
    assert client.post(reverse("sign_up_detail", args=[own.claim.pk])).status_code == 302


def called(client: Client, method: str, path: str, branch: Branch, key: str | None) -> int:
    community = branch.areas["community"].pk
    ids = {"area_id": community, "sign_up_id": branch.claim.pk, "allocation_id": branch.run.pk}
    ids |= {"sweep_id": branch.sweep, "door_id": branch.door, "person_id": branch.resident, "kept_id": branch.neighbour}
    ids |= {"report_id": branch.report, "placement_id": branch.placement, "team_id": branch.team}
    ids |= muster_ids(branch)
    if "/hours/" in path:
        grid = branch.areas["grid"].pk
        ids |= {"area_id": grid, "booking_id": Booking.objects.get(place=grid).pk}
    if path.endswith("/demand"):
        ids["area_id"] = branch.areas["grid"].pk
    filled = path.format(**ids)
    said = {"community": community, "name": "李", "phone": "13900000001", "door": "1栋", "area": community}
    said |= {"since": now().isoformat(), "until": (now() + timedelta(days=1)).isoformat()}
    said |= {"person": branch.resident, "other": branch.neighbour, "what": "away", "kind": "rapid_team"}
    if path.endswith("/moves"):
        said["door"] = None  # a number there, where a sign-up says it in words
    if path.endswith("/decision"):
        said = {"people": []}
    if path.endswith("/findings"):
        said = {"id": str(uuid4()), "door": branch.door, "result": "no_answer", "how": "door"}
        said |= {"happened_at": now().isoformat()}
    if "/hours/" in path and path.endswith("/taps"):
        said = {"id": str(uuid4()), "booking": ids["booking_id"], "does": "start"}
    if path.endswith("/approvals"):
        said = {"services": [branch.service]}
    said |= _said_of_muster(path, branch)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    body = {"data": said, "content_type": "application/json"} if method == "POST" else {}
    return getattr(client, method.lower())(filled, headers=headers, **body).status_code


def muster_ids(branch: Branch) -> dict[str, object]:
    """Numbers of posts, shifts, requests and work units in addresses of the API."""
    units = branch.units
    return {
        "community_id": branch.areas["community"].pk,
        "named_post_id": branch.named_post,
        "holding_id": branch.shift,
        "reinforcement_id": units.request,
        "unit_plan_id": units.plan,
        "call_id": units.call,
        "deployed_id": units.deployed,
        "unit_id": Call.objects.get(pk=units.call).organisation_id,
        "building_id": branch.building,
        "member_id": Member.objects.get(team=branch.team).pk,
        "service_id": branch.service,
        "correction_id": branch.correction,
        "post_code": branch.post,
    }


def _said_of_muster(path: str, branch: Branch) -> dict[str, object]:
    """What bodies about posts and work units say, where it is something else than anywhere else."""
    at, until = now(), (now() + timedelta(days=1)).isoformat()
    if path.endswith("/reinforcements"):
        people = {"heads": 1, "meet": "门口", "receiver": "李", "receiver_phone": "02812345678"}
        return people | {"answer_by": (at + timedelta(hours=1)).isoformat()}
    last = path.rpartition("/")[2]
    if last == "members":
        return {"placements": [branch.placement]}
    if "/me/" in path:
        mine = {"taps": {"id": str(uuid4()), "sign_up": str(branch.claim.pk), "does": "start"}}
        mine |= {"corrections": {"id": str(uuid4())}, "skills": {"skills": []}, "volunteer-number": {"number": ""}}
        mine |= {"when": {"free": [], "only_inside": False}, "read": {"notices": [1]}}
        mine |= {"finish": {"finished_at": at.isoformat()}}
        return mine.get(last, {})
    if "/hours/" in path and last == "hand-over":
        return {"holding": branch.shift, "booking": Placement.objects.get(pk=branch.placement).booking_id}
    return {
        "posts": {"kind": "lead_post", "work": "gate", "name": "西门"},
        "shifts": {"placement": branch.placement, "first": "2022-09-02", "begins": "08:00", "ends": "09:00"},
        "hand-over": {"placement": branch.placement},
        "trainings": {"work": "sampling", "placements": [branch.placement], "until": until[:10]},
        "policies": {"name": "意外险", "until": until[:10]},
        "responsibility": {"version": "0" * 16, "buildings": [{"place": branch.building}]},
        "{building_id}": {"version": "0" * 16, "doors": [{"place": branch.door}]},
        "repairs": {"empty": True},
        "demand": {"want": 1},
        "confirmation": {"person": None},
        "list": {"rows": [{"name": "赵志一", "phone": "13900000001", "door": "1栋"}]},
        "decline": {"reason": "忙"},
        "finish": {"finished_at": at.isoformat()},
        "{correction_id}": {"granted": True, "reason": "是"},
        "{member_id}": {"does": "lead"},
        "mend": {"leader": None, "deputy": None},
        "division": {"among": [{"team": branch.team}]},
        "units": {"units": [{"name": "单位"}]},
        "free": {"free": [{"heads": 1}]},
        "offers": {"heads": 1, "offer": 1},
        "people": {"lines": ["赵志一 13900000001"]},
        "refusal": {"reason": "忙"},
        "swap": {"line": "赵志一 13900000001"},
        "arrivals": {"deployed": [branch.units.deployed]},
        "releases": {"deployed": [branch.units.deployed]},
    }.get(last, {})


@pytest.mark.parametrize(("method", "path"), sorted(OPERATIONS))
def test_an_operation_opens_to_its_roles_in_their_own_area_and_to_nobody_else(branches, client, method, path):
    own, other = branches
    wrong, opens = {}, NARROWER.get((method, path), OPERATIONS[method, path].roles)
    for role in sorted(ROLES):
        key = key_of(holder(role, own))
        if role not in opens:
            found, may = called(client, method, path, own, key), {403, 404}
        elif (
            role != "city" and (method, path) not in OWN and (there := called(client, method, path, other, key)) != 404
        ):
            found, may = there, {404}
        else:
            found, may = called(client, method, path, own, key), OPEN
        if found not in may:
            wrong[role] = found
    assert wrong == {}


def key_of(user: User) -> str:
    secret = digests.fresh_secret()
    ApiToken.objects.create(
        user=user,
        digest=digests.digest(secret),
        label="test",
        scopes=["read", "write"],
        created_at=now(),
        expires_at=now() + timedelta(days=1),
    )
    return secret


@pytest.mark.parametrize(("method", "path"), sorted(OPERATIONS))
@pytest.mark.parametrize("key", [None, "x", "a" * 43])
def test_an_operation_without_a_good_key_answers_401(branches, client, method, path, key):
    assert called(client, method, path, branches[0], key) == 401


def test_the_api_counts_grids_only_for_roles_that_see_them(branches, client):
    own, _ = branches
    grid, micro = own.areas["grid"].pk, own.areas["micro_grid"].pk
    keys = {role: key_of(holder(role, own)) for role in ("community_desk", "city")}
    for role, found in (("community_desk", 200), ("city", 404)):
        for path in (f"areas/{grid}", f"areas/{micro}", f"areas/{own.areas['community'].pk}/parts"):
            headers = {"Authorization": f"Bearer {keys[role]}"}
            assert client.get(f"/api/v1/{path}", headers=headers).status_code == found, (role, path)
    street, headers = own.areas["street"].pk, {"Authorization": f"Bearer {keys['city']}"}
    assert client.get(f"/api/v1/areas/{street}/parts", headers=headers).status_code == 200
