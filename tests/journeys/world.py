"""A small city in the middle of an event, with at least one row of each kind, for whoever looks at every page."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from linli.access import codes, phones
from linli.access.actions import ask_for_grant
from linli.access.callers import DEVICE_COOKIE, PHONE_COOKIE
from linli.access.devices import start_device_session
from linli.access.models import DeviceSession, MailAddress, OneTimeCode, PaperCode, RoleGrant, User
from linli.access.proofs import issue_password_link
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.db import from_on
from linli.common.ids import uuid7
from linli.custody import export, secrets
from linli.custody.export import Kind, Mark
from linli.custody.models import Export
from linli.desk import actions as desks
from linli.desk import handing
from linli.events.models import Zone
from linli.ledger import arriving, cards, doorcodes, duplicates, going, newcomers, recording, selfreports, sweeping
from linli.ledger.arriving import Newcomer
from linli.ledger.asks import Ask, Need
from linli.ledger.forms import filling
from linli.ledger.going import Going, What
from linli.ledger.models import Finding, PaperSheet, Said, Sweep
from linli.ledger.paper import printing, typing
from linli.muster import actions as muster
from linli.muster import jobs, leaving, takeout
from linli.muster.models import Allocation, NamedPost, Placement, SignUp, Team
from linli.muster.teams import actions as teaming
from linli.muster.teams import giving, holding, responsibility
from linli.people import loads
from linli.people.loads import Basis
from linli.people.models import REGISTER, Household, Identity, Person
from linli.places import pointing
from linli.places.actions import add_area, set_desk_phone
from linli.places.models import Area, Building, Estate, Level, Place
from linli.web.codes.coming import CODE_COOKIE
from tests.factories import (
    FOUNDED,
    LAT,
    LON,
    SYSTEM,
    TinyCity,
    add_claim,
    add_resident,
    ask,
    begin_sweep,
    caller_for,
    note,
    place_in,
    sign_in,
    tiny_city,
    user_with_role,
)
from tests.journeys.backstage import let_the_worker_work
from tests.journeys.closed import closings, erasures
from tests.journeys.hours import hours
from tests.journeys.units import BOTH_WAYS, work_units
from tests.ledger import forms_made
from tests.web import test_sign_in as signing_in

LONG_NAME = "沙河源街道友联社区党群服务片区"  # as long as the longest real ones
LONG_DOOR = "青松苑三期（原机械厂家属院）12栋2单元1803号"


@dataclass(slots=True)
class World:
    """Everything that addresses and people of the scenes need.

    Attributes:
        cookies: what each person's browser brings, by who they are.
        rows: ids of rows by what they are ("proposed", "waiting_claim" …).
    """

    city: TinyCity
    cookies: dict[str, dict[str, str]]
    rows: dict[str, object]

    @property
    def street(self) -> int:
        return self.city.street.pk

    @property
    def community(self) -> int:
        return self.city.communities[0].pk

    @property
    def empty_community(self) -> int:
        """Where nobody has signed up and no grid asks."""
        return self.city.communities[1].pk


def build() -> World:
    """The city, its people and what they have done so far; a few seconds."""
    cache.clear()
    city = tiny_city()
    Area.objects.filter(pk=city.grids[1].pk).update(name=f"{LONG_NAME}第十二总网格")
    set_desk_phone(city.communities[0], "028-8765 4321", by=SYSTEM, at=now())
    desk = user_with_role("community_desk", city.communities[0], name="青松社区值班台 · 李值班")
    street = user_with_role("street", city.street, name="梧桐街道指挥部")
    people = {
        "desk": desk,
        "desk_of_the_empty": user_with_role("community_desk", city.communities[1], name="白桦社区值班台"),
        "street": street,
        "commander": user_with_role("city", city.street, name="指挥长"),
        "press": user_with_role("press", city.street, name="新闻发布"),
        "administrator": user_with_role("administrator", name="管理员"),
        "auditor": user_with_role("auditor", name="审计员"),
        "privacy_officer": user_with_role("privacy_officer", name="数据保护官"),
    }
    cookies = {who: {"sessionid": sign_in(Client(), user)} for who, user in people.items()}
    grids = {"grid": city.grids[0].pk, "long_grid": city.grids[1].pk, "empty_grid": city.grids[2].pk}
    world = World(
        city,
        cookies,
        {**grids, "event": city.event.pk, "nobodys_claim": uuid7(), "spent_link": "a" * 43, "room": "people"},
    )
    claims = _sign_ups(world)
    _allocations(world, desk)
    _zones_and_briefings(world, street, people["press"])
    _teams(world, desk)
    _posts(world, desk)
    for who, claim in claims.items():
        _, secret = start_device_session(claim.pk, at=now())
        world.cookies[who] = {DEVICE_COOKIE: secret}
    _duty_log(world, desk, street)
    for n in range(4):
        add_resident(city, name=f"周家{n}", phone=f"1380000110{n}", building=0, unit=n % 2 + 1, door=f"{n + 2}01")
    _sweeps(world, desk, street)
    _ledger(world, desk)
    _accounts(world, people["administrator"])
    _codes(world, desk)
    _phones(world, desk)
    _loads(world, desk)
    _points(world, desk)
    _lists_out(world, desk)
    _sheets(world, desk)
    _forms(world, desk, street)
    _self_reports(world, desk)
    cookies, rows = hours(city, desk)
    world.cookies |= cookies
    world.rows |= rows
    _both_ways(world)
    signed_in, units = work_units(city.event, city.communities[0], city.street, desk, people["commander"])
    world.cookies |= signed_in
    world.rows |= units
    repair = jobs.replace(
        city.event, city.communities[0], [], pool=Allocation.Pool.UNITS, by=caller_for(desk), at=now()
    )
    let_the_worker_work()
    world.rows["units_repair"] = repair.pk
    closings(world, people["privacy_officer"], people["commander"], settings.ENV)
    erasures(world, desk, people["privacy_officer"])
    return world


def _ledger(world: World, desk: User) -> None:
    """A family with a child behind one door, a dormitory, a guest, somebody without a door, a move that waits."""
    city, by, at = world.city, caller_for(desk), now()
    mother = add_resident(city, name="欧阳春花", phone="13866661234", building=0, door="801")
    door = behind_door_of(mother)
    Identity.objects.filter(person=mother).update(sex="f", born=date(1986, 5, 4), needs=0b1000)
    child = arriving.arrive(Newcomer("欧阳小宝", at, door, born=date(2016, 1, 1), needs=[8]), by=by, at=at)
    arriving.arrive(Newcomer("外婆", at, door, guest=True, born=date(1939, 1, 1), needs=[0, 2, 5]), by=by, at=at)
    again = arriving.arrive(Newcomer("欧阳春花", at, door, phone="13866661234"), by=by, at=at)
    homeless = arriving.arrive(Newcomer("阿明", at, micro_grid=city.micro_grids[0].pk), by=by, at=at)
    going.go(homeless.person.pk, Going(What.QUARANTINE, now(), counted_in=city.micro_grids[1].pk), by=by, at=now())
    dormitory = add_resident(city, name="工友", phone="", building=2, door="101")
    cards.change_occupancy(behind_door_of(dormitory), "collective", by=by, at=at)
    merged = add_resident(city, name="重复登记", phone="13877771234", building=2, door="201")
    twin = add_resident(city, name="重复登记", phone="13877771234", building=2, door="201")
    duplicates.are_one(merged.pk, twin.pk, by=by, at=now())
    move = going.propose(mother.pk, Going(What.HOSPITAL, at, counted_in=city.micro_grids[3].pk), by=by, at=now())
    lonely = add_resident(city, name="独居", phone="", community=1, building=0, door="101")
    world.rows |= {"mother": mother.pk, "child": child.person.pk, "again": again.person.pk, "twin": twin.pk}
    world.rows |= {"family_door": door, "dormitory": behind_door_of(dormitory), "waiting_move": move.pk}
    world.rows |= {"merged": merged.pk, "lonely": lonely.pk}


def _self_reports(world: World, desk: User) -> None:
    """A door with a code that counts and one whose code was ended; a family reported itself, and needs something."""
    city, by, at = world.city, caller_for(desk), now()
    doorcodes.print_codes(city.event, city.buildings[1], skip=0, most=9, by=by, at=at)
    old = add_resident(city, name="旧码", phone="", building=1, door="101")
    ended = doorcodes.print_codes(city.event, city.buildings[1], skip=0, most=9, by=by, at=at)
    doorcodes.replace_codes(city.event, city.buildings[1], by=by, at=at)
    printed = doorcodes.print_codes(city.event, city.buildings[0], skip=0, most=99, by=by, at=at)
    letters = {door.pk: letters for door, letters in printed}[world.rows["family_door"]]
    door = doorcodes.door_of(letters, at)
    said = selfreports.AtHome(
        [("欧阳春花", False), ("上官婉儿的表姐", True)], "13866661234", [Ask(Need.MEDICINE, days=1), Ask(Need.FOOD)]
    )
    made = selfreports.report(door, said, device=b"x" * 32, key=None, by=SYSTEM, at=at)
    world.rows |= {"door_code": letters, "self_report": made.pk}
    world.rows["ended_code"] = next(each for place, each in ended if place.pk == behind_door_of(old))


def behind_door_of(person: Person) -> int:
    """The door somebody lives behind."""
    return Household.objects.get(stays__person=person).dwelling_id


def _loads(world: World, desk: User) -> None:
    """Lists that were loaded: one to be looked at, one overdue, one of the event, one no longer needed."""
    community, by, at = world.city.communities[0], caller_for(desk), now()
    standing = Basis(REGISTER, "青松社区居委会", "居委会组织法规定的职责")
    noted = {
        "load": loads.note("persons", community, standing, 1_240, by=by, at=at),
        "overdue_load": loads.note("persons", community, standing, 312, by=by, at=at - timedelta(days=400)),
        "event_load": loads.note("volunteers", community, Basis(world.city.event.pk), 60, by=by, at=at),
        "ended_load": loads.note("volunteers", community, standing, 12, by=by, at=at - timedelta(days=90)),
    }
    loads.end(noted["ended_load"], by=by, at=at)
    world.rows |= {name: load.pk for name, load in noted.items()}


def _lists_out(world: World, desk: User) -> None:
    """Lists taken out: ready and downloaded, waiting for a second person, of a colleague, declined."""
    colleague = user_with_role("community_desk", world.city.communities[0], name="孙值班")
    many = {"needs_second": True, "people_lately": 260}
    states: dict[str, tuple[User, dict[str, object]]] = {
        "list_ready": (desk, {}),
        "list_waiting": (desk, many),
        "list_of_a_colleague": (colleague, many),
        "list_declined": (
            desk,
            {**many, "decided_by": colleague.pk, "decided_at": now(), "confirmed": False},
        ),
    }
    for name, (user, state) in states.items():
        by = caller_for(user)
        listing = takeout.sign_ups(by, world.community, SignUp.State.CONFIRMED, now())
        made = export.ask(
            listing, columns=["name", "phone", "skills"], in_full=["phone"], purpose="call", by=by, at=now()
        )
        Export.objects.filter(pk=made.pk).update(**state)
        world.rows[name] = made.number
        if name == "list_ready":
            mark = Mark(taken_by=user.display_name, confirmed_by="", synthetic=True)
            export.take(made, kind=Kind.XLSX, mark=mark, by=by, at=now())


def _forms(world: World, desk: User, street: User) -> None:
    """Forms that offices require: one whose columns are asked about, one that was filled, one of the street."""
    area, by, at = world.city.communities[0], caller_for(desk), now()
    asked = forms_made.a_form(head=("姓名", "联系电话", "摸底情况", "民族", "填报批次", "备注"))
    forms = {
        "form_asked": forms_made.add(area, by, asked, name="重点人群摸底登记表"),
        "form": forms_made.add(area, by, name="常住居民登记表"),
        "form_of_numbers": forms_made.add(
            area,
            by,
            forms_made.a_form(head=("网格", "房屋数", "人数", "备注"), foot=("合计",)),
            name="网格统计表",
            rows="grid",
        ),
        "form_of_doors": forms_made.add(
            area,
            by,
            forms_made.a_form(head=("户主", "家庭住址", "联系电话", "家庭人数", "14岁以下", "排查情况")),
            name="一户一档登记表",
            rows="every_door",
        ),
        "form_of_street": forms_made.add(world.city.street, caller_for(street), name="街道居民花名册"),
    }
    made = filling.fill(forms["form"], area.pk, None, in_full=["phone"], by=by, at=at)
    world.rows |= {name: form.pk for name, form in forms.items()} | {"list_form": made.number}


def _sheets(world: World, desk: User) -> None:
    """A sweep with sheets of paper: ready, waiting for a second person, out and half typed, back."""
    city, by, at = world.city, caller_for(desk), now()
    sweep = Sweep.objects.select_related("doors", "persons__area").get(pk=world.rows["sweep"])
    micro_grid = city.micro_grids[0].pk
    worker = caller_for(User.objects.get(pk=world.rows["worker"]))
    who = {"sheet_out": by, "sheet_back": by, "sheet_waiting": by, "sheet_ready": worker}
    sheets = {name: printing.ask_sheet(sweep, micro_grid, by=caller, at=at) for name, caller in who.items()}
    Export.objects.filter(number=sheets["sheet_waiting"].number).update(needs_second=True, people_lately=260)
    mark = Mark(taken_by=desk.display_name, confirmed_by="", synthetic=True)
    for name in ("sheet_out", "sheet_back"):
        printing.take_sheet(sheets[name], mark=mark, event="九月疫情", by=by, at=at)
    printing.tick(sheets["sheet_back"], PaperSheet.Fate.RETURNED, by=by, at=now())
    out = PaperSheet.objects.select_related("sweep__persons__area", "sweep__doors").get(pk=sheets["sheet_out"].pk)
    line = out.lines.get(n=1)
    said = [(person, Said.State.HERE) for person in line.persons]
    facts = {"result": Finding.Result.ANSWERED, "how": Finding.How.DOOR, "said": said, "happened_at": at}
    typing.type_door(out, line, by=by, at=now(), **facts)
    world.rows |= {name: made.number for name, made in sheets.items()} | {"worked": micro_grid}


def _codes(world: World, desk: User) -> None:
    """Codes in every state, on paper and on their way, and somebody who acts for another on two phones."""
    known, at = "13800001234", now()
    states: dict[str, tuple[str, dict[str, object]]] = {
        "asking_person": (known, {}),
        "late_asking_person": (
            known,
            {"created_at": at - timedelta(hours=1), "expires_at": at - timedelta(minutes=50)},
        ),
        "unlucky_person": (known, {"failed_at": at}),
        "proved_person": (known, {"proved_at": at, "expires_at": at + timedelta(hours=1)}),
        "unknown_person": ("13811111234", {"proved_at": at, "expires_at": at + timedelta(hours=1)}),
    }
    for who, (number, state) in states.items():
        index = secrets.index(number)
        asked, secret = codes.begin(way="sms", to=number, to_index=index, language="zh-hans", by=SYSTEM, at=at)
        OneTimeCode.objects.filter(pk=asked.pk).update(**{"expires_at": at + timedelta(hours=1), **state})
        world.cookies[who] = {CODE_COOKIE: secret}
    person = add_resident(world.city, name="王奶奶", phone="", door="602")
    _, text = codes.print_paper(person=person.pk, claim=None, area=world.community, by=caller_for(desk), at=at)
    PaperCode.objects.update(expires_at=at + timedelta(hours=1))
    world.rows["paper_code"] = text.replace("-", "")
    address = {"address": secrets.seal("wangxiaoming@example.org"), "address_index": secrets.index("mail:w")}
    MailAddress.objects.create(person=person.pk, proved_at=at, **address)
    _, own = start_device_session(None, person=person.pk, kind="iphone", way="code", at=at)
    _, secret = start_device_session(None, person=person.pk, kind="android", way="paper", for_another=True, at=at)
    world.cookies |= {"grandmother": {DEVICE_COOKIE: own}, "helper": {DEVICE_COOKIE: secret}}


def _points(world: World, desk: User) -> None:
    """An estate without a point, a building that somebody gave one, and outlines to touch."""
    city, at = world.city, now()
    Estate.objects.filter(pk=city.estates[0].pk).update(lon=None, lat=None)
    Building.objects.filter(pk=city.buildings[1].pk).update(lon=None, lat=None)
    pointing.set_point(
        city.buildings[0], f"{LAT}, {LON}", "wgs84", community=city.communities[0], by=caller_for(desk), at=at
    )
    square = [[LON, LAT], [LON + 0.004, LAT], [LON + 0.004, LAT + 0.004], [LON, LAT + 0.004], [LON, LAT]]
    Area.objects.filter(pk=city.grids[0].pk).update(outline={"type": "Polygon", "coordinates": [square]})
    world.rows |= {"bare_estate": city.estates[0].pk, "pointed_building": city.buildings[0].pk}


def _phones(world: World, desk: User) -> None:
    """A grid worker at work, one whose phone lay unused, one whose role ended, and a QR that waits."""
    by, at = caller_for(desk), now()
    states: dict[str, dict[str, object]] = {
        "grid_worker": {"active_at": at + timedelta(hours=1)},
        "idle_worker": {"active_at": at - timedelta(hours=1)},
        "worker_of_yesterday": {},
    }
    for number, (who, state) in enumerate(states.items()):
        made = phones.make_worker(
            f"李敏{number}", role="grid_worker", area=world.city.micro_grids[number].pk, by=by, at=at
        )
        paper, _, _ = phones.print_qr(made.user, by=by, at=at)
        session, secret = phones.come_in(paper, "482917", kind="android", instead_of=None, at=at)
        DeviceSession.objects.filter(pk=session.pk).update(**state)
        world.cookies[who] = {PHONE_COOKIE: secret}
        world.rows["worker"] = RoleGrant.objects.get(user__display_name="李敏0").user_id
        if who == "worker_of_yesterday":
            RoleGrant.objects.filter(pk=made.pk).update(until=at)
    made = phones.make_worker("王强", role="keeper", area=world.community, by=by, at=at)
    _, text, _ = phones.print_qr(made.user, by=by, at=at)
    world.rows["qr"] = text.replace("-", "")
    for name in ("周洁", "吴静"):
        phones.make_worker(name, role="leader", area=world.city.grids[0].pk, by=by, at=at)
    PaperCode.objects.update(expires_at=at + timedelta(hours=1))


def _duty_log(world: World, desk: User, street: User) -> None:
    """Entries open, overdue, dangerous, closed, held by the street; a hand-over that waits; a community at rest."""
    city, at = world.city, now()
    colleague = user_with_role("community_desk", city.communities[0], name="赵值班")
    world.cookies["colleague"] = {"sessionid": sign_in(Client(), colleague)}
    entry = note(city, desk, need="降压药只够到明天早上，请人代购", priority="P1", at=at - timedelta(minutes=40))
    danger = note(city, colleague, caller="楼下邻居 13900008888", about=LONG_DOOR, need="五楼老人昏迷，叫不醒")
    note(city, street, caller="区里转来", about="2栋", need="一户断粮", priority="P2")
    for row in range(3):
        note(city, desk, caller=f"住户{row}", about=f"{row + 1}栋", need="问什么时候做核酸", priority="P3")
    done = note(city, desk, caller="李敏 13800005678", about="4栋1单元502", need="水管漏水")
    desks.take(done, by=caller_for(colleague), at=now())
    desks.close(done, done="维修师傅 17:20 修好", by=caller_for(colleague), at=now())
    handing.offer(city.communities[0], to=desk.pk, whole_desk=False, by=caller_for(colleague), at=at)
    world.rows |= {"entry": entry.pk, "danger": danger.pk, "closed_entry": done.pk}
    quiet = add_area(level=Level.STREET, name="安静街道", parent=None, by=SYSTEM, at=FOUNDED)
    community = add_area(level=Level.COMMUNITY, name="安静社区", parent=quiet, by=SYSTEM, at=FOUNDED)
    world.rows["quiet_community"] = community.pk
    elsewhere = user_with_role("community_desk", community, name="安静社区值班台")
    world.cookies["desk_elsewhere"] = {"sessionid": sign_in(Client(), elsewhere)}


def _sweeps(world: World, desk: User, street: User) -> None:
    """A sweep under way with every kind of finding, one of the street, one that is over, one whose lists are made."""
    city, by = world.city, caller_for(desk)
    needy = add_resident(city, name="陈奶奶", phone="13800007777", building=0, door="302")
    Identity.objects.filter(person=needy).update(needs=0b10001)
    people = {
        "here": add_resident(city, name="赵铁柱", phone="13800007771", building=0, door="101"),
        "refused": add_resident(city, name="孙有田", phone="", building=0, door="201"),
        "away": add_resident(city, name="阿依古丽·买买提明", phone="13800007773", building=1, door="301"),
        "vacant": add_resident(city, name="周转", phone="", building=1, door="1001"),
    }
    over = begin_sweep(city.event, city.grids[1], desk)
    sweeping.close_sweep(over, by=by, at=now())
    sweep = begin_sweep(city.event, city.communities[0], desk)
    whole = begin_sweep(city.event, city.street, street)
    unready = user_with_role("community_desk", city.communities[1])
    making = sweeping.open_sweep(city.event, city.communities[1], by=caller_for(unready), at=now())
    result, said = Finding.Result, Said.State
    _found(sweep, people["here"], by, result.ANSWERED, said=[(people["here"].pk, said.HERE)])
    _found(sweep, people["refused"], by, result.REFUSED)
    _found(sweep, people["away"], by, result.ANSWERED, said=[(people["away"].pk, said.AWAY)], how=Finding.How.PHONE)
    _found(sweep, people["vacant"], by, result.VACANT)
    _found(sweep, needy, by, result.NO_ANSWER, back_at=now() + timedelta(hours=3))
    sweeping.take_back(_found(sweep, needy, by, result.NO_ANSWER), by=by, at=now())
    behind = Household.objects.get(stays__person=people["here"])
    newcomers.new_person(sweep, behind.dwelling_id, name="新来的租客", key=uuid7(), by=by, at=now())
    bare = newcomers.new_door(sweep, city.buildings[3], unit=None, floor=None, door="门卫室", by=by, at=now())
    world.rows |= {
        "sweep": sweep.pk,
        "the_desk": 0,
        "sweep_over": over.pk,
        "sweep_of_the_street": whole.pk,
        "sweep_being_made": making.pk,
        "micro_grid": city.micro_grids[0].pk,
        "door": Household.objects.get(stays__person=needy).dwelling_id,
        "full_door": behind.dwelling_id,
        "bare_door": bare.pk,
        "door_of_the_sweep_over": Household.objects.filter(dwelling__physical_parent=city.buildings[3].pk)
        .values_list("dwelling", flat=True)
        .first(),
    }


def _found(sweep: Sweep, person: Person, by: Caller, result: Finding.Result, **more: object) -> Finding:
    """Something found at somebody's door."""
    door = Household.objects.get(stays__person=person, stays__kind="home").dwelling_id
    facts = {"key": uuid7(), "dwelling": door, "result": result, "how": Finding.How.DOOR, "happened_at": None}
    return recording.record(sweep, recording.Found(**{**facts, **more}), by=by, at=now())  # type: ignore[arg-type]


