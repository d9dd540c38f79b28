"""What the pages of units call states, and skills with numbers (English msgids)."""

from collections.abc import Iterable

from django.utils.translation import gettext, gettext_noop

from linli.muster.models import Call, Deployed, UnitPlan
from linli.muster.words import SKILL_WORDS
from linli.notices.queries import Heard
from linli.people.models import Skill

CALLS = {
    Call.State.ASKED: gettext_noop("Not answered yet"),
    Call.State.COMMITTED: gettext_noop("Promised"),
    Call.State.DECLINED: gettext_noop("Declined"),
    Call.State.OFFERED: gettext_noop("Offered, not taken yet"),
    Call.State.ENDED: gettext_noop("No longer asked"),
}
PEOPLE = {
    Deployed.State.LISTED: gettext_noop("On the way"),
    Deployed.State.ARRIVED: gettext_noop("Arrived"),
    Deployed.State.RELEASED: gettext_noop("Went home, with thanks"),
    Deployed.State.OFF: gettext_noop("Off the list"),
}
PLANS = {
    UnitPlan.State.WAITING: gettext_noop("Waiting to begin"),
    UnitPlan.State.RUNNING: gettext_noop("Being worked out"),
    UnitPlan.State.PROPOSED: gettext_noop("Proposal, nobody asked yet"),
    UnitPlan.State.PUBLISHED: gettext_noop("Units were asked"),
    UnitPlan.State.FAILED: gettext_noop("Failed"),
}
FAILURES = {
    "nothing_to_plan": gettext_noop(
        "There is nothing to work out: nobody is short, or no work unit has said whom it can send."
    ),
}


def call_told(call: Call) -> str:
    """The state of a call in words."""
    return gettext(CALLS[Call.State(call.state)])


def heard_told(heard: Heard) -> str:
    """Whether a liaison who was told has opened it."""
    return gettext("The liaison has read it") if heard.read else gettext("The liaison was told and has not opened it")


def person_told(state: str, *, promised: bool) -> str:
    """The state of somebody on a list in words; who was named comes only once their unit has promised them."""
    if state == Deployed.State.LISTED and not promised:
        return gettext("Named, not promised yet")
    return gettext(PEOPLE[Deployed.State(state)])


def failure_told(code: str) -> str:
    """The sentence of a code that a plan failed with."""
    if code in FAILURES:
        return gettext(FAILURES[code])
    return gettext("It could not be worked out. Nothing was changed; please work it out again.")


def skills_told(lines: Iterable[tuple[int | None, int]]) -> list[str]:
    """How many of each skill, in words; those of no skill come last."""
    pairs = sorted(lines, key=lambda pair: (pair[0] is None, pair[0]))
    return [
        gettext("{skill}: {n}").format(
            skill=gettext("Anybody") if skill is None else gettext(SKILL_WORDS[Skill(skill)]), n=f"{heads:,}"
        )
        for skill, heads in pairs
        if heads
    ]
