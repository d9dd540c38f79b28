"""The desk's side: a code on paper for somebody who stands there, and signing a lost phone out."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from linli.access import codes, devices
from linli.access.callers import caller_of
from linli.access.origins import only_here, public_address
from linli.access.permit import open_to
from linli.common.clock import now
from linli.custody import masks, secrets
from linli.muster import coming, here, queries
from linli.muster.errors import SignUpOver
from linli.muster.here import Here
from linli.muster.models import SignUp
from linli.places.models import Area
from linli.web.codes.words import picture_of


class FindForm(forms.Form):
    """Whom to look for. Sent in the body: an address with a name in it would stay in histories and logs."""

    asked = forms.CharField(
        label=gettext_lazy("Full name or phone number"),
        max_length=40,
        error_messages={"required": gettext_lazy("Please say a name or a phone number.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )


@open_to("community_desk", area_from="community_id")
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find_person(request: HttpRequest, community_id: int) -> HttpResponse:
    """Find somebody who stands at the desk, by their whole name or number."""
    me, at = caller_of(request), now()
    community = queries.community_of_desk(me, community_id)
    form = FindForm(request.POST if request.method == "POST" else None)
    rows = None
    if form.is_bound and form.is_valid():
        rows = [_row(each) for each in here.people_here(me, community_id, form.cleaned_data["asked"], at)]
    answers = {"community": community, "form": form, "rows": rows}
    return render(request, "codes/find.html", answers, status=422 if form.errors else 200)


def _row(each: Here) -> dict[str, object]:
    """One person, masked, with how many phones they are signed in on."""
    phones = len(devices.devices_of(coming.whose(each.person), now()))
    return {
        "person": each.person,
        "name": masks.mask_name(each.name),
        "phone": masks.mask_phone(secrets.unseal(each.phone)) if each.phone is not None else "",
        "where": masks.mask_door(each.building, each.unit) if each.building else "",
        "phones": phones,
    }


@open_to("community_desk", area_from="community_id")
@never_cache
@require_POST
def print_code(request: HttpRequest, community_id: int, person_id: int) -> HttpResponse:
    """Print a code for somebody of the community who stands at the desk; it is shown this once."""
    me, at = caller_of(request), now()
    found = here.person_here(me, community_id, person_id, at)
    _, text = codes.print_paper(person=found.person, claim=None, area=community_id, by=me, at=at)
    return _sheet(request, queries.community_of_desk(me, community_id), found.name, text)


@open_to("community_desk", area_from="community_id")
@never_cache
@require_POST
def end_devices(request: HttpRequest, community_id: int, person_id: int) -> HttpResponse:
    """Sign somebody out on every phone: it was lost, or is in other hands."""
    me, at = caller_of(request), now()
    found = here.person_here(me, community_id, person_id, at)
    ended = devices.end_devices(coming.whose(found.person), by=me, at=at, area=community_id)
    _tell_ended(request, len(ended))
    return redirect("find_person", community_id)


@open_to("community_desk")
@never_cache
@require_POST
def print_claim_code(request: HttpRequest, sign_up_id: UUID) -> HttpResponse:
    """Print a code for whoever signed up and stands at the desk; it is shown this once."""
    me, at = caller_of(request), now()
    claim = queries.sign_up_visible_to(me, sign_up_id)
    if claim.state not in (SignUp.State.CLAIMED, SignUp.State.CONFIRMED):
        raise SignUpOver(number=claim.number)
    known = claim.person_id is not None
    _, text = codes.print_paper(
        person=claim.person_id, claim=None if known else claim.pk, area=claim.community_id, by=me, at=at
    )
    return _sheet(request, claim.community, claim.name, text, claim=claim)


@open_to("community_desk")
@never_cache
@require_POST
def end_claim_devices(request: HttpRequest, sign_up_id: UUID) -> HttpResponse:
    """Sign out every phone that opens a sign-up."""
    me, at = caller_of(request), now()
    claim = queries.sign_up_visible_to(me, sign_up_id)
    whose = devices.Whose(claim.person_id, (claim.pk,))
    _tell_ended(request, len(devices.end_devices(whose, by=me, at=at, area=claim.community_id)))
    return redirect("sign_up_detail", claim.pk)


def _tell_ended(request: HttpRequest, ended: int) -> None:
    words = ngettext("{n} phone is signed out.", "{n} phones are signed out.", ended).format(n=ended)
    messages.success(request, words)


def _sheet(request: HttpRequest, community: Area, name: str, text: str, *, claim: SignUp | None = None) -> HttpResponse:
    letters = text.replace("-", "")
    url = public_address(request, reverse("use_paper", args=[letters]))
    answers = {
        "community": community,
        "claim": claim,
        "name": masks.mask_name(name),
        "text": text,
        "picture": picture_of(url),
        "address": public_address(request, reverse("type_paper")),
        "until": now() + codes.CODE_LIVES,
        "only_here": only_here(request),
    }
    return render(request, "codes/sheet.html", answers)


urlpatterns = [
    path("desk/<int:community_id>/people/", find_person, name="find_person"),
    path("desk/<int:community_id>/people/<int:person_id>/code/", print_code, name="print_code"),
    path("desk/<int:community_id>/people/<int:person_id>/end/", end_devices, name="end_devices"),
    path("sign-ups/<uuid:sign_up_id>/code/", print_claim_code, name="print_claim_code"),
    path("sign-ups/<uuid:sign_up_id>/end/", end_claim_devices, name="end_claim_devices"),
]
