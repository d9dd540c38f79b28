"""A person's own pages: find your community, and sign up."""

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.access.callers import DEVICE_COOKIE, caller_of
from linli.access.devices import keep_on_device
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Invalid
from linli.custody import limits
from linli.custody.errors import TooOften
from linli.custody.limits import Limit
from linli.events.packs import pack_of
from linli.muster import actions, finding, queries
from linli.people.rules import phone_digits
from linli.web.muster.claims import sign_ups_of_device
from linli.web.muster.forms import SignUpForm
from linli.web.words import event_name

# Counted tightly where it can be: by phone number and by device. A whole community signs up through one Wi-Fi, and a
# mobile network puts thousands behind one address: 8,000 adults in three hours are 450 in ten minutes, a rush three
# times that. Only a flood is more (docs/explanation/signing-up.md).
MOST_FROM_ONE_ADDRESS, ADDRESS_WINDOW = 1_500, timedelta(minutes=10)
MOST_FROM_ONE_DEVICE, DEVICE_WINDOW = 10, timedelta(hours=1)
MOST_FOR_ONE_PHONE, PHONE_WINDOW = 10, timedelta(hours=1)


@open_to(anonymous=True)
@require_safe
def choose_community(request: HttpRequest) -> HttpResponse:
    """Find the community you live in: from the street down, or by name."""
    at = now()
    asked = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:40]
    answers: dict[str, Any]
    if asked:
        found = finding.by_name(asked, at)
        answers = {"asked": asked, "found": found[: finding.MOST], "more": len(found) > finding.MOST}
        return render(request, "muster/choose_community.html", answers)
    here, below = finding.below(request.GET.get("in", ""), at)
    answers = {"here": here, "communities": [], "areas": []}
    for area in below:
        answers["communities" if finding.is_community(area) else "areas"].append(area)
    return render(request, "muster/choose_community.html", answers)


@open_to(anonymous=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest, community_id: int) -> HttpResponse:
    """Three questions. The answer is the same whether or not the register knows the person."""
    return _sign_up(request, community_id, as_member=False)


@open_to(anonymous=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up_members(request: HttpRequest, community_id: int) -> HttpResponse:
    """The same three questions at the address of the pack's other way of signing up; posters lead here."""
    return _sign_up(request, community_id, as_member=True)


def _sign_up(request: HttpRequest, community_id: int, *, as_member: bool) -> HttpResponse:
    me, at = caller_of(request), now()
    community, event = queries.community_to_sign_up(community_id, at)
    form = SignUpForm(request.POST) if request.method == "POST" else SignUpForm()
    if form.is_bound and form.is_valid():
        try:
            _count(request, form.cleaned_data["phone"], at)
            said = {part: form.cleaned_data[part] for part in ("name", "phone", "door")}
            claim, secret = actions.sign_up_on_phone(
                event, community, **said, as_member=as_member, key=form.key, by=me, at=at
            )
        except (TooOften, Invalid) as problem:
            form.add_error(None, problem.told())
        else:
            # To the claim's page, which opens on this phone: beside those it has already, for a family shares one.
            reply = redirect("claim", claim.pk)
            keep_on_device(reply, request, secret or request.COOKIES[DEVICE_COOKIE])
            return reply
    answers = {
        "community": community,
        "event_name": event_name(event),
        "way": pack_of(event).called("member") if as_member else "",
        "form": form,
        "mine": sign_ups_of_device(me),
    }
    return render(request, "muster/sign_up.html", answers, status=422 if form.is_bound else 200)


def _count(request: HttpRequest, phone: str, at: datetime) -> None:
    device = caller_of(request).device
    counted = [Limit(f"sign_up:from:{network_of(request)}", MOST_FROM_ONE_ADDRESS, ADDRESS_WINDOW)]
    if device is not None:
        counted.append(Limit(f"sign_up:device:{device}", MOST_FROM_ONE_DEVICE, DEVICE_WINDOW))
    counted.append(Limit(f"sign_up:phone:{phone_digits(phone)}", MOST_FOR_ONE_PHONE, PHONE_WINDOW))
    limits.spend_each(counted, at=at)


def network_of(request: HttpRequest) -> str:
    """Where a request comes from: one address, or the network that one subscriber has in IPv6.

    Where a proxy stands in front, the last address it writes down is the one it saw.
    """
    said = request.META.get("REMOTE_ADDR", "")
    if settings.ENV.behind_proxy:
        said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or said
    try:
        found = ip_address(said)
    except ValueError:
        return said[:60]
    return str(ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)


urlpatterns = [
    path("sign-up/", choose_community, name="choose_community"),
    path("sign-up/<int:community_id>/", sign_up, name="sign_up"),
    path("sign-up/<int:community_id>/members/", sign_up_members, name="sign_up_members"),
]
