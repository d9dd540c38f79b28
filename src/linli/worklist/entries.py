"""The one shape in which every room's things to do stand in a list."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from linli.ledger.nexts import Tried


class Kind(StrEnum):
    """What kind of thing it is; counted by kind on top of a list."""

    DOOR = "door"
    PERSON = "person"
    ASKED = "asked"
    DECIDE = "decide"
    REPORTED = "reported"
    NOTICE = "notice"


KIND_WORDS: dict[Kind, Promise] = {
    Kind.DOOR: gettext_lazy("Doors"),
    Kind.PERSON: gettext_lazy("People not reached"),
    Kind.ASKED: gettext_lazy("From the duty log"),
    Kind.DECIDE: gettext_lazy("To decide"),
    Kind.REPORTED: gettext_lazy("Self-reports"),
    Kind.NOTICE: gettext_lazy("Notices to you"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """Where it is done: the name of a page, its arguments, and the part of it (#/…)."""

    page: str
    args: tuple[object, ...] = ()
    part: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is left to do.

    Attributes:
        subject: what it is about, `kind:id`. owner: user id of who answers for it; None: the community's desk.
        what: what to do: of doors and people a value of ``ledger.nexts.Next``; of the duty log HELD, DESK_HAS_IT or
            NOBODY_HAS_IT; of what a phone brought, why it was not done (``field.models.Receipt.State``);
            REPORTED; UNREAD.
        since: since when it waits. due: by when it is wanted, of a visit that was asked for: when; None where nothing
            says.
        link: where it is done; None where it is for nobody to do from here.
        priority: of the duty log; empty elsewhere.
        needs: the bits of the needs of everybody it is about.
        names: masked, of the people it is about, or that it is a child; empty where nobody knows it.
        tried: what was tried, the first first. place: the door or building; order: its place as one walks.
    """

    kind: Kind
    subject: str
    owner: int | None
    what: str
    since: datetime
    due: datetime | None = None
    link: Link | None = None
    priority: str = ""
    needs: int = 0
    names: tuple[str, ...] = ()
    tried: tuple[Tried, ...] = ()
    place: int | None = None
    order: int = 0
    text: str = ""


HELD, DESK_HAS_IT, NOBODY_HAS_IT, REPORTED = "held", "desk_has_it", "nobody_has_it", "reported"
UNREAD = "unread"
