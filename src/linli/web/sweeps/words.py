"""What pages call how people and doors stand, why that changed, what was found and how."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from linli.ledger.models import Finding, Said
from linli.ledger.nexts import NEXT_WORDS, Next
from linli.rolls.explaining import Line
from linli.rolls.models import Cause, Roll, State
from linli.web.templatetags.moments import moment

STATE_WORDS: dict[State, Promise] = {
    State.DONE: gettext_lazy("Reached"),
    State.EXEMPT: gettext_lazy("Exempt"),
    State.AWAY: gettext_lazy("Confirmed away"),
    State.REFUSED: gettext_lazy("Refused to answer"),
    State.NOT_REACHED: gettext_lazy("Not reached"),
    State.ANSWERED: gettext_lazy("Answered"),
    State.VACANT: gettext_lazy("Confirmed vacant"),
    State.TURNED_AWAY: gettext_lazy("Refused at the door"),
    State.NO_ANSWER: gettext_lazy("No answer"),
    State.NOT_VISITED: gettext_lazy("Not yet visited"),
    State.WITHDRAWN: gettext_lazy("No longer counted here"),
}
CAUSE_WORDS: dict[Cause, Promise] = {
    Cause.FACT: gettext_lazy("something was found"),
    Cause.TAKEN_BACK: gettext_lazy("a finding was taken back"),
    Cause.MOVED: gettext_lazy("moved inside the area of the sweep"),
    Cause.FOUND: gettext_lazy("found, unknown before"),
    Cause.MOVED_IN: gettext_lazy("moved in"),
    Cause.PARTED: gettext_lazy("no duplicate after all"),
    Cause.DUPLICATE: gettext_lazy("known twice"),
    Cause.DIED: gettext_lazy("died"),
    Cause.MOVED_OUT: gettext_lazy("moved out"),
    Cause.ERASED: gettext_lazy("erased by right"),
}
OF_WORDS: dict[str, Promise] = {Roll.Of.PERSONS: gettext_lazy("People"), Roll.Of.DOORS: gettext_lazy("Doors")}
RESULT_WORDS: dict[str, Promise] = {
    Finding.Result.ANSWERED: gettext_lazy("Somebody answered"),
    Finding.Result.NO_ANSWER: gettext_lazy("Nobody answered"),
    Finding.Result.VACANT: gettext_lazy("Vacant"),
    Finding.Result.REFUSED: gettext_lazy("Refused"),
}
HOW_WORDS: dict[str, Promise] = {
    Finding.How.DOOR: gettext_lazy("At the door"),
    Finding.How.PHONE: gettext_lazy("By phone"),
    Finding.How.GROUP: gettext_lazy("By group message"),
    Finding.How.NEIGHBOUR: gettext_lazy("From a neighbour"),
    Finding.How.COUNTER: gettext_lazy("At the counter"),
    Finding.How.SELF: gettext_lazy("They reported it themselves"),
    Finding.How.FILE: gettext_lazy("From a file"),
}
SAID_WORDS: dict[str, Promise] = {
    Said.State.HERE: gettext_lazy("Here"),
    Said.State.AWAY: gettext_lazy("Away"),
    Said.State.REFUSED: gettext_lazy("Refuses"),
    Said.State.EXEMPT: gettext_lazy("Exempt"),
}
_GOES, _COMES_BACK = gettext_lazy("is away for now"), gettext_lazy("is back")


def next_words(step: Next, back_at: datetime | None) -> str:
    """What to do next; where they asked somebody to come back, with when."""
    return gettext(NEXT_WORDS[step]).format(when=moment(back_at))


def cause_of(line: Line) -> Promise:
    """Why one standing changed; going away and coming back are moves too, and called what they are."""
    if line.cause == Cause.MOVED and State.AWAY in (line.before, line.after) and line.before != line.after:
        return _GOES if line.after == State.AWAY else _COMES_BACK
    return CAUSE_WORDS[line.cause]
