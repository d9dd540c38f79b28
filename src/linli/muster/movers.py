"""Who moves for whose place in a repair: masked names for the desk that runs one of the grids, nameless for others."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.common.caller import Caller
from linli.custody import masks
from linli.muster import rosters
from linli.muster.models import Allocation, Proposal, SignUp
from linli.muster.queries import areas_seen
from linli.people.models import Identity


@dataclass(frozen=True, slots=True)
class Mover:
    """One person of a chain.

    Attributes:
        sign_up, name: masked; None and empty for whoever may not see them, no sign-up for people of work units.
        gone_from: the grid they are moved from, None where they are called.
        outcome: of the line.
    """

    sign_up: UUID | None
    name: str
    gone_from: int | None
    to: int
    skill: int | None
    metres: int
    estimated: bool
    outcome: str


def movers_of(caller: Caller, run: Allocation, chains: Collection[int], at: datetime) -> dict[int, list[Mover]]:
    """Those of some chains, whoever takes the empty place first; each fills the place that the one before leaves."""
    lines = list(run.lines.filter(chain__in=list(chains)).order_by("chain", "person_id"))
    grids = {grid for line in lines for grid in (line.grid_id, line.from_grid_id) if grid is not None}
    mine = set(areas_seen(caller, at, "community_desk").filter(inner__in=grids).values_list("inner", flat=True))
    seen = [line.person_id for line in lines if line.grid_id in mine or line.from_grid_id in mine]
    said = rosters.said_by(run.event_id, seen)
    by_chain: dict[int, list[Proposal]] = {}
    for line in lines:
        by_chain.setdefault(line.chain or 0, []).append(line)
    first = {number: run.summary["chains"][number]["grid"] for number in by_chain}
    return {
        number: [_mover(line, said.get(line.person_id)) for line in _in_order(rest, first[number])]
        for number, rest in by_chain.items()
    }


def _in_order(lines: list[Proposal], grid: int | None) -> list[Proposal]:
    """From whoever comes into a grid to whoever comes into the grid that they leave, and so on."""
    left, found = list(lines), []
    while left:
        line = next((each for each in left if each.grid_id == grid), left[0])
        left.remove(line)
        found.append(line)
        grid = line.from_grid_id
    return found


def _mover(line: Proposal, said: SignUp | Identity | None) -> Mover:
    return Mover(
        sign_up=said.pk if isinstance(said, SignUp) else None,
        name=masks.mask_name(said.name) if said else "",
        gone_from=line.from_grid_id,
        to=line.grid_id,
        skill=line.skill,
        metres=line.metres,
        estimated=line.estimated,
        outcome=line.outcome,
    )
