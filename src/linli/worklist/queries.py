"""Reading worklists: a worker's own, one of a worker as their desk sees it, and who has how much left.

Each fetched and authorised in one go. Every room that has something to do adds one function, named in ``_gather``.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody.roles import Decide, deciding
from linli.ledger import scope
from linli.ledger.owners import Owners, owners
from linli.places import queries as places
from linli.places.models import Area, Level
from linli.worklist import asked, brought, reported, sweeps, told
from linli.worklist.entries import Entry, Kind
from linli.worklist.rules import Why, in_order

WORKING = deciding(Decide.FOUND, Decide.REGISTER)
"""Who has a list of their own: grid workers, and the desk for what was given to one of it by name."""
OVERSEEING = deciding(Decide.REGISTER)


@dataclass(frozen=True, slots=True)
class Worklist:
    """What is left for one worker, what must not wait first.

    Attributes:
        user, name: whose it is. others: whether somebody else answers for some of what lies in their areas.
    """

    user: int
    name: str
    rows: list[tuple[Why, Entry]]
    others: bool = False

    @property
    def counts(self) -> dict[Kind, int]:
        """How many of each kind, those with none too."""
        found = Counter(entry.kind for _, entry in self.rows)
        return {kind: found[kind] for kind in Kind}

    @property
    def overdue(self) -> int:
        """How many are overdue."""
        return sum(why == Why.OVERDUE for why, _ in self.rows)


def own(caller: Caller, at: datetime) -> Worklist:
    """What is left for the caller."""
    assert caller.user is not None, "whoever holds one of these roles has an account"
    micro_grids = _micro_grids(scope.found_over(caller, at), at)
    desk = bool(caller.areas(*OVERSEEING))
    who, found = _gather(micro_grids, [caller.user], at, for_desk=desk)
    mine = [each for each in found if each.owner == caller.user]
    others = len(mine) < len(found)
    mine += told.entries(caller.user)
    name = who.names.get(caller.user, "")
    return Worklist(caller.user, name, in_order(mine, at), others=others)


def area_overseen(caller: Caller, area_id: int, at: datetime) -> Area:
    """An area whose workers the caller's desk sees.

    Raises:
        NotFound: there is none, or it lies elsewhere.
    """
    found = Area.objects.filter(pk=area_id, place__in=places.within(scope.decided_over(caller, at), at)).first()
    if found is None:
        raise NotFound
    return found


def of_area(area: Area, at: datetime) -> list[Worklist]:
    """What is left for each grid worker of an area and for whoever was given something, who has most first; last, as
    user 0, what nobody but the desk answers for. Ask ``area_overseen`` for the area."""
    micro_grids = _micro_grids([area.pk], at)
    who, found = _gather(micro_grids, None, at, for_desk=True)
    theirs: dict[int, list[Entry]] = {user: [] for user in who.at_doors}
    for each in found:
        theirs.setdefault(each.owner or 0, []).append(each)
    lists = [Worklist(user, who.names.get(user, ""), in_order(rows, at)) for user, rows in theirs.items()]
    return sorted(lists, key=lambda each: (each.user == 0, -len(each.rows), each.name, each.user))


def of_worker(area: Area, user_id: int, at: datetime) -> Worklist:
    """What is left in an area for one who works there; user 0: for the desk. Ask ``area_overseen`` for the area.

    Raises:
        NotFound: they do not work there.
    """
    who, found = _gather(_micro_grids([area.pk], at), [user_id], at, for_desk=True)
    if user_id and user_id not in who.names:
        raise NotFound
    return Worklist(
        user_id, who.names.get(user_id, ""), in_order([each for each in found if (each.owner or 0) == user_id], at)
    )


def _micro_grids(areas: Collection[int], at: datetime) -> frozenset[int]:
    return frozenset(places.areas_below(areas, Level.MICRO_GRID, at).values_list("pk", flat=True))


def _gather(
    micro_grids: Collection[int], users: Collection[int] | None, at: datetime, *, for_desk: bool
) -> tuple[Owners, list[Entry]]:
    """Everything that is left in some micro-grids, whoever answers for it; of phones what waits for some users, or
    for everybody who works there. A room that comes adds a line."""
    who = owners(micro_grids, at)
    return who, [
        *sweeps.entries(micro_grids, who, at, children_named=for_desk),
        *asked.entries(micro_grids, who, at, for_desk=for_desk),
        *reported.entries(micro_grids, who, at),
        *brought.entries(who.names if users is None else users, for_desk=for_desk),
    ]
