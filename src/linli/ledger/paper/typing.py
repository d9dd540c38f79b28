"""Typing a sheet back: by the code of a door, each door exactly once, whoever types and however often."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction

from linli.common.caller import Caller
from linli.ledger import newcomers, recording, sweeping
from linli.ledger.arriving import name_of
from linli.ledger.errors import CodeMistyped, KeyUsedOtherwise, NotOnPaper, SheetTimeWrong, TypedOtherwise
from linli.ledger.models import Finding, PaperLine, PaperSheet, Said
from linli.ledger.paper import codes
from linli.ledger.paper.doors import Door, doors_by_id
from linli.ledger.paper.printing import sheet_to_type, sheets_within
from linli.people.models import Identity
from linli.places.models import Dwelling
from linli.places.rules import door_number

_SHEETS = UUID("0f3a1c52-6f0e-5d7e-9b1e-6b6c1d0e5a11")  # keys of what was typed are made under it
_LEAST_CODE = 4  # characters; what is shorter is the number of a line
_MOST_TIMES = 20  # that one door of one sheet is typed and taken back


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands behind one door of a sheet.

    Attributes:
        key: under which the next thing that is typed there is recorded.
        found: what was typed and not taken back, if anything.
    """

    key: UUID
    found: Finding | None


def place_of_code(caller: Caller, typed: str, at: datetime) -> tuple[PaperSheet, PaperLine | None]:
    """The sheet, and the door on it, that a code stands for: the newest sheet with that door that is not back yet.

    Raises:
        CodeMistyped: it is no code. NotOnPaper: no sheet of the caller's has that door.
        NotFound: no sheet of the caller's has that number.
    """
    code = codes.letters_of(typed)
    if len(code) == codes.SHEET and set(code) <= set(codes.LETTERS):
        return sheet_to_type(caller, code, at), None
    dwelling = codes.dwelling_of(code)
    if dwelling is None:
        raise CodeMistyped
    held = PaperLine.objects.filter(
        dwelling=dwelling, sheet__in=sheets_within(caller, at), sheet__printed_at__isnull=False
    )
    line = held.select_related("sheet").order_by("sheet__fate", "-sheet__asked_at").first()
    if line is None:
        raise NotOnPaper
    return sheet_to_type(caller, line.sheet_id, at), line


def line_of_code(sheet: PaperSheet, typed: str) -> PaperLine:
    """The door of one sheet that a code stands for, or the number of its line.

    Raises:
        CodeMistyped: it is no code of a door. NotOnPaper: it stands on another sheet.
    """
    number = codes.letters_of(typed)
    if number.isdecimal() and len(number) < _LEAST_CODE:
        numbered = sheet.lines.filter(n=int(number)).first()
        if numbered is None:
            raise NotOnPaper
        return numbered
    dwelling = codes.dwelling_of(typed)
    if dwelling is None:
        raise CodeMistyped
    line = sheet.lines.filter(dwelling=dwelling).first()
    if line is None:
        raise NotOnPaper
    return line


def doors_of(lines: Sequence[PaperLine], sheet: PaperSheet, at: datetime) -> dict[int, Door]:
    """The doors of some lines as they are known now; those that are gone are missing."""
    known = [line.dwelling_id for line in lines if line.dwelling_id is not None]
    return doors_by_id(known, sheet.sweep.persons.event_id, at)


def typed_of(sheet: PaperSheet, lines: Sequence[PaperLine]) -> dict[int, Typed]:
    """What was typed of some lines, by line. One query."""
    keys = {line.n: [_key(sheet, line, time) for time in range(_MOST_TIMES)] for line in lines}
    every = [key for each in keys.values() for key in each]
    kept = {row.pk: row for row in Finding.objects.filter(pk__in=every, sweep=sheet.sweep).prefetch_related("said")}
    found = {}
    for n, chain in keys.items():
        key = next((each for each in chain if each not in kept or kept[each].taken_back_at is None), chain[-1])
        found[n] = Typed(key, kept.get(key))
    return found


def _key(sheet: PaperSheet, line: PaperLine, time: int) -> UUID:
    """The same for whoever types this door of this sheet; another one once what was typed has been taken back."""
    which = f"line {line.n}" if line.building_id is not None else line.dwelling_id
    return uuid5(_SHEETS, f"{sheet.number}:{which}:{time}")


