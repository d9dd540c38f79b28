"""A person's own pages: find your community, sign up, and what became of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.access.proofs import keep_on_device, start_device_session
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid
from linli.custody import limits
from linli.custody.errors import TooOften
from linli.events.packs import pack_of
from linli.muster import actions, finding, queries
from linli.muster.models import SignUp
from linli.people.models import Skill
from linli.people.rules import phone_digits
from linli.places.models import Area
from linli.web.context import event_name
from linli.web.muster.forms import SignUpForm, SkillsForm
from linli.web.muster.words import SKILL_WORDS, skill_names, state_name

# Many people behind one address (a dormitory, a mobile network) sign up within minutes; a flood is more than that.
MOST_FROM_ONE_ADDRESS, ADDRESS_WINDOW = 300, timedelta(minutes=10)
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
    at = now()
    community, event = queries.community_to_sign_up(community_id, at)
    form = SignUpForm(request.POST) if request.method == "POST" else SignUpForm()
    if form.is_bound and form.is_valid():
        try:
            claim = _signed_up(request, form, community)
        except TooOften as problem:
            form.add_error(None, problem.told())
        except Invalid as problem:
            form.add_error(None, problem.told())
        else:
            reply = redirect("claim", claim.pk)
            _, secret = start_device_session(claim.pk, at=at)
            keep_on_device(reply, request, secret)
            return reply
    answers = {"community": community, "event_name": event_name(event), "form": form}
    return render(request, "muster/sign_up.html", answers, status=422 if form.is_bound else 200)


def _signed_up(request: HttpRequest, form: SignUpForm, community: Area) -> SignUp:
    at = now()
    said = form.cleaned_data
    address = request.META.get("REMOTE_ADDR", "")
    limits.spend(f"sign_up:from:{address}", most=MOST_FROM_ONE_ADDRESS, per=ADDRESS_WINDOW, at=at)
    limits.spend(f"sign_up:phone:{phone_digits(said['phone'])}", most=MOST_FOR_ONE_PHONE, per=PHONE_WINDOW, at=at)
    _, event = queries.community_to_sign_up(community.pk, at)
    return actions.sign_up(
        event,
        community,
        name=said["name"],
        phone=said["phone"],
        door=said["door"],
        way=SignUp.Way.PAGE,
        key=form.key,
        by=caller_of(request),
        at=at,
    )


@open_to(device=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, sign_up_id: object) -> HttpResponse:
    """My sign-up and my placement; only on the device that signed up."""
    me, at = caller_of(request), now()
    mine = queries.own_sign_up(me, sign_up_id)  # type: ignore[arg-type]
    if request.method == "POST":
        form = SkillsForm(request.POST)
        if form.is_valid():
            try:
                actions.say_skills(mine, form.mask, by=me, at=at)
                messages.success(request, gettext("Your skills are noted."))
            except Conflict as problem:
                messages.warning(request, problem.told())
            return redirect("claim", mine.pk)
    else:
        chosen = [str(int(skill)) for skill in SKILL_WORDS if mine.skills >> skill & 1]
        form = SkillsForm(initial={"skills": chosen})
    answers = {
        "claim": mine,
        "event_name": event_name(mine.event),
        "state": state_name(mine.state),
        "waiting": mine.state == SignUp.State.CLAIMED,
        "skills": skill_names(mine.skills),
        "form": form,
        "placement": _placement_told(mine) if mine.state == SignUp.State.CONFIRMED else None,
    }
    return render(request, "muster/claim.html", answers)


@dataclass(frozen=True, slots=True)
class Told:
    """A placement as its own person reads it.

    Attributes:
        metres: from home to the grid; `estimated` where it is taken from the tree.
        skill: the skill that was asked for there, in words; empty where none was.
    """

    grid: str
    community: str
    since: object
    until: object
    metres: int
    estimated: bool
    skill: str
    bring: list[str]


def _placement_told(mine: SignUp) -> Told | None:
    """My placement in plain words, without anybody else in it."""
    placed = queries.placement_of(mine.event, mine.person_id, now()) if mine.person_id is not None else None
    if placed is None:
        return None
    return Told(
        grid=placed.grid.called,
        community=finding.community_name(placed.grid_id, now()) or mine.community.called,
        since=placed.during.lower,
        until=placed.during.upper,
        metres=placed.metres,
        estimated=placed.estimated,
        skill=gettext(SKILL_WORDS[Skill(placed.skill)]) if placed.skill is not None else "",
        bring=[item.told() for item in pack_of(mine.event).bring],
    )


urlpatterns = [
    path("sign-up/", choose_community, name="choose_community"),
    path("sign-up/<int:community_id>/", sign_up, name="sign_up"),
    path("claim/<uuid:sign_up_id>/", claim, name="claim"),
]
