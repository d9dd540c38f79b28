"""Who has not said in time whether they come: the desk calls them, and notes what it hears."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.custody.reveals import Reason
from linli.events.queries import active_event
from linli.muster import answering, finding, queries, rosters
from linli.muster.staffing import Staffing, staffing_of
from linli.web.grids import PEOPLE_A_PAGE, with_skills
from linli.web.notices.phones import phone_of_placed


@open_to("community_desk", area_from="area_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def silent(request: HttpRequest, area_id: int) -> HttpResponse:
    """Those placed in a community whose time to answer is over (with `?all` everybody who has not answered), who begins
    first before the others; POST shows the phone of one of them, so that they can be called, and records it."""
    caller, at = caller_of(request), now()
    community = queries.community_of_desk(caller, area_id)
    shown, phone = phone_of_placed(request, at) if request.method == "POST" else (None, "")
    event = active_event(at, community.pk)
    early = "all" in request.GET
    rows = queries.silent_inside(caller, event, community, at, early=early) if event is not None else None
    page = Paginator(rows, PEOPLE_A_PAGE).get_page(request.GET.get("page")) if rows is not None else None
    placed = list(page) if page is not None else []
    people = with_skills(rosters.placed_people(placed, event, at)) if event is not None else []
    stands = staffing_of(event, [community.pk], at).get(community.pk) if event is not None else None
    context = {
        "community": community,
        "event": event,
        "early": early,
        "page": page,
        "rows": [(*one, row.grid) for one, row in zip(people, placed, strict=True)],
        "stands": stands or Staffing(),
        "shown": shown,
        "dial": phone,
        "reason": str(Reason.CALL),
    }
    return render(request, "muster/silent.html", context)


@open_to("community_desk")
@require_POST
def hear_coming(request: HttpRequest, placement_id: int) -> HttpResponse:
    """The desk heard from somebody that they come."""
    caller, at = caller_of(request), now()
    placement = queries.placement_visible_to(caller, placement_id, at)
    answering.hear_coming(placement, by=caller, at=at)
    messages.success(request, gettext("Noted: they come."))
    community = finding.community_of(placement.grid_id, at)
    if request.POST.get("from") == "silent" and community is not None:
        return redirect("silent", community.pk)
    return redirect("grid", placement.grid_id)


urlpatterns = [
    path("areas/<int:area_id>/silent/", silent, name="silent"),
    path("placements/<int:placement_id>/coming/", hear_coming, name="hear_coming"),
]
