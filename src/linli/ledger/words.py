"""What standings and ages are called, on pages and in forms."""

from django.utils.translation.trans_null import gettext_noop

from linli.rolls.models import State

BANDS = {
    (0, 2): gettext_noop("under 3"),
    (3, 5): gettext_noop("3 to 5"),
    (6, 13): gettext_noop("6 to 13"),
    (14, 17): gettext_noop("14 to 17"),
    (18, 59): gettext_noop("18 to 59"),
    (60, 79): gettext_noop("60 to 79"),
    (80, 200): gettext_noop("80 or older"),
}
STANDINGS = {
    State.WITHDRAWN: gettext_noop("withdrawn"),
    State.DONE: gettext_noop("done"),
    State.EXEMPT: gettext_noop("exempt"),
    State.AWAY: gettext_noop("confirmed away"),
    State.REFUSED: gettext_noop("refused"),
    State.NOT_REACHED: gettext_noop("not reached"),
}
DOOR_STANDINGS = {
    State.ANSWERED: gettext_noop("Answered"),
    State.VACANT: gettext_noop("Confirmed vacant"),
    State.TURNED_AWAY: gettext_noop("Refused at the door"),
    State.NO_ANSWER: gettext_noop("No answer"),
    State.NOT_VISITED: gettext_noop("Not yet visited"),
}
