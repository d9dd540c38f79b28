"""Putting estates and buildings on the map: what has no point yet, one place, and a pasted list."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, NotFound
from linli.custody.roles import Decide, deciding
from linli.muster.queries import DECIDING
from linli.places import pointing
from linli.places.models import Building, Estate

POINTERS = tuple(dict.fromkeys((*deciding(Decide.REGISTER), *deciding(Decide.AREA_TREE))))
A_PAGE = 50
SYSTEM_WORDS = {
    "gcj02": gettext_lazy("Amap (高德), Tencent or WeChat (GCJ-02)"),
    "bd09": gettext_lazy("Baidu (BD-09)"),
    "wgs84": gettext_lazy("a satellite receiver, or this map (WGS-84)"),
}


class PointForm(forms.Form):
    """One point, and which map it comes from."""

    point = forms.CharField(
        label=gettext_lazy("The point"),
        help_text=gettext_lazy("Two numbers, whichever comes first: 30.66, 104.06"),
        max_length=100,
        error_messages={"required": gettext_lazy("Please paste the point.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    system = forms.ChoiceField(
        label=gettext_lazy("Which map does it come from?"),
        choices=list(SYSTEM_WORDS.items()),
        error_messages={"required": gettext_lazy("Please say which map the point comes from.")},
        widget=forms.RadioSelect,
    )


class ListForm(forms.Form):
    """A pasted list, and which map its points come from."""

    text = forms.CharField(
        label=gettext_lazy("The list"),
        help_text=gettext_lazy("A line for each: name, point. For a building the estate's name before its own."),
        max_length=60_000,
        error_messages={"required": gettext_lazy("Please paste the list.")},
        widget=forms.Textarea({"rows": 8}),
    )
    system = PointForm.base_fields["system"]


@open_to(*POINTERS)
@require_http_methods(["GET", "HEAD", "POST"])
def points(request: HttpRequest, community_id: int) -> HttpResponse:
    """Estates and buildings of a community that have no point; and the page where a list is pasted."""
    me, at = caller_of(request), now()
    community = pointing.community_to_point(me, community_id, at)
    form = ListForm(request.POST if request.method == "POST" else None, auto_id="list_%s")
    lines: list[pointing.Line] = []
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        lines = pointing.read_lines(said["text"], said["system"], community=community, at=at)
        if request.POST.get("do") == "take":
            done = pointing.take_lines(lines, said["system"], community=community, by=me, at=at)
            words = ngettext("{n} place has its point.", "{n} places have their points.", done)
            messages.success(request, words.format(n=done))
            left = [line.text for line in lines if line.problem is not None]
            if not left:
                return redirect("points", community.pk)
            form = ListForm(initial={"text": "\n".join(left), "system": said["system"]}, auto_id="list_%s")
            lines = [line for line in lines if line.problem is not None]
    show = "buildings" if request.GET.get("show") == "buildings" else "estates"
    estates, buildings = pointing.estates_of(community), pointing.buildings_of(community, at)
    found: QuerySet[Any] = (estates if show == "estates" else buildings).filter(lon=None)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "community": community,
        "form": form,
        "lines": [_line(line) for line in lines],
        "good": sum(line.place is not None for line in lines),
        "page": page,
        "rows": [(each.pk, _called(each)) for each in page.object_list],
        "show": show,
        "query": urlencode({"show": show}) + "&",
        "estates": estates.count(),
        "without": estates.filter(lon=None).count(),
        "buildings_without": buildings.filter(lon=None).count(),
        "with_point": [(each.pk, each.name) for each in estates.exclude(lon=None)[:A_PAGE]],
    }
    return render(request, "points/points.html", context, status=422 if form.errors else 200)


@open_to(*deciding(Decide.AREA_TREE))
@require_safe
def all_points(request: HttpRequest) -> HttpResponse:
    """Every estate of this installation that has no point, whichever community it belongs to."""
    estates = pointing.estates_everywhere(caller_of(request))
    without = estates.filter(lon=None)
    page = Paginator(without, A_PAGE).get_page(request.GET.get("page"))
    streets = pointing.streets_of((each.community_id for each in page.object_list), now())
    context = {
        "page": page,
        "rows": [(each, streets.get(each.community_id)) for each in page.object_list],
        "estates": estates.count(),
        "without": page.paginator.count,
        "communities": without.order_by().values("community").distinct().count(),
    }
    return render(request, "points/all.html", context)


def _called(place: Estate | Building) -> str:
    estate = place.estate if isinstance(place, Building) else None
    return f"{estate.name} {place.name}" if estate is not None else place.name


def _line(line: pointing.Line) -> dict[str, Any]:
    return {
        "text": line.text,
        "name": _called(line.place) if line.place is not None else "",
        "problem": line.problem.told() if line.problem is not None else "",
    }


@open_to(*POINTERS)
@require_http_methods(["GET", "HEAD", "POST"])
def point(request: HttpRequest, community_id: int, place_id: int) -> HttpResponse:
    """One estate or building: paste its point."""
    me, at = caller_of(request), now()
    community = pointing.community_to_point(me, community_id, at)
    found = pointing.place_to_point(community, place_id, at)
    form = PointForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            pointing.set_point(found, said["point"], said["system"], community=community, by=me, at=at)
        except (Conflict, Invalid) as problem:
            form.add_error("point", problem.told())
        else:
            messages.success(request, gettext("{name} has its point.").format(name=_called(found)))
            return redirect("point", community.pk, found.pk)
    last = pointing.last_set(found)
    context: dict[str, Any] = {
        "community": community,
        "place": found,
        "name": _called(found),
        "form": form,
        "last": last,
    }
    context["map"] = me.has(*DECIDING) and pointing.has_outlines(community, at)
    return render(request, "points/point.html", context, status=422 if form.errors else 200)


@open_to(*POINTERS)
@require_POST
def undo_point(request: HttpRequest, community_id: int, place_id: int) -> HttpResponse:
    """Take the newest point back."""
    me, at = caller_of(request), now()
    community = pointing.community_to_point(me, community_id, at)
    found = pointing.place_to_point(community, place_id, at)
    said = request.POST.get("set", "")
    if not said.isdecimal() or len(said) > 18:
        raise NotFound
    try:
        pointing.undo_point(found, int(said), community=community, by=me, at=at)
        messages.success(request, gettext("The point is taken back."))
    except Conflict as problem:
        messages.warning(request, problem.told())
    return redirect("point", community.pk, found.pk)


urlpatterns = [
    path("points/", all_points, name="all_points"),
    path("points/<int:community_id>/", points, name="points"),
    path("points/<int:community_id>/<int:place_id>/", point, name="point"),
    path("points/<int:community_id>/<int:place_id>/back/", undo_point, name="undo_point"),
]
