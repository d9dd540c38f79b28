"""Posters that lead to the sign-up page, for the desk to print: one sheet for each way of signing up."""

from dataclasses import dataclass

import segno
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.origins import only_here, public_address
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Invalid
from linli.events.packs import pack_of
from linli.muster import queries
from linli.places.actions import set_desk_phone
from linli.web.words import event_name


@dataclass(frozen=True, slots=True)
class Poster:
    """One sheet: what the way is called, where it leads, and that as a picture to be photographed."""

    way: str
    url: str
    picture: SafeString


def _poster(request: HttpRequest, page: str, community_id: int, way: str) -> Poster:
    url = public_address(request, reverse(page, args=[community_id]))
    # Drawn for paper that hangs in rain and lamplight: a quarter of it may be unreadable.
    drawn = segno.make(url, error="q", micro=False)
    return Poster(way, url, mark_safe(drawn.svg_inline(scale=8, omitsize=True)))  # noqa: S308 -- segno drew it


class DeskPhoneForm(forms.Form):
    """Under which number a desk answers."""

    phone = forms.CharField(
        label=gettext_lazy("Number of your desk"),
        help_text=gettext_lazy("It stands on the posters, and on the page of everybody who signed up."),
        required=False,
        max_length=20,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel"}),
    )


@open_to("community_desk", area_from="community_id")
@require_http_methods(["GET", "HEAD", "POST"])
def posters(request: HttpRequest, community_id: int) -> HttpResponse:
    """The sheets of a community, one for each way of signing up, in the pack's words."""
    caller = caller_of(request)
    community = queries.community_of_desk(caller, community_id)
    form = DeskPhoneForm(request.POST if request.method == "POST" else None, initial={"phone": community.desk_phone})
    if form.is_bound and form.is_valid():
        try:
            set_desk_phone(community, form.cleaned_data["phone"], by=caller, at=now())
        except Invalid as problem:
            form.add_error("phone", problem.told())
        else:
            messages.success(request, gettext("The number of your desk is kept."))
            return redirect("posters", community.pk)
    _, event = queries.community_to_sign_up(community.pk, now())
    called = pack_of(event).called
    answers = {
        "community": community,
        "form": form,
        "event_name": event_name(event),
        "posters": [
            _poster(request, "sign_up", community.pk, called("neighbour")),
            _poster(request, "sign_up_members", community.pk, called("member")),
        ],
        "only_here": only_here(request),
    }
    return render(request, "muster/posters.html", answers, status=422 if form.errors else 200)


urlpatterns = [path("desk/<int:community_id>/posters/", posters, name="posters")]
