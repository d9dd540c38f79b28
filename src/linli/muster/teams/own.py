"""In which teams somebody was, for the person themselves."""

from django.utils.translation import gettext

from linli.common.moments import local
from linli.custody.export import Section
from linli.muster.models import Member
from linli.muster.teams.queries import team_name
from linli.muster.teams.words import role_name


def memberships(people: set[int]) -> Section:
    """Each time somebody was in a team, and as what."""
    rows = Member.objects.select_related("team__event", "team__community", "grid").filter(person__in=people)
    titles = (
        gettext("Event"),
        gettext("Team"),
        gettext("Community"),
        gettext("Grid"),
        gettext("In the team"),
        gettext("From"),
        gettext("Until"),
    )
    told = [
        (
            row.team.event.name,
            team_name(row.team),
            row.team.community.called,
            row.grid.called,
            role_name(row.role),
            local(row.during.lower),
            local(row.during.upper),
        )
        for row in rows.order_by("during", "pk")
    ]
    return Section(gettext("Your teams"), titles, told)
