"""What became of a sign-up: my placement, the others of this phone, and taking a word back."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.access.callers import DEVICE_COOKIE, caller_of
from linli.access.devices import end_device_session
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Conflict, LinliError
from linli.custody import masks
from linli.duty.hours import queries as hours
from linli.duty.hours.rules import is_forgotten
from linli.duty.models import Service
from linli.muster import actions, answering, hearing, leaving, queries
from linli.muster.models import Free, SignUp
from linli.muster.teams.mine import placement_of
from linli.muster.units import people
from linli.muster.words import SKILL_WORDS, skill_names, state_name
from linli.web.muster.forms import AwayForm, SkillsForm, WhenForm
from linli.web.seen import seen_of
from linli.web.words import event_name


@dataclass(frozen=True, slots=True)
class Mine:
    """One of the sign-ups of a device, as its list shows it: masked, because a family may share it."""

    id: UUID
    number: str
    name: str
    community: str
    state: str
    grid: str


def sign_ups_of_device(caller: Caller) -> list[Mine]:
    """Each sign-up of a device as its list shows it."""
    return [
        Mine(
            id=claim.pk,
            number=claim.number,
            name=masks.mask_name(claim.name),
            community=claim.community.called,
            state=state_name(claim.state),
            grid=told.grid if (told := placement_of(claim, now())) else "",
        )
        for claim in queries.claims_of_device(caller)
    ]


@open_to(device=True)
@never_cache
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """Everybody who signed up on this device, each with what became of it."""
    return render(request, "muster/claims.html", {"mine": sign_ups_of_device(caller_of(request))})


@open_to(device=True)
@never_cache
@require_POST
def forget_device(request: HttpRequest) -> HttpResponse:
    """Let this device forget its sign-ups; they stay with the desk."""
    end_device_session(caller_of(request), at=now())
    messages.success(request, gettext("This phone has forgotten the sign-ups. They stay with your community."))
    reply = redirect("home")
    reply.delete_cookie(DEVICE_COOKIE, samesite="Lax")
    return reply


@open_to(device=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, sign_up_id: object) -> HttpResponse:
    """My sign-up and my placement; only on the device that signed up."""
    me = caller_of(request)
    mine = queries.own_sign_up(me, sign_up_id)  # type: ignore[arg-type]
    if request.method != "POST":
        return _page(request, mine)
    form = SkillsForm(request.POST)
    if not form.is_valid():
        return _page(request, mine, skills=form)
    try:
        actions.say_skills(mine, form.mask, by=me, at=now())
        messages.success(request, gettext("Your skills are noted."))
    except Conflict as problem:
        messages.warning(request, problem.told())
    return redirect("claim", mine.pk)


def _page(
    request: HttpRequest,
    mine: SignUp,
    *,
    skills: SkillsForm | None = None,
    away: AwayForm | None = None,
    when: WhenForm | None = None,
) -> HttpResponse:
    """My page, with a form that was answered wrongly as it was answered."""
    chosen = [str(int(skill)) for skill in SKILL_WORDS if mine.skills >> skill & 1]
    at = now()
    placed = placement_of(mine, at)
    living = mine.state == SignUp.State.CONFIRMED
    service = people.service_of(mine.event, mine.person_id, at) if living else None
    answers = {
        "claim": mine,
        "phone": mine.community.desk_phone,
        "when": when or WhenForm(initial=_when(mine)),
        "away": away or AwayForm(initial=AwayForm.tomorrow(now())),
        "living": mine.state in (SignUp.State.CLAIMED, SignUp.State.CONFIRMED),
        "serves": mine.person_id is not None and mine.state in (SignUp.State.CONFIRMED, SignUp.State.WITHDRAWN),
        "forgotten": _forgotten(mine),
        "event_name": event_name(mine.event),
        "state": state_name(mine.state),
        "waiting": mine.state == SignUp.State.CLAIMED,
        "skills": skill_names(mine.skills),
        "form": skills or SkillsForm(initial={"skills": chosen}),
        "placement": placed,
        "service": service,
        "home": people.home_after(service) if service is not None else None,
        "later": placed is not None and placed.since > at,
        "told": hearing.number_unread(caller_of(request)),
        "others": len(queries.claims_of_device(caller_of(request))) - 1,
        "name": masks.mask_name(mine.name),
        "shown": seen_of([mine.pk], mine.person_id, event=mine.event_id),
    }
    return render(request, "muster/claim.html", answers, status=422 if skills or away or when else 200)


def _when(mine: SignUp) -> dict[str, object]:
    """When they can serve, as they said it last."""
    chosen = [str(int(time)) for time in Free if mine.free >> time & 1]
    return {"free": chosen, "only_inside": queries.only_inside(mine.person_id)}


def _forgotten(mine: SignUp) -> Service | None:
    """A duty that was begun and never finished: its person is asked when it ended."""
    current = hours.on_duty(mine.person_id) if mine.person_id is not None else None
    return current if current is not None and is_forgotten(current.started_at, now()) else None


@open_to(device=True)
@never_cache
@require_POST
def stay_away(request: HttpRequest, sign_up_id: object) -> HttpResponse:
    """Say that I cannot come from one moment to another; nobody asks why."""
    me, at = caller_of(request), now()
    mine = queries.own_sign_up(me, sign_up_id)  # type: ignore[arg-type]
    form = AwayForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            leaving.say_unavailable(mine, since=said["since"], until=said["until"], by=me, at=at)
        except LinliError as problem:
            form.add_error(None, problem.told())
        else:
            messages.success(request, gettext("Thank you for telling us. You are expected nowhere in that time."))
            return redirect("claim", mine.pk)
    return _page(request, mine, away=form)


@open_to(device=True)
@never_cache
@require_POST
def say_when(request: HttpRequest, sign_up_id: object) -> HttpResponse:
    """Say when I can serve, and whether only inside my own estate."""
    me = caller_of(request)
    mine = queries.own_sign_up(me, sign_up_id)  # type: ignore[arg-type]
    form = WhenForm(request.POST)
    if not form.is_valid():
        return _page(request, mine, when=form)
    try:
        actions.say_when(mine, form.mask, only_inside=form.cleaned_data["only_inside"], by=me, at=now())
        messages.success(request, gettext("Noted. Shifts are given to you within these times."))
    except Conflict as problem:
        messages.warning(request, problem.told())
    return redirect("claim", mine.pk)


@open_to(device=True)
@never_cache
@require_POST
def say_coming(request: HttpRequest, sign_up_id: object) -> HttpResponse:
    """Say that I come to where I am placed."""
    return _answered(request, sign_up_id, answering.say_coming, gettext("Thank you. You are expected."))


@open_to(device=True)
@never_cache
@require_POST
def say_cannot(request: HttpRequest, sign_up_id: object) -> HttpResponse:
    """Say that I cannot come to where I am placed; nobody asks why."""
    said = gettext("Thank you for telling us. Your place goes to somebody else.")
    return _answered(request, sign_up_id, answering.say_cannot, said)


def _answered(request: HttpRequest, sign_up_id: object, answer: Callable[..., None], said: str) -> HttpResponse:
    me = caller_of(request)
    mine = queries.own_sign_up(me, sign_up_id)  # type: ignore[arg-type]
    try:
        answer(mine, by=me, at=now())
        messages.success(request, said)
    except LinliError as problem:
        messages.warning(request, problem.told())
    return redirect("claim", mine.pk)


@open_to(device=True)
@never_cache
@require_POST
def withdraw(request: HttpRequest, sign_up_id: object) -> HttpResponse:
    """Take my sign-up back."""
    me = caller_of(request)
    mine = queries.own_sign_up(me, sign_up_id)  # type: ignore[arg-type]
    try:
        leaving.withdraw(mine, by=me, at=now())
    except Conflict as problem:
        messages.warning(request, problem.told())
    return redirect("claim", mine.pk)


urlpatterns = [
    path("claims/", claims, name="claims"),
    path("claims/forget/", forget_device, name="forget_device"),
    path("claim/<uuid:sign_up_id>/", claim, name="claim"),
    path("claim/<uuid:sign_up_id>/when/", say_when, name="say_when"),
    path("claim/<uuid:sign_up_id>/away/", stay_away, name="stay_away"),
    path("claim/<uuid:sign_up_id>/coming/", say_coming, name="say_coming"),
    path("claim/<uuid:sign_up_id>/cannot/", say_cannot, name="say_cannot"),
    path("claim/<uuid:sign_up_id>/back/", withdraw, name="withdraw"),
]
