"""What an event pack is made of. These dataclasses are its schema; ``docs/reference/packs.md`` explains them."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from django.utils.translation import get_language, gettext_noop

from linli.events.pack_reader import Wrong, limits
from linli.events.rules import StepDown

CODE = r"[a-z][a-z0-9_]{0,38}"
_HAN = re.compile(r"[㐀-鿿]")
_SLOT = re.compile(r"\{([a-z_]*)\}")

Priority = Literal["P0", "P1", "P2", "P3"]
Skill = Literal[
    "medical", "driver", "psychologist", "interpreter", "security", "logistics",
    "it", "elder_care", "child_care", "cook", "repair", "admin",
]  # fmt: skip
Markable = Literal["dwelling", "building", "estate", "micro_grid", "grid", "community", "street"]
Standing = Literal["done", "exempt", "away", "refused", "not_reached"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The same thing said in both languages."""

    zh: str
    en: str

    def wrongs(self) -> Iterator[Wrong]:
        """A text in the wrong language, or the two with different places to fill in."""
        if not _HAN.search(self.zh):
            yield "zh", gettext_noop("This is not Chinese."), {}
        if _HAN.search(self.en):
            yield "en", gettext_noop("This is not English."), {}
        if set(_SLOT.findall(self.zh)) != set(_SLOT.findall(self.en)):
            yield "en", gettext_noop("Both languages must leave the same places to fill in."), {}

    def told(self, language: str | None = None) -> str:
        """The words in a language; in the active one where none is given."""
        return self.zh if (language or get_language() or "zh").startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Anything with a code for machines and a name for people."""

    code: str = limits(shape=CODE)
    name: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid:
    """From which day to which day (inclusive) a pack is in force."""

    since: date
    until: date | None = None

    def wrongs(self) -> Iterator[Wrong]:
        """An end before the beginning."""
        if self.until is not None and self.until < self.since:
            yield "until", gettext_noop("It ends before it begins."), {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who stands for a pack, in which role, since when."""

    name: str
    role: Words
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """When a level goes down, and to which."""

    to: str = limits(shape=CODE)
    days: int = limits(least=1, most=365)
    days_after_higher: int | None = limits(least=1, most=365, default=None)
    all_negative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneLevel(Named):
    """One level of zones: its number, what it is called, what residents are told, when it goes down."""

    level: int = limits(least=0, most=2)
    told: Words
    step: Step | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A level as rules and pages use it: the step's target is a number."""

    level: int
    code: str
    name: Words
    told: Words
    step_down: StepDown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRules:
    """Which places may be marked, and the levels."""

    may_be_marked: tuple[Markable, ...] = limits(least=1)
    levels: tuple[ZoneLevel, ...] = limits(least=2)

    def wrongs(self) -> Iterator[Wrong]:
        """Levels that are numbered twice or not from 0, and steps that lead nowhere or upwards."""
        numbers = {each.code: each.level for each in self.levels}
        if sorted(numbers.values()) != list(range(len(self.levels))):
            yield "levels", gettext_noop("Levels are numbered 0, 1, 2 without a gap, each once."), {}
        for row, each in enumerate(self.levels):
            if each.step is None and each.level > 0:
                yield f"levels[{row}]", gettext_noop("Every level but the lowest needs a step down."), {}
            if each.step is not None and numbers.get(each.step.to, each.level) >= each.level:
                yield f"levels[{row}].step.to", gettext_noop("A step leads down to another level of this list."), {}

    def level(self, number: int) -> Held | None:
        """A level by its number, or None."""
        numbers = {each.code: each.level for each in self.levels}
        for each in self.levels:
            if each.level == number:
                step = each.step
                down = (
                    StepDown(numbers[step.to], step.days, step.days_after_higher, step.all_negative) if step else None
                )
                return Held(level=number, code=each.code, name=each.name, told=each.told, step_down=down)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Named):
    """An answer to the ledger question, and what standing it gives."""

    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The question asked about everybody in the ledger."""

    question: Words
    answers: tuple[Answer, ...] = limits(least=2)

    def wrongs(self) -> Iterator[Wrong]:
        """Answers without which nobody could be done, or not reached."""
        given = {answer.standing for answer in self.answers}
        for needed in ("done", "not_reached"):
            if needed not in given:
                yield "answers", gettext_noop("No answer gives the standing {standing}."), {"standing": needed}


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Whom a round must reach, how many of them, and in how many hours."""

    of: Literal["persons", "dwellings"]
    share_percent: int = limits(least=1, most=100)
    within_hours: int = limits(least=1, most=24 * 30)
    told: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock(Named):
    """How soon an order of one priority must be accepted, begun and done. Minutes; None: no such limit."""

    code: Priority
    queued: bool
    accept_min: int = limits(least=1)
    start_min: int | None = limits(least=1, default=None)
    done_min: int | None = limits(least=1, default=None)
    hand_over_to: tuple[str, ...] = ()

    def wrongs(self) -> Iterator[Wrong]:
        """A threat to life that waits in a queue, and clocks that run backwards."""
        if self.code == "P0" and self.queued:
            yield "queued", gettext_noop("A threat to life (P0) is never queued."), {}
        if self.code == "P0" and not self.hand_over_to:
            yield "", gettext_noop("A threat to life (P0) names whom it is handed over to."), {}
        if self.code != "P0" and not self.queued:
            yield "queued", gettext_noop("Only a threat to life (P0) passes the queue."), {}
        limits_set = [
            (name, value)
            for name, value in (
                ("accept_min", self.accept_min),
                ("start_min", self.start_min),
                ("done_min", self.done_min),
            )
            if value is not None
        ]
        for (earlier, first), (later, second) in pairwise(limits_set):
            if second < first:
                reason = gettext_noop("{later} comes before {earlier}.")
                yield later, reason, {"later": later, "earlier": earlier}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderType(Named):
    """Something that residents ask for."""

    priority: Priority
    skill: Skill | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """The clocks by priority, when they remind and widen, and the types."""

    remind_percent: int = limits(least=1, most=99)
    widen_percent: int = limits(least=1, most=99)
    clocks: tuple[Clock, ...] = limits(least=4)
    types: tuple[OrderType, ...] = limits(least=1)

    def wrongs(self) -> Iterator[Wrong]:
        """A reminder after the offer was widened."""
        if self.remind_percent >= self.widen_percent:
            yield "widen_percent", gettext_noop("Reminding comes before widening the offer."), {}

    def clock(self, priority: str) -> Clock:
        """The clock of a priority; all four are there."""
        return next(each for each in self.clocks if each.code == priority)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff(Named):
    """Who works at a point: so many for each unit of capacity, or for the whole point."""

    per: Literal["unit", "point"]
    count: int = limits(least=1, most=50)
    skill: Skill | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointType(Named):
    """A place where people are served, and its capacity rule: units × rate × hours × use.

    Attributes:
        unit: what its capacity is counted in, e.g. tables.
        per_hour: people that one unit serves an hour.
        use_percent: how much of that is planned with.
        people_per_unit, people_per_point: how many may be assigned.
        walk_max_min: the longest walk asked of anybody, in minutes.
    """

    unit: Words
    per_hour: int = limits(least=1)
    use_percent: int = limits(least=1, most=100)
    people_per_unit: int = limits(least=1)
    people_per_point: int = limits(least=1)
    walk_max_min: int = limits(least=1, most=120)
    staff: tuple[Staff, ...] = limits(least=1)

    def wrongs(self) -> Iterator[Wrong]:
        """A point smaller than its unit."""
        if self.people_per_point < self.people_per_unit:
            yield "people_per_point", gettext_noop("A point holds at least as many as one unit of it."), {}


