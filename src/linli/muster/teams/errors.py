"""How teams say no."""

from django.utils.translation import gettext, gettext_noop

from linli.common.errors import Conflict, Invalid, Refused

SHIFTS = {
    "over": gettext_noop("This time is over."),
    "too_young": gettext_noop("Nobody below {age} stands at a post."),
    "not_said_fit": gettext_noop("They have not said yet that they are of age and fit for it. Please ask them."),
    "not_trained": gettext_noop("This work is dangerous: they have not been trained for it."),
    "training_over": gettext_noop("This work is dangerous: their training for it is over before that day."),
    "not_insured": gettext_noop("This work is dangerous: no insurance is recorded that covers them on that day."),
    "elsewhere": gettext_noop("They are not placed in this community for all of that time."),
    "too_long": gettext_noop("A shift lasts {hours} hours at most."),
    "no_rest": gettext_noop("Between two shifts lie at least {hours} hours of rest."),
    "nights": gettext_noop("Nobody stands more than {nights} nights in a row."),
    "not_free": gettext_noop("They said that they can serve at other hours only."),
}


class NobodyChosen(Invalid):
    code = "nobody_chosen"
    sentence = gettext_noop("Tick first who is in the team.")


class LeaderNotChosen(Invalid):
    code = "leader_not_chosen"
    sentence = gettext_noop("A team has a leader who is in it, and a deputy who is somebody else of it.")


class PlaceElsewhere(Invalid):
    code = "team_place_elsewhere"
    sentence = gettext_noop("A team works in its own community; this place lies elsewhere.")


class NotPlacedHere(Conflict):
    code = "not_placed_here"
    sentence = gettext_noop("{n} of those who were ticked are no longer placed here. Please look at the list again.")


class InTeamAlready(Conflict):
    code = "in_team_already"
    sentence = gettext_noop(
        "{n} of those who were ticked are in another team meanwhile. Nobody is in two teams at once."
    )


class TeamReleased(Conflict):
    code = "team_released"
    sentence = gettext_noop("This team was released already.")


class TeamChanged(Conflict):
    code = "team_changed"
    sentence = gettext_noop("Somebody has changed this team meanwhile. Please look at it again.")


class CoverChanged(Conflict):
    code = "cover_changed"
    sentence = gettext_noop(
        "Somebody has published who answers here meanwhile. What you chose is kept; look at it again."
    )


class HolderUnknown(Conflict):
    code = "holder_unknown"
    sentence = gettext_noop("Somebody you chose is not placed here any more, or their team is released. Choose again.")


class WorkUnknown(Invalid):
    code = "post_work_unknown"
    sentence = gettext_noop("Choose what is done at the post.")


class DayOutOfReach(Invalid):
    code = "day_out_of_reach"
    sentence = gettext_noop("This day is too far away: choose one within a year.")


class PostNameTaken(Conflict):
    code = "post_name_taken"
    sentence = gettext_noop("There is a post called {name} already.")


class PostClosed(Conflict):
    code = "post_closed"
    sentence = gettext_noop("This post is closed.")


class PostHeld(Conflict):
    code = "post_held"
    sentence = gettext_noop("Somebody else holds this post at that time.")


class NotHeldAnyMore(Conflict):
    code = "not_held_any_more"
    sentence = gettext_noop("This shift is over, or somebody else has it meanwhile.")


class ShiftRefused(Refused):
    """A shift that somebody may not stand; its fact `reason` is a key, told as a sentence."""

    code = "shift_refused"
    sentence = gettext_noop("This shift cannot be given to them.")

    def told(self) -> str:
        return gettext(SHIFTS[str(self.facts["reason"])]).format(**self.facts)
