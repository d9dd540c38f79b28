"""Working out a proposal over an area, reading it, and publishing it by name."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_lazy, gettext_noop, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.db import from_on
from linli.common.errors import Conflict, NotFound
from linli.events.models import Event
from linli.events.queries import active_event
from linli.muster import jobs, rosters, runs
from linli.muster.errors import BadPlacingTime
from linli.muster.models import Allocation
from linli.muster.queries import DECIDING, allocation_visible_to, allocations_of, area_visible_to, sees_grids
from linli.muster.rules import check_period
from linli.muster.units.queries import first_leaves
from linli.muster.words import SKILL_WORDS
from linli.people.models import Skill
from linli.places.models import Area
from linli.web import live, repairs
from linli.web.fields import moment_field
from linli.web.grids import with_skills

ROWS_A_PAGE, PEOPLE_A_PAGE = 50, 50
DAYS = 7
SOON = timedelta(seconds=10)

STEPS = {
    "read": gettext_noop("Reading who signed up and which grids ask"),
    "solve": gettext_noop("Working out who goes where"),
    "repair": gettext_noop("Working out who comes instead"),
    "weigh": gettext_noop("Weighing what it asks of others"),
    "verify": gettext_noop("Checking the proposal"),
    "write": gettext_noop("Writing the proposal down"),
    "publish": gettext_noop("Publishing, community by community"),
}
STATES = {
    Allocation.State.WAITING: gettext_noop("Waiting to begin"),
    Allocation.State.RUNNING: gettext_noop("Being worked out"),
    Allocation.State.PROPOSED: gettext_noop("Proposal, not published"),
    Allocation.State.PUBLISHING: gettext_noop("Being published"),
    Allocation.State.PUBLISHED: gettext_noop("Published"),
    Allocation.State.FAILED: gettext_noop("Failed"),
}
READABLE = (Allocation.State.PROPOSED, Allocation.State.PUBLISHED)
UNDER_WAY = (Allocation.State.RUNNING, Allocation.State.PUBLISHING)
FAILURES = {
    "nothing_to_place": gettext_noop(
        "There is nothing to place: no grid here asks for people, or nobody has been confirmed. "
        "Say what a grid asks for, or confirm sign-ups, then work it out again."
    ),
    "out_of_time": gettext_noop("It took too long, and nothing was kept. Try a smaller area, or work it out again."),
    "cancelled": gettext_noop("It was stopped before it was done. Nothing was kept; work it out again."),
}
OVERTAKEN = {
    "placed_meanwhile": gettext_noop("were placed elsewhere meanwhile"),
    "left_meanwhile": gettext_noop("were to move, but are no longer where they were"),
    "not_confirmed": gettext_noop("are no longer confirmed"),
    "unavailable_meanwhile": gettext_noop("have meanwhile said that they cannot come"),
    "grid_filled_meanwhile": gettext_noop("were meant for a grid that others were placed in meanwhile"),
    "demand_changed": gettext_noop("were meant for a grid that changed what it asks for"),
    "grid_gone": gettext_noop("were meant for a grid that is no longer there"),
    "other": gettext_noop("could not be published; the next proposal takes them up"),
}


POOLS = {
    Allocation.Pool.RESIDENTS: gettext_lazy("Those who signed up here"),
    Allocation.Pool.UNITS: gettext_lazy("Those who arrived from work units"),
}


class PeriodForm(forms.Form):
    """Whom to place, and from when to when; from now for a week, unless somebody says otherwise."""

    pool = forms.ChoiceField(
        label=gettext_lazy("Whom to place"),
        choices=list(POOLS.items()),
        widget=forms.RadioSelect,
    )
    since = moment_field(gettext_lazy("From"))
    until = moment_field(gettext_lazy("Until"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if "since" in said and "until" in said:
            try:
                check_period(said["since"], said["until"], at=now())
            except BadPlacingTime as problem:
                self.add_error(str(problem.facts["where"]), problem.told())
        return said


def default_period(at: datetime) -> dict[str, datetime]:
    """From this minute on, for a week."""
    since = localtime(at).replace(second=0, microsecond=0)
    return {"since": since, "until": since + timedelta(days=DAYS)}


def _first_answers(request: HttpRequest, event: Event | None, area: Area, at: datetime) -> dict[str, Any]:
    """What the form begins with; those from work units are placed until the first of them goes home."""
    answers: dict[str, Any] = {"pool": Allocation.Pool.RESIDENTS, **default_period(at)}
    if event is not None and request.GET.get("pool") == Allocation.Pool.UNITS:
        answers["pool"] = Allocation.Pool.UNITS
        ends = first_leaves(event, area.pk, at)
        answers |= {"until": localtime(ends).replace(second=0, microsecond=0)} if ends is not None else {}
    return answers


@open_to(*DECIDING, area_from="area_id")
@require_http_methods(["GET", "HEAD", "POST"])
def allocations(request: HttpRequest, area_id: int) -> HttpResponse:
    """Runs over an area; POST starts one, and its job in the same transaction."""
    caller, at = caller_of(request), now()
    area = area_visible_to(caller, area_id, *DECIDING)
    event = active_event(at, area.pk)
    # Who does not say whom to place means those who signed up.
    said = {"pool": Allocation.Pool.RESIDENTS, **request.POST.dict()} if request.method == "POST" else None
    form = PeriodForm(said, initial=_first_answers(request, event, area, at))
    if request.method == "POST" and event is None:
        raise NotFound
    if event is not None and form.is_bound and form.is_valid():
        during = from_on(form.cleaned_data["since"], form.cleaned_data["until"])
        try:
            pool = Allocation.Pool(form.cleaned_data["pool"])
            run = jobs.start(event, area, during=during, pool=pool, by=caller, at=at)
        except Conflict as problem:
            messages.warning(request, problem.told())
            return redirect("allocations", area.pk)
        return redirect("allocation", run.pk)
    page = Paginator(allocations_of(event, area), ROWS_A_PAGE).get_page(request.GET.get("page")) if event else None
    context = {
        "area": area,
        "event": event,
        "form": form,
        "page": page,
        "rows": [(run, gettext(STATES[Allocation.State(run.state)])) for run in page] if page else [],
        "proposals": sum(run.state == Allocation.State.PROPOSED for run in page) if page else 0,
    }
    return render(request, "allocations/list.html", context, status=422 if form.errors else 200)


@open_to(*DECIDING)
@require_safe
def allocation(request: HttpRequest, allocation_id: int) -> HttpResponse:
    """One run: its progress, then its proposal in plain words, then what became of it."""
    caller, at = caller_of(request), now()
    run = allocation_visible_to(caller, allocation_id)
    grids_too = sees_grids(caller, run.area_id, at)
    context: dict[str, Any] = {"run": run, "area": run.area, "state": gettext(STATES[Allocation.State(run.state)])}
    context["units"] = run.pool == Allocation.Pool.UNITS
    context["stopped"] = run.state in UNDER_WAY and runs.has_stopped(run, at)
    if run.state in READABLE:
        context |= {"told": _told(run, grids_too=grids_too)} | _lines(request, caller, run, grids_too, at)
        if run.kind == Allocation.Kind.REPAIR:
            context |= repairs.context_of(request, caller, run, at)
            return render(request, "allocations/repair.html", context)
    else:
        context["job"] = _job(run)
    return render(request, "allocations/allocation.html", context)


@open_to(*DECIDING)
@require_safe
def allocation_progress(request: HttpRequest, allocation_id: int) -> HttpResponse:
    """How far a run is, asked for every two seconds by whoever waits."""
    run = allocation_visible_to(caller_of(request), allocation_id)
    reply = render(request, "parts/progress.html", {"job": _job(run)})
    if run.state in READABLE:
        reply["HX-Refresh"] = "true"  # what came out stands on the page itself
    return reply


@open_to(*DECIDING)
@require_POST
def publish_allocation(request: HttpRequest, allocation_id: int) -> HttpResponse:
    """Publish a proposal by the name of whoever is signed in."""
    caller, at = caller_of(request), now()
    run = allocation_visible_to(caller, allocation_id)
    try:
        jobs.start_publishing(run, by=caller, at=at)
    except Conflict as problem:
        messages.warning(request, problem.told())
    return redirect("allocation", run.pk)


def _job(run: Allocation) -> dict[str, Any]:
    """What ``parts/progress.html`` takes."""
    job: dict[str, Any] = {"url": reverse("allocation_progress", args=[run.pk])}
    if run.state == Allocation.State.FAILED:
        return job | {"state": "failed", "sentence": failure_told(run.failure)}
    if run.state in READABLE:
        done = {"state": "done", "sentence": gettext("The proposal is ready.")}
        return job | done | {"result_url": reverse("allocation", args=[run.pk]), "result_label": gettext("Read it")}
    step = STEPS.get(run.step) or (STEPS["solve"] if run.step else STATES[Allocation.State.WAITING])
    total = 100 if run.state in UNDER_WAY else 0
    # Somebody waits for a repair; one of a community is there before two seconds are over.
    soon = run.kind == Allocation.Kind.REPAIR and now() - run.asked_at < SOON
    running = {"state": "running", "step": gettext(step), "done": round(100 * run.progress), "total": total}
    return job | running | {"soon": soon}


def failure_told(code: str) -> str:
    """The sentence of a code that a run failed with."""
    if code in FAILURES:
        return gettext(FAILURES[code])
    return gettext("The proposal could not be worked out. Nothing was changed; please work it out again.")


@dataclass(frozen=True, slots=True)
class Told:
    """A proposal in plain words; each list holds ready sentences.

    Attributes:
        new: people newly placed; grids: grids that get somebody or have them already.
        worst: the worst served grids as (id, name, placed, want), for those who see grids.
    """

    new: int
    pinned: int
    grids_served: int
    grids: int
    short: int
    grids_short: int
    skills: list[str]
    unplaced: list[str]
    costs: list[str]
    worst: list[tuple[int, str, int, int]]
    proved: bool
    gap: int | None
    wrong: list[str]


def _told(run: Allocation, *, grids_too: bool) -> Told:
    facts: dict[str, Any] = run.summary
    units = run.pool == Allocation.Pool.UNITS
    worst = facts.get("worst", []) if grids_too else []
    names = {grid.pk: grid.called for grid in Area.objects.filter(pk__in=[row["grid"] for row in worst])}
    return Told(
        new=facts["placed_new"],
        pinned=facts["pinned"],
        grids_served=facts["grids_served"],
        grids=facts["grids"],
        short=facts["short"],
        grids_short=facts["grids_short"],
        skills=[
            ngettext("{skill}: {n} place stays empty", "{skill}: {n} places stay empty", heads).format(
                skill=gettext(SKILL_WORDS[Skill(int(skill))]), n=f"{heads:,}"
            )
            for skill, heads in sorted(facts["short_skills"].items(), key=lambda pair: -pair[1])
        ],
        unplaced=_unplaced(facts, units=units),
        costs=_costs(facts, units=units),
        worst=[(row["grid"], names.get(row["grid"], ""), row["placed"], row["want"]) for row in worst],
        proved=run.proved,
        gap=None if run.bound is None or run.objective is None else abs(run.objective - run.bound),
        wrong=facts.get("wrong", []),
    )


def _unplaced(facts: dict[str, Any], *, units: bool) -> list[str]:
    """Who stays unplaced and why, a sentence for each reason."""
    told = []
    reasons = facts["unplaced"]
    if heads := reasons.get("all_full"):
        told.append(
            ngettext(
                "{n} person stays free: every grid within reach has all it can take.",
                "{n} people stay free: every grid within reach has all it can take.",
                heads,
            ).format(n=f"{heads:,}")
        )
    if heads := reasons.get("out_of_reach"):
        far = (
            ngettext(
                "{n} person stays free: no grid within reach of where they meet asks for anybody.",
                "{n} people stay free: no grid within reach of where they meet asks for anybody.",
                heads,
            )
            if units
            else ngettext(
                "{n} person stays free: no grid within reach of their home asks for anybody.",
                "{n} people stay free: no grid within reach of their home asks for anybody.",
                heads,
            )
        )
        told.append(far.format(n=f"{heads:,}"))
    if heads := facts["unavailable"]:
        told.append(
            ngettext("{n} person cannot serve in this time.", "{n} people cannot serve in this time.", heads).format(
                n=f"{heads:,}"
            )
        )
    if heads := facts["elsewhere"]:
        told.append(
            ngettext(
                "{n} person is placed elsewhere already.", "{n} people are placed elsewhere already.", heads
            ).format(n=f"{heads:,}")
        )
    return told


def _costs(facts: dict[str, Any], *, units: bool) -> list[str]:
    """What the proposal costs, in posts, metres and people."""
    far = (
        gettext("Half of those newly placed serve at most {median} metres from where they meet; the farthest {most}.")
        if units
        else gettext("Half of those newly placed walk at most {median} metres; the farthest {most} metres.")
    )
    told = [
        ngettext("{n} place stays empty.", "{n} places stay empty.", facts["short"]).format(n=f"{facts['short']:,}"),
        far.format(median=f"{facts['metres_median']:,}", most=f"{facts['metres_most']:,}"),
        gettext("Nobody who is placed already is moved."),
    ]
    if facts["estimated"]:
        told.append(gettext("Some distances are estimated, because a place has no coordinates."))
    return told if facts["placed_new"] else [told[0], told[2]]


def _lines(request: HttpRequest, caller: Caller, run: Allocation, grids_too: bool, at: datetime) -> dict[str, Any]:
    """The lines by grid, or by community for who sees no further; names only for the desk that runs the grid."""
    counted: Any = rosters.lines_by_grid(run) if grids_too else _lines_by_community(run, at)
    only, asked = None, request.GET.get("grid", "")
    if grids_too and asked.isascii() and asked.isdigit() and len(asked) < 19:
        only = counted.filter(grid=int(asked)).first()
    if only is not None:  # one grid, its people page by page
        page: Any = Paginator(range(only["heads"]), PEOPLE_A_PAGE).get_page(request.GET.get("page"))
        shown, first, most = [only], page.start_index() - 1, PEOPLE_A_PAGE
    else:  # a page of grids, of each as many as keep the page within what one page shows of people
        page = Paginator(counted, ROWS_A_PAGE).get_page(request.GET.get("page"))
        shown, first = list(page), 0
        most = max(1, PEOPLE_A_PAGE // max(1, len(shown)))
    ids = [row["area"] for row in shown]
    people = rosters.proposed_people(caller, run, ids, at, first=first, most=most) if grids_too else {}
    areas = Area.objects.in_bulk(ids)
    published, overtaken = _became_of(run)
    return {
        "page": page,
        "query": f"grid={only['area']}&" if only is not None else "",
        "only": only is not None,
        "lines": [_line(row, areas[row["area"]].called, people.get(row["area"], [])) for row in shown],
        "grids_too": grids_too,
        "overtaken": [(heads, gettext(OVERTAKEN[why])) for why, heads in overtaken],
        "overtaken_total": sum(heads for _, heads in overtaken),
        "published_total": published,
    }


_by_community: live.Shared[list[dict[str, Any]]] = live.Shared()
_became: live.Shared[tuple[int, list[tuple[str, int]]]] = live.Shared()


def _lines_by_community(run: Allocation, at: datetime) -> list[dict[str, Any]]:
    """Counted for all who look: of a city there is a line for each person, and they change with the state only."""
    return _by_community.get((run.pk, run.state), lambda: rosters.lines_by_community(run, at))


def _became_of(run: Allocation) -> tuple[int, list[tuple[str, int]]]:
    """How many lines were published, and why others were not, in the same way."""
    if run.state != Allocation.State.PUBLISHED:
        return 0, []
    return _became.get(run.pk, lambda: (rosters.published_count(run), rosters.why_overtaken(run)))


def _line(row: dict[str, Any], name: str, people: list[rosters.Someone]) -> tuple[dict[str, Any], list[Any]]:
    """One grid or community with its people that are shown; `unshown` are left for the page of the grid."""
    return row | {"name": name, "unshown": row["heads"] - len(people)}, with_skills(people)


urlpatterns = [
    path("areas/<int:area_id>/allocations/", allocations, name="allocations"),
    path("allocations/<int:allocation_id>/", allocation, name="allocation"),
    path("allocations/<int:allocation_id>/progress/", allocation_progress, name="allocation_progress"),
    path("allocations/<int:allocation_id>/publish/", publish_allocation, name="publish_allocation"),
]
