"""The page behind a post's code: one big button to start duty, and one to finish it, on the phone of who is placed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access import marks
from linli.access.callers import caller_of, device_session_of
from linli.access.permit import open_to
from linli.access.queries import leader_of
from linli.common.clock import now
from linli.common.errors import LinliError, NotFound
from linli.common.ids import uuid7
from linli.custody import masks
from linli.duty.hours import actions, posts, queries
from linli.duty.hours.errors import PostCodeOld
from linli.duty.models import Service
from linli.muster.crew import Own, people_of_device
from linli.places.names import place_names
from linli.web.exchanging import in_ms
from linli.web.fields import new_once, once_key
from linli.web.hours.forms import SALT


class CodeForm(forms.Form):
    """Eight letters and digits."""

    code = forms.CharField(
        label=gettext_lazy("The code on the poster"),
        help_text=gettext_lazy("For example: K7QD-2M4X"),
        max_length=40,
        error_messages={"required": gettext_lazy("Please type the code that stands on the poster.")},
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands at a post.

    Attributes:
        does, current: as of ``posts.Stand``. where: the place, in words.
        once: under which key a tap counts once, signed; key: the same, for a phone that has to keep the tap.
    """

    own: Own
    name: str
    does: str
    current: Service | None
    where: str
    once: str
    key: UUID | None


@open_to(anonymous=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def type_post(request: HttpRequest) -> HttpResponse:
    """Type the code of a poster that cannot be photographed."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            posts.post_of(code, now())
        except PostCodeOld as problem:
            form.add_error("code", problem.told())
        else:
            return redirect("at_post", posts.plain(code))
    return render(request, "hours/type.html", {"form": form}, status=422 if form.errors else 200)


@open_to(anonymous=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def at_post(request: HttpRequest, post_code: str) -> HttpResponse:
    """Start or finish duty at a post. Looking changes nothing: a chat that shows a preview must not."""
    me, at = caller_of(request), now()
    try:
        post = posts.post_of(post_code, at)
    except PostCodeOld as problem:
        context = {"sentence": problem.told(), "phone": problem.facts["phone"], "code": problem.code}
        return render(request, "hours/gone.html", context, status=problem.status)
    people = people_of_device(me)
    if request.method == "POST":
        own = next((each for each in people if str(each.person) == request.POST.get("person", "")), None)
        if own is None:
            raise NotFound
        _tap(request, post, own, at)
        return redirect("at_post", post_code)
    standings, held = [_standing(post, own, at) for own in people], device_session_of(request, at)
    context = {
        "post": post,
        "post_code": posts.plain(post_code),
        "standings": standings,
        "only": standings[0] if len(standings) == 1 else None,
        "phone": post.phone,
        "mark": marks.mark_of(held, at) if held is not None else "",
        "at_ms": in_ms(at),
        "leader": leader_of(post.area.pk, at),
    }
    return render(request, "hours/at_post.html", context)


def _tap(request: HttpRequest, post: posts.Post, own: Own, at: datetime) -> None:
    """Do what the button says, and tell what became of it."""
    me, said = caller_of(request), Service.Said.CODE
    try:
        if request.POST.get("does") == "finish":
            number = request.POST.get("service", "")
            pk = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
            service = queries.own_service(own.person, pk)
            actions.finish(service.pk, said=said, happened=at, by=me, at=at)
            messages.success(request, gettext("Thank you. You have finished; your hours now wait for approval."))
        else:
            key = once_key(request.POST.get("once", ""), SALT) or uuid7()
            actions.start(own.person, post.event, post.area.pk, said=said, key=key, happened=at, by=me, at=at)
            messages.success(request, gettext("You have started. Thank you for coming."))
    except NotFound:
        raise
    except LinliError as problem:
        messages.warning(request, problem.told())


def _standing(post: posts.Post, own: Own, at: datetime) -> Standing:
    stand, once = posts.stand_at(post, own.person, at), new_once(SALT)
    where = place_names([stand.place]).get(stand.place, "")
    name, key = masks.mask_name(own.claim.name), once_key(once, SALT)
    return Standing(own, name, stand.does, stand.current, where, once, key)


urlpatterns = [
    path("post/", type_post, name="type_post"),
    path("post/<str:post_code>/", at_post, name="at_post"),
]
