"""From people themselves: what they told by the code at their door, until somebody says who is who."""

from collections.abc import Collection
from datetime import datetime

from linli.ledger import reported, scope
from linli.ledger.owners import Owners
from linli.worklist.entries import REPORTED, Entry, Kind, Link


def entries(micro_grids: Collection[int], owners: Owners, at: datetime) -> list[Entry]:
    """Every self-report that waits in these micro-grids, whoever answers for the door. One query, or two."""
    waiting = reported.waiting_in(micro_grids, at)
    if not waiting:
        return []
    held = scope.micro_grids_of({each.dwelling for each in waiting}, at)
    return [
        Entry(
            Kind.REPORTED,
            f"self_report:{each.id}",
            owners.of(micro_grid, None),
            REPORTED,
            since=each.said_at,
            link=Link("decide_self_report", (each.id,)),
            place=each.dwelling,
        )
        for each in waiting
        if (micro_grid := held.get(each.dwelling)) is not None
    ]
