"""How teams say no."""

from django.utils.translation import gettext_noop

from linli.common.errors import Conflict, Invalid


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
