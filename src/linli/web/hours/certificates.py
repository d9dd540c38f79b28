"""Certificates of hours: on one's own phone, at the desk, and for whoever is shown one. One's times as a calendar."""

from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.access.callers import caller_of, device_session_of
from linli.access.devices import is_theirs
from linli.access.origins import public_address
from linli.access.permit import open_to
from linli.common import pdf
from linli.common.clock import now
from linli.common.errors import LinliError
from linli.custody import export
from linli.custody.errors import NotYourself
from linli.custody.export import Kind
from linli.duty.hours import calendars, certifying
from linli.duty.hours.certifying import Issued
from linli.muster.queries import sign_up_visible_to
from linli.people.queries import city_is_synthetic
from linli.web.hours.mine import own_claim
from linli.web.hours.words import hours_told

SOURCE = Path(__file__).resolve().parent / "certificate.typ"


class CheckForm(forms.Form):
    """The digest on a certificate, or its beginning."""

    code = forms.CharField(
        label=gettext_lazy("The first 16 letters of the digest"),
        max_length=120,
        error_messages={"required": gettext_lazy("Please type the digest that stands on the certificate.")},
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )


def _require_proof(request: HttpRequest) -> None:
    """Let pass only a phone that a code or a desk has shown to be the person's, as for all of one's own data."""
    if not is_theirs(device_session_of(request, now())):
        raise NotYourself


@open_to(device=True)
@never_cache
@require_POST
def my_certificate(request: HttpRequest, sign_up_id: object) -> HttpResponse:
    """A certificate of my approved hours, as PDF."""
    me, at = caller_of(request), now()
    claim, person = own_claim(request, sign_up_id)
    _require_proof(request)
    try:
        issued = certifying.issue(person, claim.name, synthetic=city_is_synthetic(), by=me, at=at)
    except LinliError as problem:
        messages.warning(request, problem.told())
        return redirect("my_hours", claim.pk)
    return export.own_paper(
        paper(request, issued), subject=f"person:{person}", kind=Kind.PDF, what="my-hours", by=me, at=at
    )


@open_to(device=True)
@never_cache
@require_POST
def my_number(request: HttpRequest, sign_up_id: object) -> HttpResponse:
    """Give my national volunteer number, or have it forgotten."""
    claim, person = own_claim(request, sign_up_id)
    _require_proof(request)
    try:
        certifying.give_number(person, request.POST.get("number", ""), by=caller_of(request), at=now())
    except LinliError as problem:
        messages.warning(request, problem.told())
    else:
        messages.success(request, gettext("Your number is noted. It stands on certificates alone."))
    return redirect("my_hours", claim.pk)


@open_to(device=True)
@never_cache
@require_POST
def my_calendar(request: HttpRequest, sign_up_id: object) -> HttpResponse:
    """When and where I am expected, for the calendar of my phone."""
    me, at = caller_of(request), now()
    claim, person = own_claim(request, sign_up_id)
    body = calendars.take(person, phone=claim.community.desk_phone, at=at)
    return export.own_paper(body, subject=f"person:{person}", kind=Kind.ICS, what="my-times", by=me, at=at)


@open_to("community_desk")
@never_cache
@require_POST
def desk_certificate(request: HttpRequest, sign_up_id: object) -> HttpResponse:
    """A certificate for somebody who stands at the desk."""
    me, at = caller_of(request), now()
    claim = sign_up_visible_to(me, sign_up_id)  # type: ignore[arg-type]
    if claim.person_id is None:
        messages.warning(request, gettext("The desk has not confirmed this sign-up yet."))
        return redirect("sign_up_detail", claim.pk)
    try:
        issued = certifying.issue(claim.person_id, claim.name, synthetic=city_is_synthetic(), by=me, at=at)
    except LinliError as problem:
        messages.warning(request, problem.told())
        return redirect("sign_up_detail", claim.pk)
    subject = f"person:{claim.person_id}"
    return export.own_paper(paper(request, issued), subject=subject, kind=Kind.PDF, what="hours", by=me, at=at)


@open_to(anonymous=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_hours(request: HttpRequest) -> HttpResponse:
    """Whether a certificate is ours, for whoever is shown one: when and how many hours, and of nobody in particular."""
    form = CheckForm(request.POST if request.method == "POST" else None)
    found = certifying.certificate_of(form.cleaned_data["code"]) if form.is_bound and form.is_valid() else None
    if form.is_bound and form.is_valid() and found is None:
        form.add_error("code", gettext("No certificate with this digest was issued here."))
    context = {"form": form, "found": found, "hours": hours_told(found.tenths) if found is not None else ""}
    return render(request, "hours/check.html", context, status=422 if form.errors else 200)


def paper(request: HttpRequest, issued: Issued) -> bytes:
    """A certificate as PDF, in the language of the page."""
    said, english = issued.content, get_language() == "en"
    title = gettext("Certificate of hours served")
    facts: dict[str, Any] = {
        "title": title,
        "language": "en" if english else "zh",
        "mark": gettext("Synthetic city") if said["synthetic"] else "",
        "foot": f"{title} {issued.digest[: certifying.CODE]}",
        "facts": [
            [gettext("Name"), said["name"]],
            [gettext("National volunteer number"), said["number"] or "–"],
            [gettext("Issued"), said["issued_at"][:10]],
        ],
        "total": gettext("{n} hours in all").format(n=hours_told(said["tenths"])),
        "heads": [
            gettext("Event"),
            gettext("Where"),
            gettext("From"),
            gettext("Until"),
            gettext("Hours"),
            gettext("Approved by"),
        ],
        "rows": [
            [
                (line["event_en"] if english else line["event"])
                + (f" · {gettext('Exercise')}" if line["exercise"] else ""),
                line["place"],
                line["since"],
                line["until"],
                hours_told(line["tenths"]),
                line["approved_by"],
            ]
            for line in said["lines"]
        ],
        "proof_title": gettext("To check it"),
        "proof": gettext("Type the first 16 letters of the digest at {address}").format(
            address=public_address(request, reverse("check_hours"))
        ),
        "digest": issued.digest,
    }
    return pdf.render(SOURCE, facts)


_AT = "claim/<uuid:sign_up_id>/hours/"
urlpatterns = [
    path(f"{_AT}certificate/", my_certificate, name="my_certificate"),
    path(f"{_AT}number/", my_number, name="my_number"),
    path(f"{_AT}calendar/", my_calendar, name="my_calendar"),
    path("sign-ups/<uuid:sign_up_id>/hours/", desk_certificate, name="desk_certificate"),
    path("hours/check/", check_hours, name="check_hours"),
]
