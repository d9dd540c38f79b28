"""Event packs: what differs between an epidemic, a flood and an earthquake, as data in ``packs/*.yaml``.

chosen = pack("epidemic")                the newest version that we ship
chosen = pack_of(event)                  the version an event was opened with
check(Path("mine.yaml"))                 what is wrong with a file; nothing where all is right
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from django.utils.translation import get_language, gettext_noop

from linli.events.errors import BadPack, Mistake, UnknownPack
from linli.events.models import Event
from linli.events.pack_parts import (
    CODE,
    Coverage,
    Gates,
    Ledger,
    Message,
    Movement,
    Named,
    Need,
    Notice,
    Orders,
    PointType,
    Post,
    Priority,
    Retention,
    Safety,
    Signature,
    Valid,
    Words,
    ZoneRules,
    twice,
)
from linli.events.pack_reader import MOST_BYTES, Reader, Wrong, limits

SHIPPED = Path(__file__).resolve().parent / "packs"

NAMES = (
    *("sign_up", "member", "neighbour", "placement", "lead_post", "model_post", "rapid_team", "volunteer_team"),
    *("responsibility_area", "deployed", "serve_where_you_live", "zone", "ledger", "order", "roll_call"),
)
"""Things that pages call by the pack's name; every pack names each of them."""
NOTICES = ("placed", "moved", "freed")
"""Notices that Linli sends by itself; every pack says each of them in its own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Everything that one kind of emergency calls, asks, limits and says."""

    code: str = limits(shape=CODE)
    version: str = limits(shape=r"[0-9]+(\.[0-9]+)*")
    name: Words
    precedence: Literal["life", "medical", "evacuation", "control", "administration"]
    valid: Valid
    signed_by: tuple[Signature, ...] = limits(least=2)
    names: tuple[Named, ...]
    zones: ZoneRules
    ledger: Ledger
    coverage: Coverage
    orders: Orders
    points: tuple[PointType, ...] = limits(least=1)
    movement: Movement
    gates: Gates
    posts: tuple[Post, ...] = limits(least=1)
    bring: tuple[Words, ...] = limits(least=1)
    safety: Safety
    needs: tuple[Need, ...] = limits(least=1)
    notices: tuple[Notice, ...] = limits(least=1)
    retention: tuple[Retention, ...] = limits(least=1)
    messages: tuple[Message, ...] = ()

    def wrongs(self) -> Iterator[Wrong]:
        """What does not fit together between the parts."""
        if len({each.name for each in self.signed_by}) < 2:
            yield "signed_by", gettext_noop("Two different people sign a pack."), {}
        given = {each.code for each in self.names}
        for missing in sorted(set(NAMES) - given):
            yield "names", gettext_noop("What {code} is called is missing."), {"code": missing}
        for unknown in sorted(given - set(NAMES)):
            yield "names", gettext_noop("Nothing is called by the code {code}."), {"code": unknown}
        said = [each.code for each in self.notices]
        for code in sorted(set(NOTICES) - set(said)):
            yield "notices", gettext_noop("The notice {code} is missing."), {"code": code}
        for twofold in twice(iter(said)):
            yield "notices", gettext_noop("The code {code} stands in this list twice."), {"code": twofold}
        clocks = {each.code for each in self.orders.clocks}
        for priority in sorted(set(get_args(Priority)) - clocks):
            yield "orders.clocks", gettext_noop("The clock of {priority} is missing."), {"priority": priority}
        for row, need in enumerate(self.needs):
            if need.bit != row:
                yield f"needs[{row}].bit", gettext_noop("Needs stand in the order of their bits, from 0."), {}
        for what in twice(each.what for each in self.retention):
            yield "retention", gettext_noop("The code {code} stands in this list twice."), {"code": what}
        for msgid in twice(each.msgid for each in self.messages):
            yield "messages", gettext_noop("A message is replaced twice: {msgid}"), {"msgid": msgid}

    def called(self, code: str, language: str | None = None) -> str:
        """What something is called, in the active language or the one given; `code` is one of `NAMES`."""
        return next(each.name for each in self.names if each.code == code).told(language)

    def said(self, msgid: str, language: str | None = None) -> str | None:
        """The whole message that replaces another during this event, or None."""
        chinese = (language or get_language() or "zh").startswith("zh")
        return next(
            ((each.zh if chinese else each.en) for each in self.messages if each.msgid == msgid),
            None,
        )

    def in_force(self, day: date) -> bool:
        """Whether the pack may be used for an event that begins on this day."""
        return self.valid.since <= day and (self.valid.until is None or day <= self.valid.until)


def read(path: Path) -> Pack:
    """Read one pack from anywhere.

    Raises:
        BadPack: it has mistakes, or cannot be read; all of them are listed.
    """
    found, mistakes = _read(path)
    if found is None:
        raise BadPack(mistakes)
    return found


def check(path: Path) -> list[Mistake]:
    """What is wrong with a pack, in the order of its lines; empty when nothing is."""
    return _read(path)[1]


def pack(code: str, version: str | None = None) -> Pack:
    """A pack that we ship: of a version, or the newest one.

    Raises:
        UnknownPack: there is none.
    """
    known = [each for each in shipped() if each.code == code and version in (None, each.version)]
    if not known:
        raise UnknownPack(pack=code, version=version or "")
    return max(known, key=lambda each: tuple(map(int, each.version.split("."))))


def pack_of(event: Event) -> Pack:
    """The pack an event was opened with, in that version."""
    return pack(event.pack, event.pack_version)


@cache
def shipped() -> tuple[Pack, ...]:
    """Every pack that we ship, read once."""
    return tuple(read(path) for path in sorted(SHIPPED.glob("*.yaml")))


def _read(path: Path) -> tuple[Pack | None, list[Mistake]]:
    reader = Reader(path.name)
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        reader.wrong(0, gettext_noop("The file cannot be read: {problem}."), problem=error.strerror or "?")
        return None, reader.mistakes
    found: Pack | None = reader.read(raw, Pack)
    return found, sorted(reader.mistakes, key=lambda each: each.line)