def _sign_ups(world: World) -> dict[str, SignUp]:
    """Claims in every state; those who are confirmed before the allocation is worked out will be placed."""
    city = world.city
    ask(city, grid=0, want=5)
    ask(city, grid=1, want=4, skills={1: 1})
    for row in range(6):
        early = add_claim(city, name=f"早来{row}", phone=f"1390000000{row}", door="1栋1单元101", skills=0b10)
        muster.confirm(early, person=None, by=SYSTEM, at=now())
    add_resident(city, name="王小明", phone="13800001234", building=3, unit=1, door="502")
    # A name and a phone that two people of the register share.
    add_resident(city, name="王小明", phone="13800001234", building=1, unit=2, door="301")
    waiting = add_claim(city, name="王小明", phone="13800001234", door=LONG_DOOR, skills=0b110000000110)
    stranger = add_claim(city, name="阿依古丽·买买提明", phone="13800004321", door=LONG_DOOR)
    declined = add_claim(city, name="张三", phone="13800005678")
    muster.decline(declined, by=SYSTEM, at=now())
    withdrawn = add_claim(city, name="李四", phone="13800005679")
    leaving.withdraw(withdrawn, by=SYSTEM, at=now())
    late = add_claim(city, name="晚来", phone="13900000099", door="2栋1单元101")
    claims = {
        "placed": early,
        "waiting": waiting,
        "stranger": stranger,
        "declined": declined,
        "withdrawn": withdrawn,
        "late": late,
    }
    world.rows["number"] = early.number
    world.rows |= {f"{what}_claim": claim.pk for what, claim in claims.items()}
    return {f"{what}_person": claim for what, claim in claims.items()}


