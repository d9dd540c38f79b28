"""What pages call priorities and numbers to dial, and entries as lists show them."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from linli.desk import queries, rules
from linli.desk.emergency import AMBULANCE, FIRE, POLICE, Hit
from linli.desk.models import Entry
from linli.desk.words import PRIORITY_WORDS

CHOICE_WORDS: dict[str, Promise] = {
    Entry.Priority.URGENT: gettext_lazy("Urgent: within minutes"),
    Entry.Priority.TODAY: gettext_lazy("Today"),
    Entry.Priority.WHENEVER: gettext_lazy("When possible: within days"),
}
NUMBER_WORDS: dict[str, Promise] = {
    AMBULANCE: gettext_lazy("Ambulance"),
    FIRE: gettext_lazy("Fire, gas, somebody trapped"),
    POLICE: gettext_lazy("Police"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as a list shows it: everything that was typed behind its mask."""

    entry: Entry
    need: str
    caller: str
    about: str
    priority: Promise
    overdue: bool
    holder: str
    mine: bool


def row_of(entry: Entry, names: dict[int, str], me: int | None, at: datetime) -> Row:
    """An entry for a list; `names` of accounts by id."""
    typed = queries.said(entry)
    return Row(
        entry=entry,
        need=rules.masked_text(typed.need),
        caller=rules.masked_caller(typed.caller, typed.phone) or gettext("erased at their wish"),
        about=rules.masked_about(typed.about),
        priority=PRIORITY_WORDS[entry.priority],
        overdue=entry.closed_at is None and rules.overdue(entry, at),
        holder=names.get(entry.holder, "") if entry.holder is not None else gettext("nobody yet"),
        mine=entry.holder == me,
    )


def to_dial(hits: tuple[Hit, ...]) -> list[tuple[str, Promise, tuple[str, ...]]]:
    """Numbers to dial as (number, whom one reaches, the words that say so)."""
    return [(hit.number, NUMBER_WORDS[hit.number], hit.words) for hit in hits]
