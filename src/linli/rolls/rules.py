"""Rules of roll calls: who opens one, and what a move makes of somebody's standing."""

from datetime import datetime

from linli.common.caller import Caller
from linli.custody.roles import Decide
from linli.events.queries import decides, levels_around
from linli.places.models import Area
from linli.rolls.errors import NotYourRoll
from linli.rolls.models import Roll, State

STARTS: dict[str, State] = {Roll.Of.PERSONS: State.NOT_REACHED, Roll.Of.DOORS: State.NOT_VISITED}
"""How a subject stands that nothing is known of yet."""

BALANCE: dict[str, tuple[State, ...]] = {
    Roll.Of.PERSONS: (State.DONE, State.EXEMPT, State.AWAY, State.REFUSED, State.NOT_REACHED),
    Roll.Of.DOORS: (State.ANSWERED, State.VACANT, State.TURNED_AWAY, State.NO_ANSWER, State.NOT_VISITED),
}
"""What the two balances of promise 3 add up, in that order: the first that applies counts."""


def check_may_open(by: Caller, area: Area, at: datetime) -> None:
    """Let pass only who decides over all of an area.

    Raises:
        NotYourRoll: the caller does not.
    """
    if by.user is None or not decides(by, Decide.PUBLISH, levels_around(area.pk, at), at):
        raise NotYourRoll(area=area.called)
