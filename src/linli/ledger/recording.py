"""Writing down what was found at doors: one, or many as a phone brings them after hours without a signal.

A few statements for the whole batch, in one transaction: what is right is kept together with its standings and
counters, and what a rule refuses changes nothing. Each is answered by itself, and sent again it is answered the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from linli.common.caller import Caller
from linli.common.errors import Invalid, LinliError
from linli.ledger import moving, promised, scope, standing
from linli.ledger.behind import named_again, newcomers, wrong_newcomer
from linli.ledger.errors import (
    ComeBackWrong,
    DoorGone,
    FoundInTheFuture,
    KeyUsedOtherwise,
    NotYourDoor,
    SaidOfAStranger,
    SaidWithoutAnswer,
    VacantNotSeen,
)
from linli.ledger.models import Finding, Said, Sweep
from linli.ledger.sweeping import hold_open
from linli.people import queries as people
from linli.people.actions import lock_buildings_of
from linli.people.models import Stay
from linli.places.models import Area
from linli.rolls import moving as rolls
from linli.rolls.errors import RollNotReady

_FIND = """
INSERT INTO ledger_finding
    (id, sweep_id, dwelling_id, result, how, by, device, happened_at, clipped, back_at, recorded_at)
SELECT u.id, %s, u.dwelling, u.result, u.how, %s, u.device, u.happened_at, u.clipped, u.back_at, %s
FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::uuid[], %s::timestamptz[], %s::boolean[],
    %s::timestamptz[]) AS u (id, dwelling, result, how, device, happened_at, clipped, back_at)
ORDER BY u.id ON CONFLICT (id) DO NOTHING RETURNING id
"""


_SPEAK = frozenset({Said.State.HERE, Said.State.REFUSED})
SEEN = frozenset({Finding.How.DOOR, Finding.How.NEIGHBOUR, Finding.How.PHONE, Finding.How.FILE})


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody writes down at a door.

    Attributes:
        key: made by whoever writes it down; sent twice, it is one finding.
        said: person id and what was said of them. spoke: which of them answered for all, where one did.
        new: name and phone of each who is here and whom nobody knew of; the phone may be empty.
        happened_at: by the corrected clock; None: when it is written down. `clipped` where the device's could not be
            right.
        back_at: when they asked to come back, where they did.
    """

    key: UUID
    dwelling: int
    result: Finding.Result
    how: Finding.How
    happened_at: datetime | None
    said: Sequence[tuple[int, Said.State]] = ()
    spoke: int | None = None
    clipped: bool = False
    device: UUID | None = None
    new: Sequence[tuple[str, str]] = ()
    back_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Doors:
    """What is known of the doors of a batch before anything is written."""

    held: Mapping[int, int | None]
    mine: frozenset[int]
    behind: Mapping[int, set[int]]
    whom: Mapping[int, int]


def record(sweep: Sweep, found: Found, *, by: Caller, at: datetime) -> Finding:
    """Write down what was found at one door, and let the door and its people stand accordingly.

    Raises:
        RollNotReady, SweepClosed: the sweep takes nothing now.
        FoundInTheFuture: it is still to come.
        DoorGone, NotYourDoor: there is no such door, or it is somebody else's.
        VacantNotSeen: nobody can know from there that it is vacant.
        ComeBackWrong: the time to come back is over, too far away, or of a vacant door.
        SaidOfAStranger, SaidWithoutAnswer: somebody is not known behind this door, or nobody answered there.
        NameMissing, BadPhone: somebody new has no name, or a phone that cannot be one.
        KeyUsedOtherwise: the key stands for something else that was found.
    """
    answer = record_many(sweep, [found], by=by, at=at)[0]
    if isinstance(answer, LinliError):
        raise answer
    return answer


@transaction.atomic
def record_many(sweep: Sweep, founds: Sequence[Found], *, by: Caller, at: datetime) -> list[Finding | LinliError]:
    """Write down what was found at many doors. Returns, in their order, each finding or why it was refused.

    The same finding sent again is answered with the first one. Reasons of refusal: as ``record`` raises them.

    Raises:
        RollNotReady, SweepClosed: the sweep takes nothing now.
    """
    if sweep.persons.ready_at is None or sweep.doors.ready_at is None:
        raise RollNotReady(area=sweep.persons.area.called)
    hold_open(sweep)
    doors = _doors(founds, by, at)
    refused = {found.key: problem for found in founds if (problem := _refused(found, doors, at)) is not None}
    right = {found.key: found for found in founds if found.key not in refused}  # a key twice in one batch: the last
    right = {key: _dated(found, at) for key, found in right.items()}
    fresh = _insert(sweep, list(right.values()), by, at)
    kept = {row.pk: row for row in Finding.objects.filter(pk__in=right)}
    new = [right[key] for key in sorted(fresh)]
    said = [(found, doors.whom.get(person, person), state) for found in new for person, state in found.said]
    arrived = newcomers(sweep, new, doors.held, by=by, at=at)
    moves = [*_there_or_away(said, doors, by=by, at=at), *(move for _, _, move in arrived)]
    said += [(found, person, Said.State.HERE) for found, person, _ in arrived]
    spoke = {(found.key, doors.whom.get(found.spoke, found.spoke)) for found in new if found.spoke is not None}
    Said.objects.bulk_create(
        [
            Said(finding_id=found.key, person_id=person, state=state, spoke=(found.key, person) in spoke)
            for found, person, state in said
        ]
    )
    facts = standing.of_findings(
        sweep, [kept[found.key] for found in new], [(kept[found.key], person) for found, person, _ in said]
    )
    rolls.apply(moves, facts, at=at)
    before = _said_before([found for key, found in right.items() if key not in fresh], doors)
    return [_answer(sweep, found, kept, refused, before, doors) for found in founds]