def check_time(sheet: PaperSheet, happened_at: datetime, at: datetime) -> None:
    """Let pass only a time between the printing, by the minute, and now.

    Raises:
        SheetTimeWrong: it is earlier or later.
    """
    printed = sheet.printed_at or sheet.asked_at
    if not printed.replace(second=0, microsecond=0) <= happened_at <= at:
        raise SheetTimeWrong(printed=printed)


@transaction.atomic
def found_there(
    sheet: PaperSheet, line: PaperLine, *, unit: int | None, floor: int | None, door: str, by: Caller, at: datetime
) -> PaperLine:
    """Which door was written on a blank line: known from now on, and that of the line. Said twice, it is one door.

    Raises:
        TypedOtherwise: somebody has typed another door there.
        What ``ledger.newcomers.new_door`` raises: the sweep is over, there can be no such door.
    """
    held = PaperLine.objects.select_for_update().get(sheet=sheet, n=line.n)
    if held.building is None:
        return held
    if held.dwelling_id is not None:
        named = Dwelling.objects.get(pk=held.dwelling_id)
        if (named.unit, named.door) != (unit, door_number(door, unit=unit, floor=floor)):
            raise TypedOtherwise
        return held
    made = newcomers.new_door(sheet.sweep, held.building, unit=unit, floor=floor, door=door, by=by, at=at)
    held.dwelling_id = made.pk
    PaperLine.objects.filter(sheet=sheet, n=line.n).update(dwelling=made.pk)
    return held


def type_door(
    sheet: PaperSheet,
    line: PaperLine,
    *,
    result: Finding.Result,
    how: Finding.How,
    said: Sequence[tuple[int, Said.State]],
    new: Sequence[tuple[str, str]] = (),
    happened_at: datetime,
    by: Caller,
    at: datetime,
) -> Finding:
    """Write down what stands on paper of one door. Typed twice alike, by whomever, it is one finding.

    Args:
        new: name and phone of each who stands on the blank lines; the phone may be empty.

    Raises:
        SheetTimeWrong: the time cannot be.
        TypedOtherwise: somebody typed this door already, and something else.
        What ``ledger.recording.record`` raises: the door is gone, the sweep over, somebody moved away.
    """
    check_time(sheet, happened_at, at)
    if line.dwelling_id is None:
        raise NotOnPaper
    key = typed_of(sheet, [line])[line.n].key
    before = _new_before(sheet, line)
    again = [(before[name_of(name)], Said.State.HERE) for name, _ in new if name_of(name) in before]
    new = [(name, phone) for name, phone in new if name_of(name) not in before]
    found = recording.Found(key, line.dwelling_id, result, how, happened_at, [*said, *again], new=new)
    try:
        return recording.record(sheet.sweep, found, by=by, at=at)
    except KeyUsedOtherwise:
        pass
    try:  # a colleague types the same a minute later: the time of the first stands
        return recording.record(sheet.sweep, replace(found, happened_at=None), by=by, at=at)
    except KeyUsedOtherwise:
        raise TypedOtherwise from None


def _new_before(sheet: PaperSheet, line: PaperLine) -> dict[str, int]:
    """Who was typed from the blank lines of a door before, and taken back perhaps: they are known, by their name."""
    keys = [_key(sheet, line, time) for time in range(_MOST_TIMES)]
    said = Said.objects.filter(finding__in=keys, finding__sweep=sheet.sweep).exclude(person__in=line.persons)
    rows = Identity.objects.filter(person__in=said.values("person"), holder=sheet.sweep.persons.event_id)
    return dict(rows.values_list("name", "person"))


def take_back(sheet: PaperSheet, line: PaperLine, *, by: Caller, at: datetime) -> Finding | None:
    """What was typed of a door was wrong: it counts no longer, and the door can be typed again.

    Raises as ``ledger.sweeping.take_back``.
    """
    found = typed_of(sheet, [line])[line.n].found
    return sweeping.take_back(found, by=by, at=at) if found is not None and found.taken_back_at is None else found


def next_line(sheet: PaperSheet, after: int) -> PaperLine | None:
    """The next door of a sheet that nobody has typed, beginning behind one; from the top again at the end.

    Blank lines come once, in their turn: nothing may be written there.
    """
    lines = list(sheet.lines.order_by("n"))
    typed = typed_of(sheet, lines)
    left = [line for line in lines if typed[line.n].found is None]
    behind = next((line for line in left if line.n > after), None)
    return behind or next((line for line in left if line.dwelling_id is not None), None)


def minute(at: datetime) -> datetime:
    """A moment down to its minute."""
    return at - timedelta(seconds=at.second, microseconds=at.microsecond)
