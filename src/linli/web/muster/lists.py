"""Loading a list: choose a file, look through what it would do, take it whole."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import LinliError
from linli.events.models import Event
from linli.muster import lists, queries
from linli.muster.errors import FIELD_WORDS, BadList
from linli.places.models import Area
from linli.web.muster.forms import ListForm

MOST_SHOWN = 200


@open_to("community_desk", area_from="community_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def load_list(request: HttpRequest, community_id: int) -> HttpResponse:
    """A list of people who will help: nothing is taken before the desk has seen what it would do."""
    me, at = caller_of(request), now()
    community = queries.community_of_desk(me, community_id)
    _, event = queries.community_to_sign_up(community.pk, at)
    if "rows" in request.POST:
        return _take(request, event, community, me)
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    answers: dict[str, object] = {"community": community, "form": form}
    if form.is_bound and form.is_valid():
        try:
            answers |= _looked(form, event, community, me)
        except BadList as problem:
            form.add_error("file", problem.told())
    return render(request, "muster/load_list.html", answers, status=422 if form.errors else 200)


def _looked(form: ListForm, event: Event, community: Area, me: Caller) -> dict[str, object]:
    file = form.cleaned_data["file"]
    if file.size > lists.MOST_BYTES:
        raise BadList(why=gettext("The file is larger than 4 MB."))
    looked = lists.look_through(file.read(), event, community)
    rejected = [
        {"row": each.row, "column": gettext(FIELD_WORDS[each.column]), "reason": each.reason}
        for each in looked.rejected[:MOST_SHOWN]
    ]
    return {
        "looked": looked,
        "rejected": rejected,
        "rejected_rows": len({each.row for each in looked.rejected}),
        "unshown": max(0, len(looked.rejected) - MOST_SHOWN),
        "packed": lists.packed(looked.new, community, me) if looked.new and not looked.rejected else "",
    }


def _take(request: HttpRequest, event: Event, community: Area, me: Caller) -> HttpResponse:
    try:
        rows = lists.unpacked(request.POST["rows"], community, me)
        made = lists.take(event, community, rows, by=me, at=now())
    except LinliError as problem:
        messages.error(request, problem.told())
        return redirect("load_list", community.pk)
    if made:
        words = ngettext("{n} sign-up was taken from the list.", "{n} sign-ups were taken from the list.", made)
        messages.success(request, words.format(n=made))
    else:
        messages.success(request, gettext("Everybody on the list is signed up here already."))
    return redirect("sign_ups", community.pk)


urlpatterns = [path("desk/<int:community_id>/sign-ups/load/", load_list, name="load_list")]
