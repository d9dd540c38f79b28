"""How muster says no."""

from django.utils.translation import gettext, gettext_noop

from linli.common.errors import Conflict, Invalid, Refused

FIELD_WORDS = {
    "name": gettext_noop("Name"),
    "phone": gettext_noop("Phone"),
    "door": gettext_noop("Building and door"),
    "skills": gettext_noop("Skills"),
}

PLACING_TIMES = {
    "no_moment": gettext_noop("Please say from when and until when, each with its offset, such as +08:00."),
    "backwards": gettext_noop("The end has to be later than the beginning."),
    "over": gettext_noop("This time is over: its end has to lie ahead."),
    "far_off": gettext_noop("The beginning has to lie within a year from now."),
    "too_long": gettext_noop("At most {days} days at a time."),
}


class _OfField(Invalid):
    """Something about one field; its fact `field` is a key, told in words."""

    def told(self) -> str:
        words = gettext(FIELD_WORDS.get(str(self.facts["field"]), str(self.facts["field"])))
        return gettext(self.sentence).format(**{**self.facts, "field": words})


class FieldMissing(_OfField):
    code = "field_missing"
    sentence = gettext_noop("Please fill in: {field}.")


class FieldTooLong(_OfField):
    code = "field_too_long"
    sentence = gettext_noop("{field} is too long: at most {most} characters.")


class FieldUnreadable(_OfField):
    code = "field_unreadable"
    sentence = gettext_noop("{field} holds a character that cannot be read. Please type it again.")


class SkillUnknown(_OfField):
    code = "skill_unknown"
    sentence = gettext_noop("There is no skill called {skill}.")


class NoEventHere(Refused):
    code = "no_event_here"
    sentence = gettext_noop("Nobody is asked to sign up in {name} at the moment: no event is active there.")


class AlreadyDecided(Conflict):
    code = "sign_up_already_decided"
    sentence = gettext_noop("Somebody has already decided about sign-up {number}.")


class AlreadySignedUp(Conflict):
    code = "already_signed_up"
    sentence = gettext_noop("This person has already signed up, with number {number}.")


class TooYoung(Conflict):
    code = "too_young"
    sentence = gettext_noop("They are known to be younger than {age}; nobody below that age serves.")


class EventOver(Refused):
    code = "event_over"
    sentence = gettext_noop("This event is over; nobody can sign up for it any more.")


class SignUpOver(Conflict):
    code = "sign_up_over"
    sentence = gettext_noop("Sign-up {number} was taken back or set aside already.")


class NotConfirmedYet(Refused):
    code = "sign_up_not_confirmed"
    sentence = gettext_noop("The desk has not confirmed this sign-up yet; until then there is no placement to change.")


class BadTimeAway(Invalid):
    code = "bad_time_away"
    sentence = gettext_noop("The end has to be later than the beginning, and later than now.")


class NotPlacedNow(Conflict):
    code = "not_placed_now"
    sentence = gettext_noop("You are placed nowhere at the moment, so there is nothing to answer.")


class NotAGrid(Invalid):
    code = "not_a_grid"
    sentence = gettext_noop("People are placed in grids; {name} is none.")


class BadDemand(Invalid):
    code = "bad_demand"
    sentence = gettext_noop("This demand makes no sense: {why}.")


class BadPlacingTime(Invalid):
    """A time that nobody can be placed for; its fact `reason` is a key, told as a sentence."""

    code = "bad_placing_time"
    sentence = gettext_noop("Nobody can be placed for this time.")

    def told(self) -> str:
        return gettext(PLACING_TIMES[str(self.facts["reason"])]).format(**self.facts)


class DemandChanged(Conflict):
    code = "demand_changed_meanwhile"
    sentence = gettext_noop("Somebody has changed what this grid asks for since you opened it: now {want} people.")


class NotYoursToDecide(Refused):
    code = "not_yours_to_decide"
    sentence = gettext_noop("You may look at this area, but you do not decide there.")


class NothingToPlace(Invalid):
    code = "nothing_to_place"
    sentence = gettext_noop("There is nothing to place: no grid here asks for people, or nobody has been confirmed.")


class NobodyPlaced(Invalid):
    code = "nobody_placed"
    sentence = gettext_noop("Nobody is placed here, so nobody can be replaced. Work out a proposal first.")


class AllocationNotReady(Conflict):
    code = "allocation_not_ready"
    sentence = gettext_noop("This allocation is not a finished proposal: it is {state}.")


class AllocationUnsound(Refused):
    code = "allocation_unsound"
    sentence = gettext_noop("The check found this proposal wrong, so it cannot be published. Please tell the helpline.")


class AllocationUnderWay(Conflict):
    code = "allocation_under_way"
    sentence = gettext_noop("An allocation over this area is already under way, asked for at {at}.")


class BadList(Invalid):
    code = "bad_list"
    sentence = gettext_noop("The list was not taken, nothing was changed. {why}")
