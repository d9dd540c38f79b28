"""Typing a sheet back: by the code of a door, each door exactly once, whoever types and however often."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from linli.common.caller import Caller
from linli.ledger import recording, sweeping
from linli.ledger.errors import CodeMistyped, KeyUsedOtherwise, LineUnclear, NotOnPaper, SheetTimeWrong, TypedOtherwise
from linli.ledger.models import Finding, PaperLine, PaperSheet, Said
from linli.ledger.paper import codes
from linli.ledger.paper.doors import Door, doors_by_id
from linli.ledger.paper.printing import sheet_to_type, sheets_within
from linli.ledger.paper.setting import HOWS, RESULTS

_SHEETS = UUID("0f3a1c52-6f0e-5d7e-9b1e-6b6c1d0e5a11")  # keys of what was typed are made under it
_SAID = {
    "h": Said.State.HERE,
    "a": Said.State.AWAY,
    "e": Said.State.EXEMPT,
    "r": Said.State.REFUSED,
    "": Said.State.HERE,
}
_ONE = re.compile(r"(\d{1,2})([a-z]?)")
EVERYBODY = "*"
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
    """The door of one sheet that a code stands for.

    Raises:
        CodeMistyped: it is no code of a door. NotOnPaper: it stands on another sheet.
    """
    dwelling = codes.dwelling_of(typed)
    if dwelling is None:
        raise CodeMistyped
    line = sheet.lines.filter(dwelling=dwelling).first()
    if line is None:
        raise NotOnPaper
    return line


def doors_of(lines: Sequence[PaperLine], sheet: PaperSheet, at: datetime) -> dict[int, Door]:
    """The doors of some lines as they are known now; those that are gone are missing."""
    return doors_by_id([line.dwelling_id for line in lines], sheet.sweep.persons.event_id, at)


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
    return uuid5(_SHEETS, f"{sheet.number}:{line.dwelling_id}:{time}")


def read_result(typed: str) -> Finding.Result | None:
    """The box that was ticked, by its letter; None where it is no such letter."""
    found = RESULTS.get(_plain(typed))
    return found[0] if found else None


def read_how(typed: str) -> Finding.How:
    """How it was found out, by its letter; at the door where nothing is said.

    Raises:
        LineUnclear: it is no such letter.
    """
    found = HOWS.get(_plain(typed) or "d")
    if found is None:
        raise LineUnclear(typed=typed)
    return found[0]


def read_people(typed: str, persons: Sequence[int]) -> list[tuple[int, Said.State]]:
    """Who is ticked on a line, as in 「1 2a」: the first is here, the second away. A star: all of them are here.

    Raises:
        LineUnclear: it says something else, or names somebody twice or nobody on the sheet.
    """
    text = _plain(typed)
    if text in (EVERYBODY, "＊"):
        return [(person, Said.State.HERE) for person in persons]
    said = []
    for part in re.split(r"[\s,，、;]+", text) if text else []:
        one = _ONE.fullmatch(part)
        if one is None or one[2] not in _SAID or not 1 <= int(one[1]) <= len(persons):
            raise LineUnclear(typed=typed)
        said.append((persons[int(one[1]) - 1], _SAID[one[2]]))
    if len({person for person, _ in said}) < len(said):
        raise LineUnclear(typed=typed)
    return said


def check_time(sheet: PaperSheet, happened_at: datetime, at: datetime) -> None:
    """Let pass only a time between the printing, by the minute, and now.

    Raises:
        SheetTimeWrong: it is earlier or later.
    """
    printed = sheet.printed_at or sheet.asked_at
    if not printed.replace(second=0, microsecond=0) <= happened_at <= at:
        raise SheetTimeWrong(printed=printed)


def type_door(
    sheet: PaperSheet,
    line: PaperLine,
    *,
    result: Finding.Result,
    how: Finding.How,
    said: Sequence[tuple[int, Said.State]],
    happened_at: datetime,
    by: Caller,
    at: datetime,
) -> Finding:
    """Write down what stands on paper of one door. Typed twice alike, it is one finding.

    Raises:
        SheetTimeWrong: the time cannot be.
        TypedOtherwise: somebody typed this door already, and something else.
        What ``ledger.recording.record`` raises: the door is gone, the sweep over, somebody moved away.
    """
    check_time(sheet, happened_at, at)
    key = typed_of(sheet, [line])[line.n].key
    found = recording.Found(key, line.dwelling_id, result, how, happened_at, said)
    try:
        finding = recording.record(sheet.sweep, found, by=by, at=at)
    except KeyUsedOtherwise:
        raise TypedOtherwise from None
    if {(each.person_id, each.state) for each in finding.said.all()} != {(who, str(state)) for who, state in said}:
        raise TypedOtherwise
    return finding


def take_back(sheet: PaperSheet, line: PaperLine, *, by: Caller, at: datetime) -> Finding | None:
    """What was typed of a door was wrong: it counts no longer, and the door can be typed again.

    Raises as ``ledger.sweeping.take_back``.
    """
    found = typed_of(sheet, [line])[line.n].found
    return sweeping.take_back(found, by=by, at=at) if found is not None and found.taken_back_at is None else found


def next_line(sheet: PaperSheet, after: int) -> PaperLine | None:
    """The next door of a sheet that nobody has typed, beginning behind one; from the top again at the end."""
    lines = list(sheet.lines.order_by("n"))
    typed = typed_of(sheet, lines)
    left = [line for line in lines if typed[line.n].found is None]
    return next((line for line in left if line.n > after), left[0] if left else None)


def minute(at: datetime) -> datetime:
    """A moment down to its minute."""
    return at - timedelta(seconds=at.second, microseconds=at.microsecond)


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip().lower()
