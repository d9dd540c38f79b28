"""Words for what is wrong with a team, and for who is what in it."""

from django.utils.translation import gettext, gettext_noop

from linli.muster.models import Member
from linli.muster.teams.queries import Standing

WRONG = {
    "nobody_left": gettext_noop("Nobody of this team is placed there any more."),
    "leader_left": gettext_noop("Whoever led this team is no longer placed there."),
    "deputy_left": gettext_noop("This team has no deputy."),
    "members_left": gettext_noop("Some of this team are no longer placed there."),
    "risk_fell": gettext_noop("The risk has fallen since this team was formed: it may be released."),
}
ROLES = {
    Member.Role.LEADER: gettext_noop("Leader"),
    Member.Role.DEPUTY: gettext_noop("Deputy"),
    Member.Role.MEMBER: gettext_noop("Member"),
}


def what_is_wrong(standing: Standing) -> list[str]:
    """Why somebody should look at a team, as sentences, the gravest first."""
    return [gettext(WRONG[code]) for code in standing.wrong]


def role_name(role: int) -> str:
    """What somebody is in a team."""
    return gettext(ROLES[Member.Role(role)])
