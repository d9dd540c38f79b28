"""Markers planted wherever an event leaves data, and looking for them: in rows, files, log and backups.

Run inside an installation with a database of its own, in a process of its own (see ``script`` in test_destruction).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.db import connection

from linli.access.devices import start_device_session
from linli.access.models import MailAddress, PaperCode, RoleGrant, User
from linli.closing import actions, counting, work
from linli.closing.models import Closing
from linli.common.clock import now
from linli.common.db import from_on
from linli.conf.env import Env
from linli.custody import export, held, secrets
from linli.custody.models import ExportRows, Held
from linli.desk import actions as desk
from linli.desk import handing
from linli.desk.models import Entry, HandOver
from linli.events.models import Event
from linli.field import leases
from linli.field.models import Lease, Receipt
from linli.ledger import deciding, doorcodes, duplicates, going, recording, selfreports
from linli.ledger.models import (
    Apart,
    DoorCode,
    Finding,
    MoveProposed,
    PaperLine,
    PaperSheet,
    Said,
    SelfReport,
    SelfReported,
    Sweep,
)
from linli.ledger.paper import printing
from linli.ledger.recording import Found
from linli.muster import takeout
from linli.muster.models import Allocation, Demand, DemandSkill, Placement, Proposal, SignUp
from linli.people import actions as people
from linli.people.models import REGISTER, Household, Identity, Load, Person, Stay, Unavailable
from linli.people.partitions import have_partition
from linli.places.models import Dwelling, Place
from linli.rolls.models import Counter, Roll, Standing, StandingChange
from tests.factories import (
    FOUNDED,
    SYSTEM,
    TinyCity,
    add_claim,
    add_resident,
    ask,
    begin_sweep,
    caller_for,
    note,
    place_in,
    user_with_role,
)

OF_A_SWEEP = (
    Apart,
    Counter,
    DoorCode,
    Finding,
    MoveProposed,
    PaperLine,
    PaperSheet,
    Roll,
    Said,
    SelfReport,
    SelfReported,
    Standing,
    StandingChange,
    Sweep,
)
NAME, DOOR, WORDS, SUMMARY = "标记姓名甲", "标记门牌乙", "标记诉求丙", "MARKED-SUMMARY-"
PHONE, EVENTS_PHONE = "13971117771", "13972227772"


@dataclass
class Planted:
    """What was planted, and who confirms.

    Attributes:
        plain: bytes that must be nowhere afterwards; sealed: the same of what stood sealed, blind indexes too.
        both: a person whom the register and the event knew; alone: one whom only the event knew.
    """

    city: TinyCity
    officer: User
    second: User
    both: int
    alone: int
    volunteer: int
    plain: list[bytes] = field(default_factory=list)
    sealed: list[bytes] = field(default_factory=list)

    @property
    def markers(self) -> list[bytes]:
        return self.plain + self.sealed


def plant(city: TinyCity) -> Planted:
    """Leave data of the event in every table that can hold some, then end the event, long ago."""
    event, community = city.event, city.communities[0]
    clerk = user_with_role("community_desk", community)
    colleague = user_with_role("community_desk", community)
    resident = add_resident(city, name="登记居民", phone="13800000001")
    have_partition(event.pk)
    alone = people.add_person(holder=event.pk, name=NAME, phone=EVENTS_PHONE, by=SYSTEM, at=now())
    known = Identity.objects.get(person=alone, holder=event.pk)
    Identity.objects.create(
        person=resident,
        holder=event.pk,
        name=NAME + "又",
        name_key="",
        phone=known.phone,
        phone_index=known.phone_index,
        phone_tail=known.phone_tail,
    )
    door = Place.objects.create(kind=Place.Kind.DWELLING, physical_parent=city.buildings[0].place)
    Dwelling.objects.create(place=door, building=city.buildings[0], unit=1, floor=9, door="901")
    household = Household.objects.create(dwelling=door)
    people.move(alone, counted_in=city.micro_grids[0], household=household, since=now(), by=SYSTEM, at=now())
    Load.objects.create(template="persons", community=community, holder=event.pk, people=2, loaded_at=now())
    claim = add_claim(city, name=NAME, phone=PHONE, door=DOOR)
    helper = people.add_person(holder=-2, name="志愿者", phone="13800000002", by=SYSTEM, at=now())
    SignUp.objects.filter(pk=claim.pk).update(person=helper, state="confirmed", decided_at=now())
    volunteer = people.enlist(alone, skills=0, lives_at=door, community=community, by=SYSTEM, at=now())
    Unavailable.objects.create(volunteer=volunteer, during=from_on(now(), now() + timedelta(hours=1)))
    people.enlist(helper, skills=1, lives_at=door, community=community, by=SYSTEM, at=now())
    ask(city, want=2, skills={1: 1})
    summary = {"text": [SUMMARY + uuid4().hex for _ in range(400)]}  # too long for a page: it stands in another file
    with connection.cursor() as cursor:  # as it is: compressed, no marker could be found
        cursor.execute("ALTER TABLE muster_allocation ALTER COLUMN summary SET STORAGE EXTERNAL")
    run = Allocation.objects.create(
        event=event,
        area=community,
        asked_by=clerk.pk,
        asked_at=now(),
        summary=summary,
        during=from_on(now(), now() + timedelta(days=1)),
    )
    line = {"person": alone, "grid": city.grids[0], "metres": 1}
    Proposal.objects.create(allocation=run, demand_version=1, demand_generation=0, **line)
    place_in(event, alone, city.grids[0], run.during, allocation=run, published_by=clerk.pk)
    entry = note(city, clerk, need=WORDS, about=DOOR, caller=f"{NAME} {PHONE}")
    Entry.objects.filter(pk=entry.pk).update(person=alone)
    desk.take(entry, by=caller_for(colleague), at=now())
    handing.offer(community, to=clerk.pk, whole_desk=False, by=caller_for(colleague), at=now())
    start_device_session(claim.pk, at=now())
    start_device_session(None, person=alone.pk, at=now(), way="code")
    PaperCode.objects.create(
        digest=b"p" * 16,
        person=alone.pk,
        printed_by=clerk.pk,
        created_at=now(),
        expires_at=now() + timedelta(minutes=10),
    )
    MailAddress.objects.create(
        person=alone.pk,
        address=secrets.seal("marked@example.org"),
        proved_at=now(),
        address_index=secrets.index("mail:marked@example.org"),
    )
    RoleGrant.objects.create(person=alone.pk, role="grid_worker", area=city.grids[0].pk, since=FOUNDED)
    held.hold("list", NAME * 2000, area=community.pk, by=caller_for(clerk), at=now())
    listing = takeout.sign_ups(caller_for(clerk), community.pk, "confirmed", now())
    export.ask(listing, columns=["name", "phone"], purpose="call", by=caller_for(clerk), at=now())
    _go_from_door_to_door(city, clerk, alone.pk, resident.pk, household)
    Event.objects.filter(pk=event.pk).update(ended_at=now())
    event.refresh_from_db()
    found = Planted(
        city, user_with_role("privacy_officer"), user_with_role("city", city.street), resident.pk, alone.pk, helper.pk
    )
    found.plain = [each.encode() for each in (NAME, DOOR, WORDS, SUMMARY, PHONE, EVENTS_PHONE, "marked@example.org")]
    found.sealed = _sealed(entry.pk)
    found.sealed += [
        bytes(Held.objects.get().content)[:100],
        *(bytes(each.sealed)[:100] for each in ExportRows.objects.all()),
    ]
    found.sealed += [bytes(Receipt.objects.get().held)[:100]]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # the planner's statistics then hold the commonest names
        cursor.execute("CHECKPOINT")
    return found


def _go_from_door_to_door(city: TinyCity, clerk: User, alone: int, other: int, household: Household) -> None:
    """A sweep with what was found, a sheet that did not come back, a proposed move, and a phone that was refused."""
    worker, desk = caller_for(user_with_role("grid_worker", city.micro_grids[0])), caller_for(clerk)
    sweep = begin_sweep(city.event, city.communities[0], clerk)
    sheet = printing.ask_sheet(sweep, city.micro_grids[0].pk, by=worker, at=now())
    PaperSheet.objects.filter(pk=sheet.pk).update(printed_at=now())
    here = [(alone, Said.State.HERE)]
    result, how = Finding.Result.ANSWERED, Finding.How.DOOR
    recording.record(sweep, Found(uuid4(), household.dwelling_id, result, how, None, here, alone), by=worker, at=now())
    going.propose(alone, going.Going(going.What.AWAY, now()), by=worker, at=now())
    duplicates.are_two(alone, other, by=desk, at=now())
    codes = doorcodes.print_codes(city.event, city.buildings[0], skip=0, most=99, by=desk, at=now())
    door = doorcodes.door_of({each.pk: letters for each, letters in codes}[household.dwelling_id], now())
    said = selfreports.AtHome([(NAME, False)], EVENTS_PHONE)
    decided, _ = (
        selfreports.report(door, said, device=each * 32, key=None, by=SYSTEM, at=now()) for each in (b"1", b"2")
    )
    deciding.decide(decided.pk, {decided.people.get().pk: alone}, by=desk, at=now())  # the other one waits
    lease, _ = leases.start(uuid4(), by=worker, at=now())
    says = {"kind": "person", "name": NAME, "phone": EVENTS_PHONE, "door": household.dwelling_id}
    Receipt.objects.create(
        device=lease.device,
        key=uuid4(),
        lease=lease,
        digest=b"d" * 32,
        state=Receipt.State.REFUSED,
        code="name_missing",
        held=secrets.seal(json.dumps(says, ensure_ascii=False)),
        happened_at=now(),
        clipped=False,
        recorded_at=now(),
    )


def _sealed(entry: object) -> list[bytes]:
    """Sealed texts and blind indexes as they stand in the rows."""
    noted, claim = Entry.objects.get(pk=entry), SignUp.objects.get(name=NAME)
    kept = [noted.caller, noted.phone, noted.phone_index, noted.about, noted.need, claim.phone, claim.phone_index]
    known = Identity.objects.get(name=NAME)
    mail = MailAddress.objects.get()
    return [bytes(each) for each in (*kept, known.phone, known.phone_index, mail.address, mail.address_index)]


def confirm(planted: Planted, *, witnesses: Iterable[str] = ("公证员",)) -> Closing:
    """Open the review and confirm it, as the two would."""
    closing = actions.open_review(planted.city.event, reason="演练", by=caller_for(planted.officer), at=now())
    for who in (planted.officer, planted.second):
        digest = counting.review(planted.city.event).digest
        closing = actions.confirm(closing, digest=digest, witnesses=list(witnesses), by=caller_for(who), at=now())
    return closing


def close(planted: Planted, env: Env) -> str:
    """All of it; the code of what stands in the way, or nothing."""
    return work.go_on(confirm(planted).pk, env)


def files_with(folder: Path, markers: Iterable[bytes]) -> dict[bytes, list[str]]:
    """For each marker, the files under a folder that hold it. A file that goes meanwhile holds nothing."""
    wanted = list(markers)
    found: dict[bytes, list[str]] = {}
    for path in sorted(folder.rglob("*")):
        try:
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        except FileNotFoundError:
            continue
        for marker in wanted:
            if marker in content:
                found.setdefault(marker, []).append(str(path.relative_to(folder)))
    return found


def rows_of_the_event(planted: Planted) -> dict[str, int]:
    """What is still there of it, by table."""
    event = planted.city.event
    left = {
        "sign-ups": SignUp.objects.filter(event=event).count(),
        "entries": Entry.objects.count() + HandOver.objects.count(),
        "placements": Placement.objects.count() + Proposal.objects.count() + Allocation.objects.count(),
        "demands": Demand.objects.count() + DemandSkill.objects.count(),
        "identities": Identity.objects.filter(holder=event.pk).count(),
        "alone": Person.objects.filter(pk=planted.alone).count() + Stay.objects.filter(person=planted.alone).count(),
        "loads": Load.objects.count(),
        "grants": RoleGrant.objects.filter(person__isnull=False).count(),
        "sweeps": sum(model.objects.count() for model in OF_A_SWEEP),
        "phones": Lease.objects.count() + Receipt.objects.count(),
    }
    return {what: rows for what, rows in left.items() if rows}


def register_fields(planted: Planted) -> list[tuple[int, str]]:
    """(holder, name) of what is kept of the person whom both knew."""
    return list(Identity.objects.filter(person=planted.both).values_list("holder", "name"))


EXPECTED = [(REGISTER, "登记居民")]
