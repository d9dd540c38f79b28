"""What pages and files call skills, times and states."""

from django.utils.translation import gettext, gettext_noop

from linli.muster.models import Free, SignUp
from linli.people.models import Skill
from linli.people.rules import skills_in

SKILL_WORDS = {
    Skill.MEDICAL: gettext_noop("Medical work"),
    Skill.DRIVER: gettext_noop("Driving"),
    Skill.PSYCHOLOGIST: gettext_noop("Psychological support"),
    Skill.INTERPRETER: gettext_noop("Interpreting"),
    Skill.SECURITY: gettext_noop("Security"),
    Skill.LOGISTICS: gettext_noop("Carrying and storing"),
    Skill.IT: gettext_noop("Computers"),
    Skill.ELDER_CARE: gettext_noop("Caring for old people"),
    Skill.CHILD_CARE: gettext_noop("Caring for children"),
    Skill.COOK: gettext_noop("Cooking"),
    Skill.REPAIR: gettext_noop("Repairs"),
    Skill.ADMIN: gettext_noop("Office work"),
}
FREE_WORDS = {
    Free.MORNINGS: gettext_noop("mornings"),
    Free.AFTERNOONS: gettext_noop("afternoons"),
    Free.EVENINGS: gettext_noop("evenings"),
    Free.NIGHTS: gettext_noop("nights"),
    Free.WEEKENDS: gettext_noop("weekends"),
    Free.ALWAYS: gettext_noop("at any time"),
}
STATE_WORDS = {
    SignUp.State.CLAIMED: gettext_noop("Waiting for the desk"),
    SignUp.State.CONFIRMED: gettext_noop("Confirmed"),
    SignUp.State.DECLINED: gettext_noop("Set aside"),
    SignUp.State.WITHDRAWN: gettext_noop("Withdrawn"),
}


def skill_choices() -> list[tuple[str, str]]:
    """Every skill as a choice of a form, in the language that is active now."""
    return [(str(int(skill)), gettext(words)) for skill, words in SKILL_WORDS.items()]


def skill_names(mask: int) -> list[str]:
    """The skills of a mask in words."""
    return [gettext(SKILL_WORDS[skill]) for skill in skills_in(mask)]


def free_names(mask: int) -> list[str]:
    """When somebody can come, in words."""
    return [gettext(FREE_WORDS[free]) for free in Free if mask >> free & 1]


def free_choices() -> list[tuple[str, str]]:
    """Every time as a choice of a form, in the language that is active now."""
    return [(str(int(free)), gettext(words)) for free, words in FREE_WORDS.items()]


def state_name(state: str) -> str:
    """The state of a sign-up in words."""
    return gettext(STATE_WORDS[SignUp.State(state)])