def _allocations(world: World, desk: User) -> None:
    """One run in each state: published by a desk, proposed, waiting, at work, failed."""
    client, at = Client(), now()
    sign_in(client, desk)
    page = reverse("allocations", args=[world.community])
    period = {"since": "2026-01-01T08:00", "until": "2026-01-08T08:00"}
    period = {key: client.get(page).context["form"][key].value().strftime("%Y-%m-%dT%H:%M") for key in period}
    for state in ("published", "proposed"):
        world.rows[state] = int(client.post(page, period)["Location"].strip("/").rpartition("/")[2])
        let_the_worker_work()
        if state == "published":
            client.post(reverse("publish_allocation", args=[world.rows[state]]))
            let_the_worker_work()
            late = SignUp.objects.get(pk=world.rows["late_claim"])
            muster.confirm(late, person=None, by=SYSTEM, at=now())
    gone = Placement.objects.exclude(skill=None).values_list("pk", flat=True).first()
    page = reverse("replace_people", args=[world.community])
    world.rows["repair"] = int(client.post(page, {"gone": [gone]})["Location"].strip("/").rpartition("/")[2])
    let_the_worker_work()
    placed = SignUp.objects.get(pk=world.rows["placed_claim"])
    grid = Placement.objects.get(person=placed.person_id).grid_id
    silent = Placement.objects.exclude(person=placed.person_id).filter(grid=grid).values_list("pk", flat=True)[:1]
    Placement.objects.filter(pk__in=list(silent)).update(answer_by=at - timedelta(hours=1))
    leader = User.objects.create(username="leader", display_name="周大姐", created_at=FOUNDED)
    RoleGrant.objects.create(user=leader, role="leader", area=grid, since=FOUNDED)
    # Nobody works on these. What is as young as this counts as under way, whenever the walk comes to it.
    young = at + timedelta(hours=1)
    for state, more in {
        "waiting": {"asked_at": young},
        "running": {"progress": 0.42, "step": "solve"},
        "publishing": {"published_at": young, "published_by": desk.pk, "progress": 0.6, "step": "publish"},
        "stopped": {"state": "publishing", "published_at": at - timedelta(hours=1), "published_by": desk.pk},
        "failed": {"failure": "nothing_to_place", "finished_at": at},
    }.items():
        row = {"state": state, "asked_at": at, **more}
        world.rows[state] = Allocation.objects.create(
            event=world.city.event,
            area=world.city.communities[1],
            during=from_on(at, at + timedelta(days=7)),
            asked_by=desk.pk,
            **row,
        ).pk


