"""Replacing people who cannot come: ticked by the desk that runs their grids, then repaired around."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, NotFound
from linli.events.queries import active_event
from linli.muster import jobs, rosters
from linli.muster.models import Allocation
from linli.muster.queries import DECIDING, area_visible_to, areas_seen, placed_inside, placements_visible_to
from linli.muster.units.queries import first_leaves
from linli.web.allocations import POOLS
from linli.web.grids import with_skills

PEOPLE_A_PAGE = 50
MOST_AT_ONCE = 1_000


class ReplaceForm(forms.Form):
    """Who cannot come, by the numbers of their placements, who comes instead, how far others may be moved for it."""

    gone = forms.TypedMultipleChoiceField(required=False, coerce=int)
    empty = forms.BooleanField(required=False)
    pool = forms.ChoiceField(
        label=gettext_lazy("Who comes instead?"),
        choices=[
            ("", gettext_lazy("The same as those who go; for both kinds, those who signed up here")),
            *POOLS.items(),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("How far may others be moved?"),
        choices=[
            ("calm", gettext_lazy("Calmly: at most three people for each place")),
            ("exact", gettext_lazy("To the best arrangement there is, with as few moved as it needs")),
        ],
        initial="calm",
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, said: QueryDict | None = None, *, turning: bool = False) -> None:
        kept = {"mode": said.get("mode"), "pool": said.get("pool", "")} if said is not None else None
        super().__init__(None if turning else said, initial=kept)
        # Any number may be sent; which of them the caller may end is asked of the database.
        sent = said.getlist("gone") if said is not None else []
        self.sent = [each for each in sent if each.isascii() and each.isdigit() and len(each) < 19][:MOST_AT_ONCE]
        self.fields["gone"].choices = [(each, each) for each in self.sent]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not said.get("gone") and not said.get("empty") and "gone" not in self.errors:
            self.add_error(None, gettext_lazy("Tick first who cannot come."))
        return said


@open_to(*DECIDING, area_from="area_id")
@require_http_methods(["GET", "HEAD", "POST"])
def replace_people(request: HttpRequest, area_id: int) -> HttpResponse:
    """Everybody placed in an area, to be ticked; POST frees whoever is ticked, and begins a repair with its job.

    The pages of a long list are turned by the same form, so that ticks are kept.

    A job also for a small area, where it takes milliseconds: one way for all, nothing is lost with the request, and
    the page that waits asks after 0.3 seconds.
    """
    caller, at = caller_of(request), now()
    area = area_visible_to(caller, area_id, *DECIDING)
    event = active_event(at, area.pk)
    turned = request.POST.get("turn")
    form = ReplaceForm(request.POST if request.method == "POST" else None, turning=turned is not None)
    if request.method == "POST" and event is None:
        raise NotFound
    if event is not None and form.is_bound and form.is_valid():
        said = form.cleaned_data
        gone = [] if said["empty"] else placements_visible_to(caller, event, area, said["gone"], at)
        mode = Allocation.Mode(said["mode"] or "calm")
        pool = Allocation.Pool(said["pool"]) if said["pool"] else None
        try:
            run = jobs.replace(event, area, gone, mode=mode, pool=pool, by=caller, at=at)
        except Conflict as problem:
            messages.warning(request, problem.told())
            return redirect("replace_people", area.pk)
        except Invalid as problem:
            form.add_error(None, problem.told())
        else:
            return redirect("allocation", run.pk)
    rows = placed_inside(caller, event, area, at) if event is not None else None
    page = Paginator(rows, PEOPLE_A_PAGE).get_page(turned) if rows is not None else None
    placed = list(page) if page is not None else []
    people = with_skills(rosters.placed_people(placed, event, at)) if event is not None else []
    context = {
        "area": area,
        "event": event,
        "form": form,
        "units_here": event is not None and first_leaves(event, area.pk, at) is not None,
        "page": page,
        "elsewhere": sorted(set(form.sent) - {str(row.pk) for row in placed}),
        "rows": [(*one, row.grid, str(row.pk) in form.sent) for one, row in zip(people, placed, strict=True)],
        "runs_it": areas_seen(caller, at, "community_desk").filter(inner=area.pk).exists(),
    }
    return render(request, "allocations/replace.html", context, status=422 if form.errors else 200)


urlpatterns = [path("areas/<int:area_id>/allocations/replace/", replace_people, name="replace_people")]
