"""Ticks on the list of a request: whoever has arrived, and whoever goes home, unit by unit."""

from collections.abc import Collection
from datetime import datetime

from linli.common.caller import Caller
from linli.muster.models import Reinforcement
from linli.muster.units import arriving, queries


def arrived(request: Reinforcement, ticked: Collection[int], *, by: Caller, at: datetime) -> tuple[int, list[int]]:
    """Take in those who are ticked, each unit's in a transaction of its own.

    Returns how many are here, and the numbers of those who could not be taken.
    Raises:
        NotFound, DeployedOver: as ``arriving.arrive``.
    """
    rows = queries.deployed_here(by, request, at).filter(pk__in=ticked)
    done, left = 0, []
    for call in queries.calls_behind(rows):
        those = list(rows.filter(call=call).values_list("pk", flat=True))
        refused = arriving.arrive(call, those, by=by, at=at)
        done += len(those) - len(refused)
        left += refused
    return done, left


def released(request: Reinforcement, ticked: Collection[int], *, by: Caller, at: datetime) -> int:
    """Send those home who are ticked. Returns how many went. Raises as ``arriving.release`` does."""
    rows = queries.deployed_here(by, request, at).filter(pk__in=ticked)
    return sum(
        arriving.release(call, list(rows.filter(call=call).values_list("pk", flat=True)), by=by, at=at)
        for call in queries.calls_behind(rows)
    )