def _teams(world: World, desk: User) -> None:
    """A team that is complete, one whose leader left, and somebody near who is in none."""
    city, by, at = world.city, caller_for(desk), now()
    placed = SignUp.objects.get(pk=world.rows["placed_claim"])
    held = Placement.objects.filter(event=city.event, during__endswith__gt=at).order_by("person_id")
    mine, *rest = sorted(held, key=lambda each: each.person_id != placed.person_id)
    teams: dict[str, tuple[Place, list[Placement], Team.Kind]] = {
        "team": (city.estates[0].place, [mine, rest[0]], Team.Kind.RAPID),
        "broken_team": (city.grids[0].place, rest[1:3], Team.Kind.VOLUNTEER),
    }
    for name, (place, people, kind) in teams.items():
        ids = [each.pk for each in people]
        made = teaming.form(city.event, city.communities[0], place, ids, kind=kind, leader=ids[0], by=by, at=at)
        world.rows[name] = made.pk
    leaving.release(rest[1], by=by, at=now())
    whole, team = responsibility.cover(city.event, city.communities[0], now()), f"t{world.rows['team']}"
    wanted = {place: team for place, _, _ in whole.rows[:2]}
    giving.publish(city.event, city.communities[0], wanted, version=whole.version, by=by, at=now())


