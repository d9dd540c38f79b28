"""The ways command says no.

LinliError
└── Refused
    └── NotYoursToBrief   only who speaks for an area keeps a briefing of it
"""

from django.utils.translation import gettext_noop

from linli.common.errors import Refused


class NotYoursToBrief(Refused):
    code = "not_yours_to_brief"
    sentence = gettext_noop("You may read this briefing; only the press officer of this area saves one.")
