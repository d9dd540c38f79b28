"""Worklists in words: where it is, who it is about, what to do, what was tried, and why it stands there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop, ngettext

from linli.desk.words import PRIORITY_WORDS
from linli.events.packs import pack_of
from linli.events.queries import active_event
from linli.field.models import Receipt
from linli.ledger import walking
from linli.ledger.nexts import Next, Tried
from linli.places.names import place_names
from linli.web.sweeps.words import HOW_WORDS, RESULT_WORDS, next_words
from linli.web.templatetags.lists import listed as joined
from linli.web.templatetags.moments import moment
from linli.worklist.entries import DESK_HAS_IT, HELD, NOBODY_HAS_IT, REPORTED, UNREAD, Entry, Kind, Link
from linli.worklist.rules import WHY_WORDS, Why

FROM_LIST = "work"
_WHAT = {
    HELD: gettext_noop("With whoever noted it until the desk takes it over"),
    DESK_HAS_IT: gettext_noop("The desk has it"),
    NOBODY_HAS_IT: gettext_noop("Waits until the desk takes it over"),
    REPORTED: gettext_noop("People there said who they are: decide who is who"),
    UNREAD: gettext_noop("Opening it marks it as read"),
    Receipt.State.CONFLICT: gettext_noop("A colleague found otherwise: which of the two counts?"),
    Receipt.State.REFUSED: gettext_noop("It was not taken: read why"),
}
_LOUD = {Why.OVERDUE: "state-bad"} | dict.fromkeys((Why.NOW, Why.SOON, Why.DECIDE, Why.NEED), "state-warn")


@dataclass(frozen=True, slots=True)
class Row:
    """One entry in words.

    Attributes:
        url: where it is done; empty where it is not done from here.
        style: of the state, for the eye: the words say the same. about: people who are not reached, masked.
    """

    entry: Entry
    url: str
    title: str
    why: Promise
    style: str
    what: str
    about: str
    needs: list[str]
    tried: str


def rows(listed: Sequence[tuple[Why, Entry]], at: datetime, *, full: bool) -> list[Row]:
    """Entries in words; a fixed number of queries.

    Args:
        full: whether doors are named in full, as to whoever goes there, or down to the staircase.
    """
    places = {entry.place for _, entry in listed if entry.place is not None}
    named = place_names(places) | (walking.in_order(places) if full else {})
    event = active_event(at)
    needs = pack_of(event).needs if event is not None else ()
    return [
        Row(
            entry,
            url_of(entry.link) if entry.link is not None else "",
            _title(entry, named.get(entry.place or 0, "")),
            WHY_WORDS[why],
            _LOUD.get(why, ""),
            _what(entry),
            _about(entry),
            [need.name.told() for need in needs if entry.needs >> need.bit & 1],
            _tried(entry.tried),
        )
        for why, entry in listed
    ]


def url_of(link: Link) -> str:
    """The address of a link. A door leads back to the list."""
    back = f"?from={FROM_LIST}" if link.page == "sweep_door" else ""
    return reverse(link.page, args=link.args) + back + link.part


def _title(entry: Entry, where: str) -> str:
    if entry.kind == Kind.PERSON:
        name = entry.names[0] or gettext("Name not known")
        return f"{name} · {where}" if where else name
    if entry.kind == Kind.ASKED:
        words = gettext("Something is needed")
        return f"{words} · {where}" if where else words
    if entry.kind == Kind.DECIDE:
        words = gettext("Written down without a signal")
        return f"{words} · {where}" if where else words
    if entry.kind == Kind.REPORTED:
        return f"{gettext('Self-report')} · {where}"
    if entry.kind == Kind.NOTICE:
        return gettext("Notice to you")
    return where


def _what(entry: Entry) -> str:
    if entry.kind in (Kind.DOOR, Kind.PERSON):
        return next_words(Next(entry.what), entry.due)
    said = gettext(_WHAT[entry.what])
    parts = (str(PRIORITY_WORDS[entry.priority]) if entry.priority else "", entry.text, said)
    return " · ".join(part for part in parts if part)


def _about(entry: Entry) -> str:
    if entry.kind != Kind.DOOR or not entry.names:
        return ""
    names = joined([name or gettext("name not known") for name in entry.names])
    n = len(entry.names)
    return ngettext("{n} person not reached: {names}", "{n} people not reached: {names}", n).format(n=n, names=names)


def _tried(tried: Sequence[Tried]) -> str:
    if not tried:
        return ""
    last, n = tried[-1], len(tried)
    return ngettext(
        "Tried {n} time, last {when}: {result}, {how}", "Tried {n} times, last {when}: {result}, {how}", n
    ).format(n=n, when=moment(last.at), result=RESULT_WORDS[last.result], how=HOW_WORDS[last.how])