def _both_ways(world: World) -> None:
    """Somebody who is placed at home, and whom a work unit names too."""
    city, at = world.city, now()
    name, phone = BOTH_WAYS
    known = add_resident(city, name=name, phone=phone, building=2, door="301")
    claim = add_claim(city, name=name, phone=phone)
    muster.confirm(claim, person=known, by=SYSTEM, at=at)
    place_in(city.event, known, city.grids[1], from_on(at, at + timedelta(days=20)))
    world.rows["both_claim"] = claim.pk
    world.cookies["both_person"] = {DEVICE_COOKIE: start_device_session(claim.pk, at=at)[1]}


def _posts(world: World, desk: User) -> None:
    """A post that somebody holds today."""
    city, by, at = world.city, caller_for(desk), now()
    mine = SignUp.objects.get(pk=world.rows["placed_claim"])
    facts = {"kind": NamedPost.Kind.LEAD, "work": "gate", "name": "青松苑东门先锋岗", "at": at}
    post = holding.name_post(city.event, city.communities[0], by=by, **facts)
    begins = Placement.objects.filter(event=city.event, person=mine.person_id).latest("during").during.lower
    shift = (max(begins, at) + timedelta(hours=2), max(begins, at) + timedelta(hours=5))
    holding.give(post, mine.person_id, [shift], by=by, at=at)
    world.rows["post"] = post.pk


