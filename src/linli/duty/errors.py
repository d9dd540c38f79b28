"""How booking says no."""

from django.utils.translation import gettext_noop

from linli.common.errors import Conflict, Invalid


class BookedMeanwhile(Conflict):
    code = "booked_meanwhile"
    sentence = gettext_noop("Somebody else has booked this person for that time.")


class TrainingOver(Invalid):
    code = "training_over"
    sentence = gettext_noop("The last day of a training lies in the past. Please say until when it holds.")


class NothingToInsure(Invalid):
    code = "policy_unclear"
    sentence = gettext_noop(
        "An insurance needs what it is quoted by, at most {most} characters, and a last day that is not over."
    )
