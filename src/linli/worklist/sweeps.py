"""From the ledger: doors of the open sweeps that have not answered or asked to come back, and people not reached.

Whoever is not reached behind a door that has not answered stands in the door's entry: it is one knock. The others,
whose door has answered, refused or stands vacant, or who have none, stand by name.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from linli.ledger.nexts import asked_for, next_thing
from linli.ledger.owners import Owners
from linli.ledger.reached import Who
from linli.ledger.sweeps import sweeps_counting
from linli.worklist.entries import Entry, Kind, Link
from linli.worklist.left import Known, Left, known, left


def entries(micro_grids: Collection[int], owners: Owners, at: datetime, *, children_named: bool) -> list[Entry]:
    """Everything of these micro-grids, whoever answers for it.

    Args:
        children_named: whether the masked name of a child may be shown.
    """
    doors, persons = left(sweeps_counting(micro_grids), micro_grids, owners)
    if not doors and not persons:
        return []
    making = _Making(known(doors, persons, micro_grids, at), children_named)
    behind, alone = _one_knock(doors, persons, making.known)
    return [
        *(making.entry(each, Kind.DOOR, each.subject, behind[_key(each, each.subject)]) for each in doors),
        *(making.entry(each, Kind.PERSON, making.known.homes.get(each.subject), [each.subject]) for each in alone),
    ]


_Key = tuple[int, int, int | None]


def _key(each: Left, door: int | None) -> _Key:
    return each.sweep.pk, door or 0, each.owner


def _one_knock(doors: Sequence[Left], persons: Sequence[Left], told: Known) -> tuple[dict[_Key, list[int]], list[Left]]:
    """Who stands in the entry of a door, and who by name: of one door and one owner, it is one knock."""
    knocks = {_key(each, each.subject) for each in doors}
    behind: dict[_Key, list[int]] = defaultdict(list)
    alone = []
    for each in persons:
        key = _key(each, told.homes.get(each.subject))
        if key in knocks:
            behind[key].append(each.subject)
        else:
            alone.append(each)
    return behind, alone


@dataclass(frozen=True, slots=True)
class _Making:
    """Makes entries of what is left, by what is known of it."""

    known: Known
    children_named: bool

    def entry(self, each: Left, kind: Kind, door: int | None, persons: Sequence[int]) -> Entry:
        whom = [self.known.person(person) for person in persons]
        tried = self.known.tried.get((each.sweep.pk, door or 0), [])
        has_phone = any(who.has_phone for who in whom) or (kind == Kind.DOOR and each.subject in self.known.phones)
        return Entry(
            kind,
            f"{kind}:{each.subject}",
            each.owner,
            next_thing(tried, high_risk=self.known.high_risk(door), has_phone=has_phone, person=kind == Kind.PERSON),
            due=asked_for(tried),
            since=tried[-1].at if tried else each.sweep.persons.opened_at,
            link=self._link(each, kind, door),
            needs=_together(whom),
            names=tuple(self._name(who) for who in whom),
            tried=tuple(tried),
            place=door,
            order=self.known.order.get(door or 0, 0),
        )

    def _link(self, each: Left, kind: Kind, door: int | None) -> Link:
        """The door, to write down what is found; the card of whoever has none in this sweep."""
        if kind == Kind.DOOR or door in self.known.due:
            return Link("sweep_door", (each.sweep.pk, door))
        return Link("person_card", (each.subject,))

    def _name(self, who: Who) -> str:
        return who.shown(children_named=self.children_named) or (gettext("a child") if who.child else "")


def _together(whom: Sequence[Who]) -> int:
    mask = 0
    for who in whom:
        mask |= who.needs
    return mask