def _zones_and_briefings(world: World, street: User, press: User) -> None:
    """A zone of each height, and a briefing that was saved."""
    at = now()
    for place, level in (
        (world.city.estates[0].place, Zone.Risk.HIGH),
        (world.city.buildings[4].place, Zone.Risk.MEDIUM),
    ):
        world.rows["zone"] = Zone.objects.create(
            event=world.city.event,
            place=place,
            level=level,
            basis="区疫情防控指挥部2022年第37号通告：一例密切接触者复核阳性",
            counted_from=at.date(),
            during=from_on(at),
            declared_by=street.pk,
            declared_at=at,
        ).pk
    client = Client()
    sign_in(client, press)
    saved = client.post(reverse("briefing", args=[world.street]))
    world.rows["briefing"] = int(saved["Location"].strip("/").rpartition("/")[2])


def _accounts(world: World, administrator: User) -> None:
    """Accounts of real staff: one has only its password yet, one an app and codes on paper, one a passkey too.

    That passkey is in no browser, so the pages ask for it and it opens nothing.
    """
    for who, name in (("newcomer", "新来的"), ("officer", "陈主任"), ("keyholder", "周值班")):
        user = User(username=who, display_name=name, created_at=FOUNDED)
        user.set_password(signing_in.PASSWORD)
        user.save()
        RoleGrant.objects.create(user=user, role="community_desk", area=world.community, since=FOUNDED)
        client = _with_password(who)
        client.post(reverse("account_reauthenticate"), {"password": signing_in.PASSWORD})
        if who != "newcomer":
            signing_in.set_up_app(client)
            client.post(reverse("mfa_generate_recovery_codes"))
        if who == "keyholder":
            passkey = {"name": "值班室的蓝色钥匙", "credential": _passkey_in_no_browser()}
            world.rows["passkey"] = Authenticator.objects.create(
                user=user, type=Authenticator.Type.WEBAUTHN, data=passkey
            ).pk
        world.cookies[who] = {"sessionid": client.cookies["sessionid"].value}
    caller, newcomer = caller_for(administrator), User.objects.get(username="newcomer")
    world.rows["account"] = User.objects.get(username="officer").pk
    world.rows["password_link"] = issue_password_link(newcomer, by=caller, at=now())
    request = ask_for_grant("auditor", user=newcomer, area=None, since=None, until=None, by=caller, at=now())
    world.rows["request"] = request.pk
    world.cookies["half_way"] = {"sessionid": _with_password("officer").cookies["sessionid"].value}


def _passkey_in_no_browser() -> dict[str, object]:
    """A passkey as a browser would have told of it when it was made."""
    held = AttestedCredentialData.create(Aaguid.NONE, b"0" * 16, ES256.from_cryptography_key(_public_key()))
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(hashlib.sha256(b"localhost").digest(), flags, 0, held)
    said = CollectedClientData.create(CollectedClientData.TYPE.CREATE, b"1" * 16, "http://localhost")
    name = websafe_encode(held.credential_id)
    response = {
        "clientDataJSON": websafe_encode(said),
        "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
    }
    return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


def _public_key() -> ec.EllipticCurvePublicKey:
    return ec.generate_private_key(ec.SECP256R1()).public_key()


def _with_password(username: str) -> Client:
    """A client whose password was right; the second step may still be missing."""
    client = Client()
    client.post(reverse("account_login"), {"login": username, "password": signing_in.PASSWORD})
    return client