def _dated(found: Found, at: datetime) -> Found:
    return found if found.happened_at is not None else replace(found, happened_at=at)


def _said_before(founds: Sequence[Found], doors: _Doors) -> dict[UUID, set[tuple[int, str]]]:
    """What was said under keys that were there before, of whomever they have turned out to be.

    Without those who are named again as new, and were so then.
    """
    keys = [found.key for found in founds]
    rows = list(Said.objects.filter(finding__in=keys).values_list("finding", "person", "state")) if keys else []
    whom = moving.whom({person for _, person, _ in rows}) if rows else {}
    found: dict[UUID, set[tuple[int, str]]] = {key: set() for key in keys}
    for key, person, state in rows:
        found[key].add((whom.get(person, person), state))
    for each in founds:
        if each.new:
            told = {(doors.whom.get(person, person), str(state)) for person, state in each.said}
            found[each.key] -= named_again(each.new, found[each.key] - told)
    return found


def _doors(founds: Sequence[Found], by: Caller, at: datetime) -> _Doors:
    places = sorted({found.dwelling for found in founds})
    held = scope.micro_grids_of(places, at)
    behind = {dwelling: set(persons) for dwelling, persons in people.behind_doors(places).items()}
    whom = moving.whom({person for found in founds for person, _ in found.said})
    return _Doors(held, scope.among_theirs(by, {m for m in held.values() if m is not None}, at), behind, whom)


def _refused(found: Found, doors: _Doors, at: datetime) -> LinliError | None:
    """Why a finding cannot be taken, by what is known before anything is written."""
    if found.happened_at is not None and found.happened_at > at:
        return FoundInTheFuture(said=found.happened_at)
    if found.dwelling not in doors.held:
        return DoorGone()
    if doors.held[found.dwelling] not in doors.mine:
        return NotYourDoor()
    if found.result == Finding.Result.VACANT and found.how not in SEEN:
        return VacantNotSeen()
    if (found.said or found.new) and found.result != Finding.Result.ANSWERED:
        return SaidWithoutAnswer()
    back = None if promised.may_be(found.back_at, found.result, found.happened_at or at) else ComeBackWrong()
    return wrong_newcomer(found.new) or _said_wrongly(found, doors) or back


def _said_wrongly(found: Found, doors: _Doors) -> LinliError | None:
    """Why what was said of people cannot be: of strangers, of one person twice, or by somebody who is not there."""
    people_said = [doors.whom.get(person, person) for person, _ in found.said]
    if len(set(people_said)) < len(people_said) or not set(people_said) <= doors.behind.get(found.dwelling, set()):
        return SaidOfAStranger()
    if found.spoke is not None and dict(found.said).get(found.spoke) not in _SPEAK:
        return Invalid()
    return None


def _insert(sweep: Sweep, founds: Sequence[Found], by: Caller, at: datetime) -> set[UUID]:
    """Keys that were not there before. Whoever sends the same at once waits here for the first."""
    columns: list[list[Any]] = [
        [found.key for found in founds],
        [found.dwelling for found in founds],
        [str(found.result) for found in founds],
        [str(found.how) for found in founds],
        [found.device for found in founds],
        [found.happened_at for found in founds],
        [found.clipped for found in founds],
        [found.back_at for found in founds],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [sweep.pk, by.user, at, *columns])
        return {row[0] for row in cursor.fetchall()}


def _there_or_away(
    said: Sequence[tuple[Found, int, Said.State]], doors: _Doors, *, by: Caller, at: datetime
) -> list[rolls.Move]:
    """Absence is a row: who is said to be away is counted nowhere from then on, and who is back is counted at home."""
    newest = people.newest_stays({person for _, person, _ in said})
    going: dict[int, tuple[Found, moving.Where]] = {}
    for found, person, state in said:
        stay = newest.get(person)
        if stay is None or found.happened_at is None or stay.since >= found.happened_at:
            continue
        if state == Said.State.AWAY and stay.kind != Stay.Kind.AWAY:
            going[person] = found, moving.Where(Stay.Kind.AWAY, None, None, None, found.happened_at, fact=found.key)
        elif state == Said.State.HERE and stay.kind == Stay.Kind.AWAY:
            home = Area.objects.get(pk=doors.held[found.dwelling])
            where = moving.Where(Stay.Kind.HOME, home, stay.household, None, found.happened_at, fact=found.key)
            going[person] = found, where
    if not going:
        return []
    lock_buildings_of([found.dwelling for found, _ in going.values()])
    locked = moving.lock_persons(going)
    moves = [moving.file(locked[person], going[person][1], by=by, at=at)[1] for person in sorted(going)]
    return [each for each in moves if each is not None]


def _answer(
    sweep: Sweep,
    found: Found,
    kept: Mapping[UUID, Finding],
    refused: Mapping[UUID, LinliError],
    before: Mapping[UUID, set[tuple[int, str]]],
    doors: _Doors,
) -> Finding | LinliError:
    if found.key in refused:
        return refused[found.key]
    finding = kept[found.key]
    said = {(doors.whom.get(person, person), str(state)) for person, state in found.said}
    same = _same(finding, sweep, found) and before.get(found.key, said) == said
    return finding if same else KeyUsedOtherwise()


def _same(finding: Finding, sweep: Sweep, found: Found) -> bool:
    """Whether what is sent under the key of a finding is that finding."""
    kept = finding.sweep_id, finding.dwelling_id, finding.result, finding.how
    same = kept == (sweep.pk, found.dwelling, found.result, found.how)
    if found.happened_at is None:  # "in two hours" is another moment when it is pressed again
        return same
    return same and (finding.happened_at, finding.back_at) == (found.happened_at, found.back_at)
