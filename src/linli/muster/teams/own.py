"""In which teams somebody was and what they answered for, for the person themselves."""

from django.utils.translation import gettext

from linli.common.moments import local
from linli.custody.export import Section
from linli.muster.models import Holding, Member, Responsibility
from linli.muster.teams.queries import team_name
from linli.muster.teams.words import role_name
from linli.places.names import place_names


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


def answered_for(people: set[int]) -> Section:
    """Each building or door that somebody answered for by name."""
    rows = list(Responsibility.objects.select_related("event").filter(person__in=people).order_by("during", "pk"))
    names = place_names([row.place_id for row in rows])
    titles = (gettext("Event"), gettext("Building or door"), gettext("From"), gettext("Until"))
    told = [
        (row.event.name, names.get(row.place_id, ""), local(row.during.lower), local(row.during.upper)) for row in rows
    ]
    return Section(gettext("What you answered for"), titles, told)


def posts_held(people: set[int]) -> Section:
    """Each shift that somebody held, or will hold, at a named post."""
    rows = Holding.objects.select_related("event", "post__community").filter(person__in=people).order_by("during", "pk")
    titles = (gettext("Event"), gettext("Post"), gettext("Community"), gettext("From"), gettext("Until"))
    told = [
        (row.event.name, row.post.name, row.post.community.called, local(row.during.lower), local(row.during.upper))
        for row in rows
    ]
    return Section(gettext("Your posts"), titles, told)
