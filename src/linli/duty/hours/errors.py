"""How hours say no."""

from django.utils.translation import gettext_noop

from linli.common.errors import Conflict, Invalid, NotFound, Refused


class PostCodeOld(NotFound):
    """`phone` is a desk's, where one is known."""

    code = "post_code_old"
    sentence = gettext_noop("This code leads to no post any more.")


class NotBookedHere(Refused):
    code = "not_booked_here"
    sentence = gettext_noop("You are not placed here at this time. Please ask whoever leads here, or call the desk.")


class FinishFirst(Conflict):
    code = "finish_first"
    sentence = gettext_noop("The duty that began at {since} has not been finished. Please say first when it ended.")


class OnDutyElsewhere(Conflict):
    code = "on_duty_elsewhere"
    sentence = gettext_noop("They are on duty at another place since {since}. Please finish there first.")


class ServedThen(Conflict):
    code = "served_then"
    sentence = gettext_noop("Hours from {since} to {until} are written down already, and these would overlap them.")


class FinishForgotten(Conflict):
    code = "finish_forgotten"
    sentence = gettext_noop("That was begun at {since}, too long ago to end now. Please say when it really ended.")


class FinishBeforeStart(Invalid):
    code = "finish_before_start"
    sentence = gettext_noop("Duty ends after it began, at {since}.")


class FinishTooLate(Invalid):
    code = "finish_too_late"
    sentence = gettext_noop("Duty ends within {most} hours of its start at {since}, and not later than now.")


class NotOnDuty(Conflict):
    code = "not_on_duty"
    sentence = gettext_noop("No start is recorded that this could finish. Please tell whoever leads there.")


class StartRecordedOtherwise(Conflict):
    code = "start_recorded_otherwise"
    sentence = gettext_noop(
        "By what is recorded you are on duty since {since}. If that is wrong, say so under My hours once you have "
        "finished."
    )


class FinishRecordedOtherwise(Conflict):
    code = "finish_recorded_otherwise"
    sentence = gettext_noop("By what is recorded you finished at {until}. If that is wrong, say so under My hours.")


class NotYourOwnHours(Refused):
    code = "not_your_own_hours"
    sentence = gettext_noop("Nobody decides about their own hours. Please ask a colleague.")


class HoursDecided(Conflict):
    code = "hours_decided"
    sentence = gettext_noop("Somebody has decided about these hours already. Nothing was changed.")


class StillOnDuty(Conflict):
    code = "still_on_duty"
    sentence = gettext_noop("This duty has not been finished yet.")


class ReasonAsked(Invalid):
    code = "reason_asked"
    sentence = gettext_noop("Please say why, in at most {most} characters. The person reads it.")


class CorrectionAsked(Conflict):
    code = "correction_asked"
    sentence = gettext_noop("A correction of these hours waits for the desk already.")


class NothingToCorrect(Invalid):
    code = "nothing_to_correct"
    sentence = gettext_noop("These are the hours that are written down.")


class NoHoursYet(Conflict):
    code = "no_hours_yet"
    sentence = gettext_noop("No hours are approved yet, so there is nothing to certify.")


class VolunteerNumberWrong(Invalid):
    code = "volunteer_number_wrong"
    sentence = gettext_noop("A national volunteer number has 8 to 30 letters and digits.")
