"""The pages: my list, who has how much left, and the list of one worker as the desk sees it."""

from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.web import itself
from linli.web.worklist.words import rows
from linli.worklist import queries
from linli.worklist.entries import KIND_WORDS, Entry, Kind
from linli.worklist.queries import Worklist
from linli.worklist.rules import Why

ROWS = 50
OVERSEEN = [kind for kind in Kind if kind != Kind.NOTICE]
"""What a desk sees of others' lists: what somebody was told as a person is theirs alone."""


@open_to(*queries.WORKING)
@never_cache
@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """Everything that is left for whoever looks, what must not wait first."""
    me, at = caller_of(request), now()
    found = queries.own(me, at)
    context = _listed(request, found, at, full=True)
    context |= {"oversees": me.areas(*queries.OVERSEEING), **itself.asked(request, at)}
    return render(request, "worklist/mine.html", context)


@open_to(*queries.OVERSEEING, area_from="area_id")
@never_cache
@require_safe
def worklists(request: HttpRequest, area_id: int) -> HttpResponse:
    """Who has how much left in an area."""
    me, at = caller_of(request), now()
    area = queries.area_overseen(me, area_id, at)
    lists = queries.of_area(area, at)
    context = {
        "area": area,
        "lists": [(each, [(KIND_WORDS[kind], each.counts[kind]) for kind in OVERSEEN]) for each in lists],
        "kinds": [KIND_WORDS[kind] for kind in OVERSEEN],
        "left": sum(len(each.rows) for each in lists),
    }
    return render(request, "worklist/workers.html", context)


@open_to(*queries.OVERSEEING, area_from="area_id")
@never_cache
@require_safe
def worklist_of(request: HttpRequest, area_id: int, user_id: int) -> HttpResponse:
    """What is left in an area for one worker, masked; user 0: for the desk."""
    me, at = caller_of(request), now()
    area = queries.area_overseen(me, area_id, at)
    found = queries.of_worker(area, user_id, at)
    return render(request, "worklist/theirs.html", _listed(request, found, at, full=False) | {"area": area})


def _listed(request: HttpRequest, found: Worklist, at: datetime, *, full: bool) -> dict[str, Any]:
    """A list as its page shows it: counted by kind, one kind or all of them, 50 a page."""
    counts = found.counts
    asked = request.GET.get("kind", "")
    if asked and asked not in counts:
        raise NotFound
    shown = [row for row in found.rows if not asked or row[1].kind == asked]
    page: Page[tuple[Why, Entry]] = Paginator(shown, ROWS).get_page(request.GET.get("page"))
    return {
        "worklist": found,
        "left": len(found.rows),
        "kinds": [(kind, KIND_WORDS[kind], counts[kind]) for kind in Kind if counts[kind]],
        "asked": asked,
        "page": page,
        "query": f"kind={asked}&" if asked else "",
        "rows": rows(list(page.object_list), at, full=full),
    }


urlpatterns = [
    path("worklist/", worklist, name="worklist"),
    path("areas/<int:area_id>/worklists/", worklists, name="worklists"),
    path("areas/<int:area_id>/worklists/<int:user_id>/", worklist_of, name="worklist_of"),
]
