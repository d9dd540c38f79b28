"""Forming a team: proposed from who is near, with what it costs, changed by ticks, published by name."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import LinliError, NotFound
from linli.events.models import Event
from linli.events.packs import pack_of
from linli.events.queries import active_event, zones_in
from linli.muster.models import Team
from linli.muster.queries import DECIDING, area_visible_to, sees_grids
from linli.muster.teams import actions, finding, rules
from linli.muster.teams.queries import candidates_of, runs_desk
from linli.muster.teams.rules import Near, Proposed
from linli.muster.words import SKILL_WORDS, skill_choices, skill_names
from linli.people.models import Skill
from linli.places.models import Area, Level, Place
from linli.places.names import place_names, places_to_mark
from linli.web.words import RISKS

MORE = 12
"""People shown beside those proposed, so that a desk can tick others."""


class AskForm(forms.Form):
    """What team is wanted: where, of which kind, how many, with whom among them."""

    place = forms.TypedChoiceField(label=gettext_lazy("Where it works"), coerce=int)
    kind = forms.ChoiceField(label=gettext_lazy("What kind"), widget=forms.RadioSelect)
    size = forms.IntegerField(
        label=gettext_lazy("How many people"), min_value=1, max_value=rules.MOST_IN_A_TEAM, initial=rules.SIZE
    )
    skills = forms.TypedMultipleChoiceField(
        label=gettext_lazy("With somebody who can"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, said: QueryDict | None, *, places: list[tuple[int, str]], event: Event) -> None:
        kinds = [(kind.value, pack_of(event).called(kind.value)) for kind in Team.Kind]
        first = {"place": str(places[0][0]), "kind": kinds[0][0], "size": str(rules.SIZE)}
        super().__init__({**first, **(said.dict() if said is not None else {})})
        if said is not None and "skills" in said:
            self.data["skills"] = said.getlist("skills")  # type: ignore[index]
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["skills"].choices = skill_choices()  # type: ignore[attr-defined]


def places_of(caller: Caller, event: Event, community: Area, at: datetime) -> list[tuple[int, str]]:
    """Where a team may work: zones in force first, the highest on top, then the community and its grids."""
    zones = list(zones_in(caller, community.pk, at, event=event))
    names = place_names([zone.place_id for zone in zones])
    marked = {zone.place_id: f"{names[zone.place_id]} · {RISKS[zone.level]}" for zone in zones}
    return [*marked.items(), *((pk, name) for pk, name in places_to_mark(community, at) if pk not in marked)]


@open_to(*DECIDING, area_from="community_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form_team(request: HttpRequest, community_id: int) -> HttpResponse:
    """Propose a team from who is near; POST forms it of whoever is ticked."""
    caller, at = caller_of(request), now()
    community = area_visible_to(caller, community_id, *DECIDING)
    event = active_event(at, community.pk)
    if event is None or community.level != Level.COMMUNITY:
        raise NotFound
    ask = AskForm(request.GET, places=places_of(caller, event, community, at), event=event)
    problem = ""
    if request.method == "POST":
        try:
            return _formed(request, event, community, ask, caller, at)
        except LinliError as refused:
            problem, status = refused.told(), refused.status
    context = {"community": community, "event": event, "ask": ask, "problem": problem}
    if ask.is_valid():
        context |= _proposal(request, event, community, ask.cleaned_data, caller, at)
    wrong = 422 if not ask.is_valid() else 200
    return render(request, "teams/form.html", context, status=status if problem else wrong)


def _proposal(
    request: HttpRequest, event: Event, community: Area, said: dict[str, Any], caller: Caller, at: datetime
) -> dict[str, Any]:
    """The proposal, whom else there is near, and what taking people from elsewhere costs."""
    near = finding.near(caller, event, community, said["place"], at)
    team = rules.proposed(near, size=said["size"], skills=said["skills"])
    names_them = runs_desk(caller, community, at)
    chosen = {each.placement for each in team.members}
    rest = [each for each in rules.nearest_first(near) if each.placement not in chosen]
    cost = finding.cost_of(event, team.members, at)
    named = sees_grids(caller, community.pk, at)
    grids = Area.objects.in_bulk({each.grid for each in cost})
    return {
        "team": team,
        "runs_desk": names_them,
        "asked": request.GET.urlencode(),
        "farthest": max((each.metres for each in team.members), default=0),
        "missing": [gettext(SKILL_WORDS[Skill(skill)]) for skill in team.missing],
        "cost": [(each, grids[each.grid]) for each in cost] if named else [],
        "costs_unnamed": 0 if named else len(cost),
        "rows": _rows(
            request, event, team, [*team.members, *rest[:MORE]] if names_them else list(team.members), caller, at
        ),
    }


def _rows(
    request: HttpRequest, event: Event, team: Proposed, shown: list[Near], caller: Caller, at: datetime
) -> list[dict[str, Any]]:
    """People of a proposal as the table shows them: ticked as proposed, or as they were when the form was sent."""
    names = candidates_of(caller, event, shown, at)
    grids = Area.objects.in_bulk({each.grid for each in shown})
    of = {each.person: str(each.placement) for each in team.members}
    said = request.POST
    ticked = set(said.getlist("member") if said else of.values())
    leader = said.get("leader", "") if said else of.get(team.leader or 0, "")
    deputy = said.get("deputy", "") if said else of.get(team.deputy or 0, "")
    return [
        {
            "near": each,
            "name": names.get(each.person, ("", ""))[0],
            "phone": names.get(each.person, ("", ""))[1],
            "grid": grids[each.grid].called,
            "skills": skill_names(each.skills),
            "ticked": str(each.placement) in ticked,
            "leads": str(each.placement) == leader,
            "stands_in": str(each.placement) == deputy,
        }
        for each in shown
    ]


def _formed(
    request: HttpRequest, event: Event, community: Area, ask: AskForm, caller: Caller, at: datetime
) -> HttpResponse:
    if not ask.is_valid():
        raise NotFound
    members, leader, deputy = (
        [int(each) for each in request.POST.getlist(name) if each.isascii() and each.isdigit() and len(each) < 19]
        for name in ("member", "leader", "deputy")
    )
    made = actions.form(
        event,
        community,
        Place.objects.get(pk=ask.cleaned_data["place"]),
        members[: rules.MOST_IN_A_TEAM],
        kind=Team.Kind(ask.cleaned_data["kind"]),
        leader=leader[0] if leader else None,
        deputy=deputy[0] if deputy else None,
        by=caller,
        at=at,
    )
    messages.success(request, gettext("The team is formed."))
    return redirect("team", made.pk)


urlpatterns = [path("communities/<int:community_id>/teams/new/", form_team, name="form_team")]
