"""How a phone without a signal is told no, at its next exchange."""

from django.utils.translation import gettext_noop

from linli.common.errors import Conflict, Invalid, Refused


class AppOutOfDate(Conflict):
    code = "app_out_of_date"
    sentence = gettext_noop(
        "This app and the system are of different versions. Nothing is lost. Please load the app again."
    )


class LeaseOver(Refused):
    code = "lease_over"
    sentence = gettext_noop("This phone may not hold these doors any more. Get them again.")


class NoDoorsToLend(Refused):
    code = "no_doors_to_lend"
    sentence = gettext_noop("You have no micro-grid and lead nobody where an event is active now. Ask the desk.")


class TooMuchForAPhone(Refused):
    code = "too_much_for_a_phone"
    sentence = gettext_noop(
        "A phone holds at most {most_grids} micro-grids or {most} people; yours are {grids} with {people}. Ask the "
        "desk to share them out."
    )


class EnvelopeBroken(Invalid):
    code = "envelope_broken"
    sentence = gettext_noop("This cannot be opened here. It stays on the phone that holds it.")


class EnvelopeForged(Refused):
    code = "envelope_forged"
    sentence = gettext_noop("This was not written by whoever it names. Nothing of it was taken.")


class OtherAuthor(Refused):
    code = "other_author"
    sentence = gettext_noop("This names another author or role than the phone was lent for. It was not recorded.")


class RoleOverThen(Refused):
    code = "role_over_then"
    sentence = gettext_noop("The role had ended before this was written down. It was not recorded.")


class DoorChanged(Conflict):
    """`finding` is what a colleague recorded at the door since its author looked."""

    code = "door_changed"
    sentence = gettext_noop("A colleague recorded something else at this door. Please choose.")


class NotPlacedWithYou(Refused):
    code = "not_placed_with_you"
    sentence = gettext_noop("They were not placed with you at that time. It was not recorded.")


class NoStartRecorded(Refused):
    code = "no_start_recorded"
    sentence = gettext_noop("That they started duty is not recorded, so that they finished was not either.")


class StartedOtherwise(Conflict):
    """`service` is what is written down."""

    code = "started_otherwise"
    sentence = gettext_noop("By what is recorded already they are on duty since {since}. Nothing was changed.")


class FinishedOtherwise(Conflict):
    code = "finished_otherwise"
    sentence = gettext_noop("By what is recorded already they finished duty at {until}. Nothing was changed.")


class NothingToSettle(Conflict):
    code = "nothing_to_settle"
    sentence = gettext_noop("This was decided already. Nothing was changed.")


class NoSweepHere(Refused):
    code = "no_sweep_here"
    sentence = gettext_noop("No sweep is open at this door. It was not recorded.")


class NothingToTakeBack(Refused):
    code = "nothing_to_take_back"
    sentence = gettext_noop("This cannot be taken back here. Please tell the desk what is wrong.")


class NoDoorsToHandOver(Refused):
    code = "no_doors_to_hand_over"
    sentence = gettext_noop("{name} goes to no doors that you give. Nothing was handed over.")


class TappedByAnother(Refused):
    code = "tapped_by_another"
    sentence = gettext_noop(
        "This was tapped while this phone was signed in for somebody else. It was not written down for you; whoever "
        "leads there can tap for them."
    )
