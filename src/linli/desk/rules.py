"""Rules of the duty log, over plain values: by when, what comes first, and what is shown of what was typed."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Protocol, TypeVar

from linli.common.errors import Invalid
from linli.common.moments import LOCAL
from linli.common.typed import tidied
from linli.custody import masks
from linli.desk.errors import EntryPartMissing, EntryPartTooLong
from linli.events.pack_parts import Orders
from linli.people.rules import phone_digits
from linli.places.doors import masked_door

MOST = {"caller": 80, "about": 120, "need": 500, "done": 500}
LIFE, URGENT, TODAY, WHENEVER = "P0", "P1", "P2", "P3"
CHOICES = (URGENT, TODAY, WHENEVER)  # a threat to life is found by its words, not chosen from a list
_TODAY_AT_LEAST = timedelta(hours=2)
_WHENEVER = timedelta(hours=72)

_NUMBER = re.compile(r"(?:\+|00)?\d(?:[ -]?\d){6,19}")
_LONG = re.compile(r"\d(?:[ -]?\d){6,}[xX]?")
_BEHIND = re.compile(r"(单元|unit\s*\d+\s*,?\s*door)\s*\d{2,5}|\d{3,5}(?=\s*(?:室|号房))", re.IGNORECASE)
_DIGITS = {0xFF10 + digit: str(digit) for digit in range(10)}
_EDGES = " ,，、;；:：()（）-—/|"


def cleaned(part: str, text: str) -> str:
    """One answer as it is kept.

    Raises:
        Unreadable: a character that nobody types stands in it.
        EntryPartMissing: nothing was said.
        EntryPartTooLong: more than the part takes.
    """
    kept = tidied(text)
    if not kept:
        raise EntryPartMissing(part=part)
    if len(kept) > MOST[part]:
        raise EntryPartTooLong(part=part, most=MOST[part])
    return kept


def name_and_phone(said: str) -> tuple[str, str | None]:
    """Who called, parted into the name and the first phone number in it: 「王小明 138 0000 1234」."""
    plain = unicodedata.normalize("NFKC", said)
    for number in _NUMBER.finditer(plain):
        try:
            digits = phone_digits(number[0])
        except Invalid:
            continue
        rest = f"{plain[: number.start()].rstrip(_EDGES)} {plain[number.end() :].lstrip(_EDGES)}"
        return rest.strip(_EDGES), digits
    return plain.strip(), None


def due_at(priority: str, orders: Orders, at: datetime) -> datetime:
    """By when an entry wants somebody: the pack's clocks by default.

    A threat to life and what is urgent: within the time to accept it (2 and 15 minutes in the epidemic's pack).
    Today: by the end of the day by the clock of the place, and never less than two hours. Else the time the pack
    gives to be done, 72 hours where it gives none.
    """
    clock = orders.clock(priority)
    if priority in (LIFE, URGENT):
        return at + timedelta(minutes=clock.accept_min)
    if priority == TODAY:
        here = at.astimezone(LOCAL)
        midnight = datetime.combine(here.date() + timedelta(days=1), time(), LOCAL)
        return max(midnight, at + _TODAY_AT_LEAST)
    return at + (timedelta(minutes=clock.done_min) if clock.done_min else _WHENEVER)


class Waiting(Protocol):
    """What the order of a list looks at."""

    priority: str
    due_at: datetime
    received_at: datetime


Row = TypeVar("Row", bound=Waiting)


def overdue(entry: Waiting, at: datetime) -> bool:
    """Whether its time is over."""
    return entry.due_at <= at


def in_order(entries: Iterable[Row], at: datetime) -> list[Row]:
    """What is overdue on top, a threat to life first and then by priority, the longest overdue first; then the rest
    by when it is due."""
    return sorted(
        entries,
        key=lambda each: (
            not overdue(each, at),
            each.priority if overdue(each, at) else "",
            each.due_at,
            each.priority,
            each.received_at,
        ),
    )


def masked_caller(name: str, phone: str | None) -> str:
    """王小明, 13800001234 → 王** 138****1234."""
    return " ".join(part for part in (masks.mask_name(name), masks.mask_phone(phone or "")) if part)


def masked_about(said: str) -> str:
    """Whom or which door, down to the staircase: 「王小明 3栋2单元502」 → 王** 3栋2单元**."""
    door = masked_door(said)
    first = unicodedata.normalize("NFKC", said).strip()[:1]
    return door if door.startswith(first) else f"{first}** {door}"


def masked_text(said: str) -> str:
    """What is needed, with numbers that could be a phone, an ID number or a door behind stars."""
    shown = _LONG.sub(lambda number: _masked_number(number[0]), said.translate(_DIGITS))
    return _BEHIND.sub(lambda door: f"{door[1] or ''}**", shown)


def _masked_number(text: str) -> str:
    digits = re.sub(r"[ -]", "", text)
    return masks.mask_phone(digits) if len(digits) <= 12 else masks.mask_id(digits)
