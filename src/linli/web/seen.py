"""Who saw somebody's data, as the person reads it: when, what, why, and the role they held then, not their name."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from linli.access.queries import roles_then
from linli.custody import history
from linli.custody.export import PURPOSE_WORDS, TAKERS
from linli.custody.models import Export
from linli.custody.reveals import REASON_WORDS, Reason, leaders_shown
from linli.custody.roles import Reveal, See, revealing, seeing
from linli.duty.models import Booking
from linli.places.names import place_names
from linli.web.accounts.shapes import role_words
from linli.web.list_words import column_titles, list_title

LOOKERS = frozenset(TAKERS).union(seeing(See.PLACED_WITH_THEM), *(revealing(field) for field in Reveal))
WHAT_WORDS = {
    "phone": gettext_noop("Phone number"),
    "door": gettext_noop("Building and door"),
    "id_tail": gettext_noop("Last digits of the ID number"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One time that something was shown in full, or that a list left with the person in it."""

    at: datetime
    what: str
    why: str
    who: list[str]


def seen_of(claims: Collection[UUID], person: int | None, *, event: int | None = None) -> list[Seen]:
    """Who saw something of some sign-ups and of the person behind them, the newest first.

    Args:
        event: lists of this event alone, where it is given. The register knows people longer than one event, and who
            only signed up has not shown that they are the person whom the desk found.
    """
    signed = [f"sign_up:{claim}" for claim in claims]
    whole = signed + ([f"person:{person}"] if person is not None else [])
    shown = history.shown_of(whole if event is None else signed)
    found = [(each.at, each.user, _field(each.what), _reason(each.why)) for each in shown]
    found += [_list(each) for each in history.taken_out_of(whole, event=event)]
    found += _leaders(person, event)
    if not found:
        return []
    then = roles_then([(user, at) for at, user, _, _ in found if user is not None])
    held = {key: [(role, area) for role, area in roles if role in LOOKERS] for key, roles in then.items()}
    areas = place_names({area for roles in held.values() for _, area in roles if area is not None})
    return [
        Seen(
            at,
            what,
            why,
            [
                " · ".join([role_words(role), *([areas[area]] if area in areas else [])])
                for role, area in held.get((user or 0, at), [])
            ],
        )
        for at, user, what, why in sorted(found, key=lambda each: each[0], reverse=True)
    ]


def _leaders(person: int | None, event: int | None) -> list[tuple[datetime, int | None, str, str]]:
    """Leaders see the phones of all who are placed with them by one press; of an event, where it is given."""
    booked = Booking.objects.filter(person=person, **({"event": event} if event is not None else {}))
    why = gettext("to reach whoever is placed with them")
    return [(at, user, _field("phone"), why) for at, user in leaders_shown(dict(booked.values_list("pk", "place")))]


def _field(what: str) -> str:
    return gettext(WHAT_WORDS.get(what, what))


def _reason(why: str) -> str:
    return gettext(REASON_WORDS[Reason(why)]) if why in set(Reason) else why


def _list(row: Export) -> tuple[datetime, int | None, str, str]:
    columns = gettext(", ").join(column_titles(row.what, row.columns, row.in_full))
    what = gettext("A list that left, {title}: {columns}").format(title=list_title(row.what, row.part), columns=columns)
    at = row.first_taken_at or row.asked_at
    return at, row.asked_by, what, gettext(PURPOSE_WORDS[Export.Purpose(row.purpose)])
