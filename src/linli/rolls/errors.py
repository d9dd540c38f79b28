"""How roll calls say no."""

from django.utils.translation import gettext_noop

from linli.common.errors import Conflict, Invalid, Refused


class RollOpenAlready(Conflict):
    code = "roll_open_already"
    sentence = gettext_noop("This question is already being asked in {area}, since {since}.")


class RollNotReady(Conflict):
    code = "roll_not_ready"
    sentence = gettext_noop("The list of who is due in {area} is still being made. Please try again in a minute.")


class RollClosed(Conflict):
    code = "roll_closed"
    sentence = gettext_noop("This roll call was closed on {closed}. Nothing was changed.")


class NotYourRoll(Refused):
    code = "not_your_roll"
    sentence = gettext_noop("Only who decides over all of {area} opens or closes a roll call there.")


class RollOutsideEvent(Invalid):
    code = "roll_outside_event"
    sentence = gettext_noop("{area} does not lie in the area of this event.")


class MomentBeforeRoll(Invalid):
    code = "moment_before_roll"
    sentence = gettext_noop("This roll call was ready on {ready}; before that it has no figures.")
