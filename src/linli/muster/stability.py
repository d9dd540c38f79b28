"""What a repair tells of itself: why each place is filled in this way, and what moving fewer people would cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop

from linli.muster.models import Allocation
from linli.muster.rules import told_as

WITHOUT = {
    "metres": gettext_noop("If nobody moved, {n} metres more would be walked for it."),
    "skill": gettext_noop("If nobody moved, a place for somebody with a skill would stay empty."),
    "place": gettext_noop("If nobody moved, a place would stay empty that is needed more than the one given up."),
}
PRICES = {
    "nothing": gettext_noop("as good as the best"),
    "metres": gettext_noop("{n} metres more to walk"),
    "skill": gettext_noop("fewer places for a skill are filled"),
    "place": gettext_noop("grids that are served worst get less"),
}
LIMITS = {
    0: gettext_noop("nobody moves"),
    1: gettext_noop("at most 1"),
    2: gettext_noop("at most 2"),
    3: gettext_noop("at most 3"),
    None: gettext_noop("as many as the best arrangement needs"),
}


@dataclass(frozen=True, slots=True)
class Price:
    """One price of stability: how many may move, how many then do, and what that leaves undone.

    Attributes:
        most: how many may move for one place; None: as many as the best arrangement needs.
        costs: what it loses to the best arrangement, in the metres in which places are weighed (``rules.told_as``).
        limit, words: `most` and `costs` in words. chosen: the one that this repair has.
    """

    most: int | None
    moves: int
    called: int
    short: int
    costs: int
    limit: str
    words: str
    chosen: bool


def prices_of(run: Allocation) -> list[Price]:
    """The prices of a repair that was worked out, from nobody moved to the best arrangement."""
    return [_price(row, chosen=row == _chosen(run)) for row in run.summary["alternatives"]]


def _price(row: dict[str, Any], *, chosen: bool) -> Price:
    most, costs = row["most"], row["costs"]
    limit, words = LIMITS[most], PRICES[told_as(costs)]
    return Price(
        most=most,
        moves=row["moves"],
        called=row["called"],
        short=row["short"],
        costs=costs,
        limit=gettext(limit),
        words=gettext(words).format(n=f"{costs:,}"),
        chosen=chosen,
    )


def is_best(run: Allocation) -> bool:
    """Whether this repair loses nothing to the best arrangement."""
    return bool(run.summary["alternatives"][-1]["costs"] == _chosen(run)["costs"])


def _chosen(run: Allocation) -> dict[str, Any]:
    rows: list[dict[str, Any]] = run.summary["alternatives"]
    return rows[-1] if run.mode == Allocation.Mode.EXACT else rows[-2]


def why(chain: Mapping[str, Any], names: Mapping[int, str]) -> list[str]:
    """Why it is filled in this way, as sentences; of places and metres only."""
    told = []
    if chain["gives"] is not None:
        told.append(gettext("{grid} has one fewer then.").format(grid=names.get(chain["gives"], "")))
    if chain["round"]:
        told.append(gettext("They change places, and every grid keeps as many as it has."))
    if chain["alone"] is None:
        metres = chain["metres"]
        if chain["round"] or chain["gives"] is not None or chain["steps"] > 1:
            words = (
                gettext("In all, {n} metres fewer are walked.")
                if metres < 0
                else gettext("In all, {n} metres more are walked.")
            )
            told.append(words.format(n=f"{abs(metres):,}"))
        return told
    saved = told_as(chain["alone"] - chain["cost"])
    if saved in WITHOUT:
        told.append(gettext(WITHOUT[saved]).format(n=f"{chain['alone'] - chain['cost']:,}"))
    elif chain["steps"] == 1 and chain["gives"] is None:
        told.append(gettext("Nobody else moves for it."))
    return told
