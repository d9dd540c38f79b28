"""A grid's call list: who has not heard where they are placed, their number on record, and the text for the group."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.custody.reveals import REASON_WORDS, Reason
from linli.events.queries import active_event
from linli.muster import calling
from linli.muster.queries import area_visible_to, placement_visible_to
from linli.places.models import Area, Level
from linli.web.notices.phones import reveal_phone

MOST_MINUTES = 7 * 24 * 60


class AfterForm(forms.Form):
    """After how many minutes somebody who has not read it is to be called."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Who has not read it after so many minutes"),
        min_value=0,
        max_value=MOST_MINUTES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


@open_to("community_desk", area_from="area_id")
@never_cache
@require_safe
def call_list(request: HttpRequest, area_id: int) -> HttpResponse:
    """Whom to call about a grid, and what to paste into its group."""
    grid = area_visible_to(caller_of(request), area_id, "community_desk")
    if grid.level != Level.GRID:
        raise NotFound
    return _page(request, grid)


def _page(request: HttpRequest, grid: Area, *, shown: int | None = None, phone: str = "") -> HttpResponse:
    """The page; with `phone` where the one of the placement `shown` has just been revealed."""
    me, at = caller_of(request), now()
    form = _after(request)
    after = form.cleaned_data["minutes"] if form.is_valid() else settings.ENV.call_after_min
    event = active_event(at, grid.pk)
    posts = calling.posts(me, event, grid, at) if event else []
    answers = {
        "grid": grid,
        "event": event,
        "form": form,
        "after": after,
        "counts": calling.counts(event, grid, at) if event else None,
        "text": calling.chat_text(grid, posts, link=settings.ENV.site + reverse("home")) if posts else "",
        "calls": calling.to_call(posts, after_min=after, at=at),
        "shown": shown,
        "phone": phone,
        "reason": str(Reason.CALL),
        "why": gettext(REASON_WORDS[Reason.CALL]),
    }
    return render(request, "notices/call_list.html", answers, status=422 if form.errors else 200)


def _after(request: HttpRequest) -> AfterForm:
    """The minutes that were asked for, kept through what is pressed in the list."""
    said = request.POST if request.method == "POST" else request.GET
    return AfterForm({"minutes": said.get("minutes", settings.ENV.call_after_min)})


@open_to("community_desk")
@never_cache
@require_POST
def reveal_placed(request: HttpRequest, placement_id: int) -> HttpResponse:
    """Show the phone of somebody placed in full, once, for a reason; it is written in the trail first."""
    me, at = caller_of(request), now()
    placement = placement_visible_to(me, placement_id, at)
    phone = reveal_phone(request, placement, at)
    return _page(request, placement.grid, shown=placement.pk, phone=phone)


@open_to("community_desk")
@require_POST
def called_placed(request: HttpRequest, placement_id: int) -> HttpResponse:
    """Note that the desk has told somebody by phone."""
    me, at = caller_of(request), now()
    placement = placement_visible_to(me, placement_id, at)
    if calling.told_by_phone(placement_id, by=me, at=at):
        messages.success(request, gettext("Noted: told by phone."))
    else:
        messages.warning(request, gettext("They know it already: they have read it, or a colleague has called."))
    after = _after(request)
    kept = f"?minutes={after.cleaned_data['minutes']}" if after.is_valid() else ""
    return redirect(reverse("call_list", args=[placement.grid_id]) + kept)


urlpatterns = [
    path("grids/<int:area_id>/call-list/", call_list, name="call_list"),
    path("placements/<int:placement_id>/phone/", reveal_placed, name="reveal_placed"),
    path("placements/<int:placement_id>/called/", called_placed, name="called_placed"),
]
