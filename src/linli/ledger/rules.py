"""Rules of the ledger, over plain values: what facts make of a standing, and what to try next."""

from collections.abc import Iterable

from linli.ledger.models import Finding, Said
from linli.rolls.models import State

_DOOR = (
    (Finding.Result.ANSWERED, State.ANSWERED),
    (Finding.Result.VACANT, State.VACANT),
    (Finding.Result.REFUSED, State.TURNED_AWAY),
    (Finding.Result.NO_ANSWER, State.NO_ANSWER),
)
_PERSON = (
    (Said.State.HERE, State.DONE),
    (Said.State.EXEMPT, State.EXEMPT),
    (Said.State.AWAY, State.AWAY),
    (Said.State.REFUSED, State.REFUSED),
)


def door_state(results: Iterable[str]) -> State:
    """How a door stands by all that was found at it and not taken back: the first that applies (promise 3)."""
    found = set(results)
    return next((state for result, state in _DOOR if result in found), State.NOT_VISITED)


def person_state(said: Iterable[str], *, away: bool = False) -> State:
    """How a person stands by all that was said of them and not taken back.

    Args:
        away: their newest stay says that they are away, whatever was said at the door.
    """
    found = set(said) | ({Said.State.AWAY} if away else set())
    return next((state for each, state in _PERSON if each in found), State.NOT_REACHED)
