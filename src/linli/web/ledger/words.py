"""People, doors and what is known of them, put into words for these pages."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, gettext_noop

from linli.custody.reveals import REASON_WORDS, Reason
from linli.ledger.lines import Line
from linli.ledger.models import Finding, MoveProposed
from linli.ledger.words import BANDS
from linli.people.models import Stay
from linli.people.own import STAY_WORDS
from linli.people.person_template import NEEDS, SEXES
from linli.places.names import place_names

RESULTS = {
    Finding.Result.ANSWERED: gettext_noop("answered"),
    Finding.Result.NO_ANSWER: gettext_noop("no answer"),
    Finding.Result.VACANT: gettext_noop("vacant"),
    Finding.Result.REFUSED: gettext_noop("refused"),
}
HOWS = {
    Finding.How.DOOR: gettext_noop("at the door"),
    Finding.How.PHONE: gettext_noop("by phone"),
    Finding.How.GROUP: gettext_noop("by a message in the group"),
    Finding.How.NEIGHBOUR: gettext_noop("from a neighbour"),
    Finding.How.COUNTER: gettext_noop("at the counter"),
    Finding.How.SELF: gettext_noop("by themselves"),
    Finding.How.FILE: gettext_noop("from a file"),
}
MOVES = {
    MoveProposed.What.DOOR: gettext_noop("lives behind another door"),
    MoveProposed.What.GUEST: gettext_noop("is a guest behind a door for a while"),
    MoveProposed.What.HOSPITAL: gettext_noop("is in hospital"),
    MoveProposed.What.SCHOOL: gettext_noop("stays at school"),
    MoveProposed.What.QUARANTINE: gettext_noop("is in quarantine"),
    MoveProposed.What.AWAY: gettext_noop("is away"),
    MoveProposed.What.BACK: gettext_noop("is back home"),
    MoveProposed.What.OUT: gettext_noop("has moved out"),
    MoveProposed.What.DIED: gettext_noop("has died"),
}
REASONS = {
    "id_no": gettext_noop("the same ID number"),
    "name": gettext_noop("the same name"),
    "sound": gettext_noop("the names sound the same"),
    "phone": gettext_noop("the same phone"),
    "door": gettext_noop("the same door"),
    "building": gettext_noop("the same building"),
    "born": gettext_noop("the same birthday"),
}
PHONE_REASONS = (Reason.CALL, Reason.VERIFY, Reason.DANGER)
DOOR_REASONS = (Reason.DELIVER, Reason.VERIFY, Reason.DANGER)
ID_REASONS = (Reason.VERIFY, Reason.ASKED)


@dataclass(frozen=True, slots=True)
class Told:
    """One person in words: `about` is sex and age band, `where` the way to their staircase, `state` where they are."""

    person: int
    name: str
    about: list[str]
    needs: list[str]
    phone: str
    where: str
    state: str
    since: datetime | None
    gone: bool


def told(lines: Collection[Line]) -> list[Told]:
    """People in words, in their order. One query."""
    where = place_names({line.dwelling for line in lines if line.dwelling is not None})
    return [_told(line, where) for line in lines]


def _told(line: Line, where: dict[int, str]) -> Told:
    unknown = gettext("a child") if line.child else gettext("name not known")
    band = BANDS.get(line.band) if line.band is not None else None
    return Told(
        person=line.person,
        name=line.name or unknown,
        about=[
            *([gettext(SEXES[line.sex])] if line.sex in SEXES else []),
            gettext(band) if band else gettext("age not known"),
        ],
        needs=[gettext(NEEDS[need]) for need in line.needs],
        phone=line.phone,
        where=where.get(line.dwelling, "") if line.dwelling is not None else "",
        state=gettext(STAY_WORDS[Stay.Kind(line.kind)]) if line.kind else "",
        since=line.since,
        gone=line.kind == Stay.Kind.GONE,
    )


def reasons(codes: Iterable[Reason]) -> list[tuple[str, str]]:
    """Reasons for showing something, as values of buttons and their words."""
    return [(str(code), gettext(REASON_WORDS[code])) for code in codes]


def in_words(codes: Iterable[str]) -> list[str]:
    """Why two entries may be one person."""
    return [gettext(REASONS[code]) for code in codes if code in REASONS]