@dataclass(frozen=True, slots=True, kw_only=True)
class PassType(Named):
    """A paper to go out with; with a quota it says how often."""

    outings: int | None = limits(least=1, default=None)
    every_days: int | None = limits(least=1, default=None)
    minutes: int | None = limits(least=1, default=None)

    def wrongs(self) -> Iterator[Wrong]:
        """A quota without its days."""
        if (self.outings is None) != (self.every_days is None):
            yield "", gettext_noop("Outings and their days are given together or not at all."), {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What people are asked to do about going out."""

    policy: Literal["none", "restrict", "leave", "stay_out"]
    told: Words
    passes: tuple[PassType, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """What a gate is for and what it takes to keep one. What always passes is no pack's to change (DOMAIN D.4)."""

    meaning: Words
    counts_in_and_out: bool
    people_gates: int = limits(least=1, most=20)
    vehicle_gates: int = limits(least=0, most=20)
    open_hours: int = limits(least=1, most=24)
    staff_per_shift: int = limits(least=2, most=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(Named):
    """A post that people hold; a dangerous one says why and what it needs."""

    dangerous: bool
    why: Words | None = None
    trained: bool = False
    insured: bool = False

    def wrongs(self) -> Iterator[Wrong]:
        """A danger without a reason or without insurance."""
        if self.dangerous and self.why is None:
            yield "", gettext_noop("A dangerous post says why it is."), {}
        if self.dangerous and not (self.trained and self.insured):
            yield "", gettext_noop("A dangerous post needs people who are trained and insured."), {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """From which air temperature (°C) on, how long outdoors a day (minutes), and the rotation within it."""

    from_c: int = limits(least=20, most=60)
    outdoors_min: int = limits(least=0, most=1440)
    rotate_min: int = limits(least=10, most=480)


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """Limits that protect helpers."""

    age_min: int = limits(least=18, most=80)
    shift_max_h: int = limits(least=1, most=12)
    rest_min_h: int = limits(least=8, most=48)
    nights_in_a_row: int = limits(least=1, most=7)
    protective_suit_max_min: int = limits(least=10, most=480)
    heat: tuple[Heat, ...] = limits(least=1)
    told: Words

    def wrongs(self) -> Iterator[Wrong]:
        """Heat that lets people out longer the hotter it is."""
        for row, (one, next_one) in enumerate(pairwise(self.heat), start=1):
            if next_one.from_c <= one.from_c or next_one.outdoors_min > one.outdoors_min:
                yield f"heat[{row}]", gettext_noop("The hotter it is, the shorter people may be outdoors."), {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Need(Named):
    """One need of the closed list. Its bit is stored with persons and never changes its meaning."""

    bit: int = limits(least=0, most=30)
    must_not_wait: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A template of a message; `takes` are the places to fill in.

    Attributes:
        life_safety: it may wake people at night.
    """

    code: str = limits(shape=CODE)
    life_safety: bool = False
    takes: tuple[str, ...] = ()
    title: Words
    text: Words

    def wrongs(self) -> Iterator[Wrong]:
        """Places to fill in that the notice does not take, or takes and does not use."""
        used = set(_SLOT.findall(self.title.zh)) | set(_SLOT.findall(self.text.zh))
        for name in sorted(used ^ set(self.takes)):
            yield (
                "takes",
                gettext_noop("The place {name} is filled in, but not used, or the other way round."),
                {"name": name},
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What becomes of a kind of rows once the event has ended."""

    what: str = limits(shape=CODE)
    days_after_end: int = limits(least=0, most=365)
    then: Literal["destroy", "keep_counts", "keep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A whole message of the interface said otherwise during this event."""

    msgid: str
    zh: str
    en: str

    def wrongs(self) -> Iterator[Wrong]:
        """Other places to fill in than the message has."""
        slots = set(re.findall(r"%\([a-z_]+\)[sd]|\{[a-z_]+\}", self.msgid))
        for language, text in (("zh", self.zh), ("en", self.en)):
            if set(re.findall(r"%\([a-z_]+\)[sd]|\{[a-z_]+\}", text)) != slots:
                yield language, gettext_noop("It must leave the same places to fill in as the message."), {}


def twice(values: Iterator[object]) -> list[object]:
    """What occurs more than once."""
    return [value for value, count in Counter(values).items() if count > 1]
