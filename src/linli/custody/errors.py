"""The ways custody says no.

LinliError
├── Refused
│   ├── MayNotReveal   the caller's role does not unmask this
│   └── TooManyReveals the caller unmasked too much in too short a time
├── Refused
│   └── TooOften       one place asked too often (status 429)
└── Invalid
    └── ReasonMissing  a reveal without one of the listed reasons
"""

from django.utils.translation import gettext_noop

from linli.common.errors import Invalid, Refused


class MayNotReveal(Refused):
    code = "may_not_reveal"
    sentence = gettext_noop("Your role does not allow this to be shown in full.")


class TooManyReveals(Refused):
    code = "too_many_reveals"
    sentence = gettext_noop(
        "You have had {most} entries shown in full within an hour. Please wait, or ask a colleague."
    )


class TooOften(Refused):
    code = "too_often"
    sentence = gettext_noop("That was too often in a short time. Please try again in {seconds} seconds.")
    status = 429


class ReasonMissing(Invalid):
    code = "reason_missing"
    sentence = gettext_noop("Please say why this has to be shown in full.")
