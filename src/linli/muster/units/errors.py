"""How units and those who ask for them are told no."""

from django.utils.translation import gettext, gettext_noop

from linli.common.errors import Conflict, Invalid, Refused

NONSENSE = {
    "heads": gettext_noop("Please say how many people you need, at least one."),
    "skills": gettext_noop("The skills ask for more people than you need."),
    "until": gettext_noop("The end has to be later than the beginning and than now, and at most 60 days away from it."),
    "answer_by": gettext_noop("The answer has to come after now, and before the end."),
    "phone": gettext_noop("The phone of whoever receives them cannot be dialled."),
    "text": gettext_noop("Please say where to meet and who receives them."),
}


class NobodyAbove(Refused):
    code = "nobody_above"
    sentence = gettext_noop("{name} is the highest level here: there is nobody above to ask.")


class BadReinforcement(Invalid):
    """A request that makes no sense; its fact `field` is a key, told as a sentence."""

    code = "bad_reinforcement"
    sentence = gettext_noop("This request makes no sense.")

    def told(self) -> str:
        return gettext(NONSENSE[str(self.facts["field"])])


class ReinforcementOver(Conflict):
    code = "reinforcement_over"
    sentence = gettext_noop("This request was ended already.")


class NothingShort(Conflict):
    code = "nothing_short"
    sentence = gettext_noop("Nobody is short here any more: all were asked for already.")


class UnitPlanUnderWay(Conflict):
    code = "unit_plan_under_way"
    sentence = gettext_noop("Which units go is being worked out here already.")


class NothingToPlan(Invalid):
    code = "nothing_to_plan"
    sentence = gettext_noop("There is nothing to work out: nobody is short, or no work unit has said whom it can send.")


class UnitPlanNotReady(Conflict):
    code = "unit_plan_not_ready"
    sentence = gettext_noop("This is no finished proposal any more: somebody was quicker.")


class UnitPlanUnsound(Refused):
    code = "unit_plan_unsound"
    sentence = gettext_noop(
        "The check found this proposal wrong, so nobody can be asked by it. Please tell the helpline."
    )


class UnitAnswered(Conflict):
    code = "unit_answered"
    sentence = gettext_noop("This was answered already, or is no longer asked.")


class UnitReasonMissing(Invalid):
    code = "unit_reason_missing"
    sentence = gettext_noop("Please say in a few words why your work unit cannot send them.")


class NobodyListed(Invalid):
    code = "nobody_listed"
    sentence = gettext_noop("Please name the people first: as many as you name are promised.")


class LineUnreadable(Invalid):
    """A pasted line that is no person."""

    code = "line_unreadable"
    sentence = gettext_noop("A line needs one name and one phone number.")


class UnitLineUnreadable(Invalid):
    """A pasted line that is no work unit."""

    code = "unit_line_unreadable"
    sentence = gettext_noop(
        "A line needs the name of a work unit, then whom it can send, such as: 市图书馆 驾驶 3 其他 12 联络员 周敏"
    )


class UnitNamedTwice(Invalid):
    code = "unit_named_twice"
    sentence = gettext_noop("{name} stands in the list twice, with other words. Which is meant is not guessed.")


class TooManyListed(Invalid):
    code = "too_many_listed"
    sentence = gettext_noop("{asked} people are asked for; with these you would name {named}.")


class DeployedOver(Conflict):
    code = "deployed_over"
    sentence = gettext_noop(
        "This person has arrived, was released or is off the list: what you saw has changed meanwhile."
    )


class ListedElsewhere(Conflict):
    code = "listed_elsewhere"
    sentence = gettext_noop("This person is named for that time already, by this work unit or by another.")
