"""One grid: who is placed there, what it asks for, and why places are empty."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from linli.access.callers import caller_of
from linli.access.models import User
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Invalid, NotFound
from linli.events.models import Event
from linli.events.queries import active_event, zone_at
from linli.muster import actions, calling, leaving, rosters
from linli.muster.errors import DemandChanged
from linli.muster.models import Demand
from linli.muster.queries import SEES_GRIDS, area_visible_to, areas_seen, demand_of, placement_visible_to
from linli.muster.staffing import Staffing, staffing_of
from linli.muster.words import SKILL_WORDS
from linli.people.models import Skill
from linli.places import queries as places
from linli.places.models import Area, Level
from linli.web.words import RISKS

MOST_ASKED = 9_999
PEOPLE_A_PAGE = 50


class DemandForm(forms.Form):
    """How many people a grid asks for, and of those how many with which skill."""

    want = forms.IntegerField(
        label=gettext_lazy("How many people are needed"),
        min_value=0,
        max_value=MOST_ASKED,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    most = forms.IntegerField(
        label=gettext_lazy("How many at most"),
        help_text=gettext_lazy("Left empty: no more than are needed."),
        required=False,
        min_value=0,
        max_value=MOST_ASKED,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for skill, words in SKILL_WORDS.items():
            self.fields[f"skill_{skill}"] = forms.IntegerField(
                label=gettext(words),
                required=False,
                min_value=0,
                max_value=MOST_ASKED,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    @property
    def has_skills(self) -> bool:
        """Whether a skill is asked for, or was answered wrongly: then the questions are open."""
        return any(field.value() or field.errors for field in self.skills)

    @property
    def heads(self) -> list[forms.BoundField]:
        """The questions that are always open."""
        return [self["want"], self["most"]]

    @property
    def skills(self) -> list[forms.BoundField]:
        """The questions about skills, folded until somebody asks for one."""
        return [self[f"skill_{skill}"] for skill in SKILL_WORDS]

    def asked(self) -> dict[str, Any]:
        """What ``muster.actions.ask_for`` wants to know."""
        said = self.cleaned_data
        skills = {int(skill): said[f"skill_{skill}"] for skill in Skill.values if said.get(f"skill_{skill}")}
        most = said["most"] if said["most"] is not None else said["want"]
        return {"want": said["want"], "most": most, "skills": skills, "expected_version": said["version"]}


def _initial(demand: Demand | None) -> dict[str, int]:
    if demand is None:
        return {"version": 0}
    skills = {f"skill_{row.skill}": row.heads for row in demand.skills.all()}
    return {"want": demand.want, "most": demand.most, "version": demand.version, **skills}


@dataclass(frozen=True, slots=True)
class Overtaken:
    """What another desk wrote while this form was open, beside what was typed into it.

    Attributes:
        who: their name as an account; empty where no account wrote it.
        lines: question, their number, the number typed here; only where the two differ.
    """

    who: str
    written_at: datetime
    lines: list[tuple[str, int, int]]


def _overtaken(demand: Demand, form: DemandForm) -> Overtaken:
    """Compare a demand as it is now with a form that was filled in from an older one."""
    theirs = _initial(demand)
    typed = form.asked()
    yours = {"want": typed["want"], "most": typed["most"]}
    yours |= {f"skill_{skill}": heads for skill, heads in typed["skills"].items()}
    lines = [
        (str(form.fields[name].label), theirs.get(name, 0), yours.get(name, 0))
        for name in form.fields
        if name != "version" and theirs.get(name, 0) != yours.get(name, 0)
    ]
    return Overtaken(_name_of(demand.asked_by), demand.asked_at, lines)


def _name_of(account: int | None) -> str:
    if account is None:
        return ""
    return User.objects.filter(pk=account).values_list("display_name", flat=True).first() or ""


def _again(said: QueryDict, demand: Demand) -> DemandForm:
    """The same answers in a form that knows the demand as it is now: sent again, they are meant."""
    kept = said.copy()
    kept["version"] = str(demand.version)
    return DemandForm(kept)


@open_to(*SEES_GRIDS, area_from="area_id")
@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: HttpRequest, area_id: int) -> HttpResponse:
    """One grid; POST says anew what it asks for."""
    caller, at = caller_of(request), now()
    found = area_visible_to(caller, area_id, *SEES_GRIDS)
    if found.level != Level.GRID:
        raise NotFound
    event = active_event(at, found.pk)
    if request.method != "POST":
        demand = demand_of(event, found) if event else None
        return _page(request, caller, found, event, DemandForm(initial=_initial(demand)))
    if event is None:
        raise NotFound
    form = DemandForm(request.POST)
    if form.is_valid():
        try:
            asked = actions.ask_for(event, found, **form.asked(), by=caller, at=at)
        except DemandChanged:
            demand = demand_of(event, found)
            if demand is None:
                raise
            overtaken = _overtaken(demand, form)
            return _page(request, caller, found, event, _again(request.POST, demand), overtaken, status=409)
        except Invalid as problem:
            form.add_error(None, problem.told())
        else:
            messages.success(request, gettext("{name} now asks for {want}.").format(name=found.called, want=asked.want))
            return redirect("grid", found.pk)
    return _page(request, caller, found, event, form, status=422)


def with_skills(people: list[rosters.Someone]) -> list[tuple[rosters.Someone, str]]:
    """Each with the skill they fill a place for, in words; empty where it is any place."""
    return [(one, gettext(SKILL_WORDS[Skill(one.skill)]) if one.skill is not None else "") for one in people]


def _page(
    request: HttpRequest,
    caller: Caller,
    found: Area,
    event: Event | None,
    form: DemandForm,
    overtaken: Overtaken | None = None,
    status: int = 200,
) -> HttpResponse:
    at = now()
    chain = places.ancestors(found.pk, at)[1:]
    seen = set(areas_seen(caller, at, *SEES_GRIDS).filter(inner__in=[each.pk for each in chain]))
    stands = (staffing_of(event, [found.pk], at).get(found.pk) if event else None) or Staffing()
    zone = zone_at(found.pk, at)
    runs_it = areas_seen(caller, at, "community_desk").filter(inner=found.pk).exists()
    page = None
    if event and runs_it:
        placed = rosters.placed_rows(caller, event, found, at)
        page = Paginator(placed, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "grid": found,
        "event": event,
        "form": form,
        "overtaken": overtaken,
        "above": [each for each in reversed(chain) if each.pk in seen],
        "stands": stands,
        "placed": stands.placed,
        "wanted": stands.wanted,
        "short": stands.short,
        "hearing": calling.counts(event, found, at) if event else None,
        "zone": RISKS[zone.level] if zone.rows else None,
        "zone_why": zone.told(),
        "runs_it": runs_it,
        "page": page,
        "people": with_skills(rosters.placed_people(list(page), event, at)) if event and page is not None else [],
        "why": rosters.why_short(event, found, at) if event and stands.short else None,
        "community": next((each for each in chain if each.level == Level.COMMUNITY), None),
    }
    return render(request, "grids/grid.html", context, status=status)


@open_to("community_desk")
@require_POST
def end_placement(request: HttpRequest, placement_id: int) -> HttpResponse:
    """End somebody's placement now."""
    caller, at = caller_of(request), now()
    placement = placement_visible_to(caller, placement_id, at)
    leaving.release(placement, by=caller, at=at)
    messages.success(request, gettext("The placement has ended. Whoever held it is free for another grid."))
    return redirect("grid", placement.grid_id)


urlpatterns = [
    path("grids/<int:area_id>/", grid, name="grid"),
    path("placements/<int:placement_id>/end/", end_placement, name="end_placement"),
]
