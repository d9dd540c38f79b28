"""How the end of an event says no."""

from django.utils.translation import gettext_noop

from linli.common.errors import Conflict, Invalid, Refused


class NotEndedYet(Refused):
    code = "closing_not_ended"
    sentence = gettext_noop("{event} has not ended, so nothing of it can be destroyed.")


class GraceNotOver(Refused):
    code = "closing_grace"
    sentence = gettext_noop("The grace period of {event} lasts until {until}. To review it earlier, say why.")


class ReasonTooLong(Invalid):
    code = "closing_reason_too_long"
    sentence = gettext_noop("The reason takes at most {most} characters.")


class BadWitness(Invalid):
    code = "closing_bad_witness"
    sentence = gettext_noop("Write one witness a line: at most {people} names of at most {most} characters.")


class MayNotConfirm(Refused):
    code = "closing_may_not_confirm"
    sentence = gettext_noop("Destruction is confirmed by the data protection officer and one more person.")


class ConfirmedAlready(Refused):
    code = "closing_confirmed_already"
    sentence = gettext_noop(
        "You have confirmed this already. Somebody else, under another account, has to confirm too."
    )


class PartTaken(Conflict):
    code = "closing_part_taken"
    sentence = gettext_noop("Somebody with your part has confirmed already; the other part is still missing.")


class ReviewChanged(Conflict):
    code = "closing_review_changed"
    sentence = gettext_noop("What would be destroyed has changed since. Look at the review again, then confirm.")


class ClosingMovedOn(Conflict):
    code = "closing_moved_on"
    sentence = gettext_noop("This closing has gone on meanwhile.")


class ClosingBusy(Conflict):
    code = "closing_busy"
    sentence = gettext_noop("Others were at work on the same tables. Nothing was half done; it is tried again.")


class ClosingHeldUp(Conflict):
    code = "closing_held_up"
    sentence = gettext_noop("A long reading still needs the old rows, such as a backup. It is tried again.")


class ClosingNoRoom(Refused):
    code = "closing_no_room"
    sentence = gettext_noop("The disk has no room to write the tables anew. Free some; then it goes on.")


class ClosingLogHeld(Refused):
    code = "closing_log_held"
    sentence = gettext_noop(
        "The database's log still holds old files: {n}. A replica or another program needs them; end that, then go on."
    )


class BackupAtWork(Conflict):
    code = "closing_backup_at_work"
    sentence = gettext_noop("A backup is being made or tried just now. It is tried again.")


class ErasureUnderWay(Conflict):
    code = "erasure_under_way"
    sentence = gettext_noop("Erasing this person has been asked for already, and waits for two people to decide.")


class NothingBesideRegister(Invalid):
    code = "erasure_only_register"
    sentence = gettext_noop("Only the register knows this person: choose whether it has to keep them.")


class ErasureOver(Conflict):
    code = "erasure_over"
    sentence = gettext_noop("This erasure was done or declined already.")
