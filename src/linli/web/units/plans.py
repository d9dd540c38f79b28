"""Which of an area's units would be asked: a proposal with its price and proof, published by name."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Conflict
from linli.muster.models import UnitPlan
from linli.muster.queries import DECIDING
from linli.muster.units import publishing, queries, rules
from linli.web.units.words import PLANS, failure_told, skills_told

State = UnitPlan.State
READABLE = (State.PROPOSED, State.PUBLISHED)


@open_to(*DECIDING)
@require_http_methods(["GET", "HEAD", "POST"])
def unit_plan(request: HttpRequest, unit_plan_id: int) -> HttpResponse:
    """One run: its progress, then its proposal; POST asks the units."""
    caller, at = caller_of(request), now()
    plan = queries.plan_visible_to(caller, unit_plan_id, at)
    if request.method == "POST":
        try:
            done = publishing.publish(plan, by=caller, at=at)
        except Conflict as problem:
            messages.warning(request, problem.told())
        else:
            words = ngettext("Units were asked for {n} person.", "Units were asked for {n} people.", done["asked"])
            messages.success(request, words.format(n=f"{done['asked']:,}"))
        return redirect("unit_plan", plan.pk)
    context: dict[str, Any] = {"plan": plan, "area": plan.area, "state": gettext(PLANS[State(plan.state)])}
    if plan.state in READABLE:
        context |= _told(plan)
        context["may_publish"] = plan.state == State.PROPOSED and queries.plans_units(caller, plan.area_id, at)
    else:
        context["job"] = _job(plan)
    return render(request, "units/plan.html", context)


@open_to(*DECIDING)
@require_safe
def unit_plan_progress(request: HttpRequest, unit_plan_id: int) -> HttpResponse:
    """How far a run is, asked for every two seconds by whoever waits."""
    plan = queries.plan_visible_to(caller_of(request), unit_plan_id, now())
    reply = render(request, "parts/progress.html", {"job": _job(plan)})
    if plan.state in READABLE:
        reply["HX-Refresh"] = "true"
    return reply


def _job(plan: UnitPlan) -> dict[str, Any]:
    """What ``parts/progress.html`` takes."""
    job: dict[str, Any] = {"url": reverse("unit_plan_progress", args=[plan.pk])}
    stopped = plan.state != State.FAILED and now() - plan.asked_at > rules.PATIENCE
    if plan.state == State.FAILED or stopped:
        return job | {"state": "failed", "sentence": failure_told(plan.failure)}
    if plan.state in READABLE:
        return job | {"state": "done", "sentence": gettext("The proposal is ready.")}
    return job | {"state": "running", "step": gettext(PLANS[State(plan.state)]), "soon": True}


def _told(plan: UnitPlan) -> dict[str, Any]:
    """A proposal in plain words: who is asked for whom, what stays short, what it costs."""
    facts: dict[str, Any] = plan.summary
    groups: dict[tuple[int, int], dict[str, Any]] = {}
    lines = plan.lines.select_related("organisation", "reinforcement__area").order_by("reinforcement", "organisation")
    for line in lines:
        group = groups.setdefault(
            (line.reinforcement_id, line.organisation_id),
            {
                "unit": line.organisation.name,
                "request": line.reinforcement_id,
                "area": line.reinforcement.area.called,
                "minutes": line.minutes,
                "heads": 0,
                "skills": {},
                "overtaken": line.outcome == "overtaken",
            },
        )
        group["heads"] += line.heads
        group["skills"][line.skill] = line.heads
    return {
        "told": facts,
        "lines": [group | {"skills": skills_told(group["skills"].items())} for group in groups.values()],
        "short_skills": skills_told((int(skill), heads) for skill, heads in facts["short_skills"].items()),
        "gap": f"{100 * facts['gap']:.1f}",
        "proved": plan.bound == plan.objective,
    }


urlpatterns = [
    path("reinforcement/plans/<int:unit_plan_id>/", unit_plan, name="unit_plan"),
    path("reinforcement/plans/<int:unit_plan_id>/progress/", unit_plan_progress, name="unit_plan_progress"),
]
