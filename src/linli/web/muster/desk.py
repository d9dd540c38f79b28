"""The desk's pages: who signed up here, who stands behind each, and what the desk decides about it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.access.callers import caller_of
from linli.access.devices import Whose, devices_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Conflict
from linli.custody import masks
from linli.custody.reveals import REASON_WORDS, Reason
from linli.events.queries import active_event
from linli.muster import actions, bulk, matching, queries
from linli.muster.matching import Candidate
from linli.muster.models import SignUp
from linli.muster.words import STATE_WORDS, free_names, skill_names, state_name
from linli.places.doors import masked_door
from linli.web import reveals
from linli.web.muster.forms import DeskSignUpForm

ROWS = 50
# What each field is asked for most often comes first; one tap each.
PHONE_REASONS = (Reason.CALL, Reason.VERIFY, Reason.DANGER)
DOOR_REASONS = (Reason.VERIFY, Reason.DELIVER, Reason.DANGER)


@open_to("community_desk", area_from="community_id")
@never_cache
@require_safe
def sign_ups(request: HttpRequest, community_id: int) -> HttpResponse:
    """Who signed up here, by state, masked."""
    me, at = caller_of(request), now()
    community = queries.community_of_desk(me, community_id)
    event = active_event(at, community.pk)
    if event is None:
        return render(request, "muster/no_event.html", {"community": community})
    counts = matching.state_counts(event, community)
    state = request.GET.get("state", "")
    if state not in SignUp.State.values:
        state = SignUp.State.CLAIMED
    number = request.GET.get("number", "").replace("\x00", "").strip()[:12]
    rows = queries.sign_ups_within(me).filter(event=event, community=community)
    rows = rows.filter(number__icontains=number) if number else rows.filter(state=state)
    page = Paginator(rows.order_by("made_at", "pk"), ROWS).get_page(request.GET.get("page"))
    answers = {
        "community": community,
        "counts": counts,
        "total": sum(counts.values()),
        "new_here": rows.filter(state=SignUp.State.CONFIRMED, matched=False).count(),
        "members": matching.member_total(event, community),
        "exact": bulk.count_exact_matches(event, community, at) if counts[SignUp.State.CLAIMED] else 0,
        "states": [(value, gettext(words), counts[value]) for value, words in STATE_WORDS.items()],
        "state": state,
        "number": number,
        "page": page,
        "rows": _rows(list(page.object_list)),
        "first": page.object_list[0] if page.object_list and state == SignUp.State.CLAIMED and not number else None,
        "query": _query(state, number),
    }
    return render(request, "muster/sign_ups.html", answers)


def _query(state: str, number: str) -> str:
    kept = QueryDict(mutable=True)
    kept["state"] = state
    if number:
        kept["number"] = number
    return kept.urlencode() + "&"


def _rows(claims: list[SignUp]) -> list[dict[str, object]]:
    """A page of sign-ups as the table shows them."""
    known = matching.by_phone([claim for claim in claims if claim.state == SignUp.State.CLAIMED], now())
    return [
        {
            "claim": claim,
            "name": masks.mask_name(claim.name),
            "phone": masks.mask_phone(queries.claim_phone(claim)),
            "door": masked_door(claim.door),
            "skills": skill_names(claim.skills),
            "state": state_name(claim.state),
            "register": _register_word(claim, known.get(claim.pk, [])),
        }
        for claim in claims
    ]


def _register_word(claim: SignUp, candidates: list[Candidate]) -> str:
    """What the register of this community says of a sign-up, in a few words."""
    if claim.state == SignUp.State.CONFIRMED:
        return gettext("Known") if claim.matched else gettext("New to the register")
    if any(each.exact for each in candidates):
        return gettext("Name and phone agree")
    return gettext("Only the phone agrees") if candidates else gettext("Matches nobody by phone")


@open_to("community_desk")
@never_cache
@require_safe
def sign_up_detail(request: HttpRequest, sign_up_id: UUID) -> HttpResponse:
    """One sign-up and whom the register knows under what it says."""
    claim = queries.sign_up_visible_to(caller_of(request), sign_up_id)
    return _detail(request, claim)


def _detail(request: HttpRequest, claim: SignUp, shown: dict[str, str] | None = None) -> HttpResponse:
    waiting = claim.state == SignUp.State.CLAIMED
    following = matching.next_waiting(claim)
    answers = {
        "claim": claim,
        "following": following,
        "left": matching.state_counts(claim.event, claim.community)[SignUp.State.CLAIMED],
        "name": masks.mask_name(claim.name),
        "phone": masks.mask_phone(queries.claim_phone(claim)),
        "door": masked_door(claim.door),
        "shown": shown or {},
        "skills": skill_names(claim.skills),
        "free": free_names(claim.free),
        "state": state_name(claim.state),
        "waiting": waiting,
        "living": claim.state in (SignUp.State.CLAIMED, SignUp.State.CONFIRMED),
        "phones": len(devices_of(Whose(claim.person_id, (claim.pk,)), now())),
        "candidates": [_candidate(each) for each in queries.candidates_for(claim)] if waiting else [],
        "others": [
            (other, state_name(other.state), masks.mask_name(other.name)) for other in matching.same_phone(claim)
        ],
        "phone_reasons": [(str(reason), gettext(REASON_WORDS[reason])) for reason in PHONE_REASONS],
        "door_reasons": [(str(reason), gettext(REASON_WORDS[reason])) for reason in DOOR_REASONS],
    }
    return render(request, "muster/sign_up_detail.html", answers)


def _candidate(each: Candidate) -> dict[str, object]:
    """One person of the register, masked, with what agrees and the words of the button."""
    where = masks.mask_door(each.building, each.unit) if each.building else ""
    name = masks.mask_name(each.name)
    return {
        "person": each.person,
        "name": name,
        "where": where,
        "building": each.building,
        "name_agrees": each.name_agrees,
        "phone_agrees": each.phone_agrees,
        "door_agrees": each.door_agrees,
    }


@open_to("community_desk")
@require_POST
def confirm_sign_up(request: HttpRequest, sign_up_id: UUID) -> HttpResponse:
    """Confirm as a person of the register, or as somebody new to it."""
    me = caller_of(request)
    claim = queries.sign_up_visible_to(me, sign_up_id)
    person, home = queries.chosen_for(claim, _person(request))
    try:
        actions.confirm(claim, person=person, lives_at=home, by=me, at=now())
    except Conflict as problem:
        messages.warning(request, problem.told())
        return redirect("sign_up_detail", claim.pk)
    words = gettext("Sign-up {number} is confirmed. It counts from now on.").format(number=claim.number)
    messages.success(request, words)
    return _to_next(claim)


def _person(request: HttpRequest) -> int | None:
    """Whom the desk pressed; None: somebody new. What is no number at all is nobody's."""
    said = request.POST.get("person", "")
    if said == "new":
        return None
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0


@open_to("community_desk")
@require_POST
def decline_sign_up(request: HttpRequest, sign_up_id: UUID) -> HttpResponse:
    """Set a sign-up aside; it stays and can be seen."""
    me = caller_of(request)
    claim = queries.sign_up_visible_to(me, sign_up_id)
    try:
        actions.decline(claim, by=me, at=now())
        messages.success(request, gettext("Sign-up {number} is set aside.").format(number=claim.number))
    except Conflict as problem:
        messages.warning(request, problem.told())
        return redirect("sign_up_detail", claim.pk)
    return _to_next(claim)


def _to_next(claim: SignUp) -> HttpResponse:
    """On to the next that waits, so that forty are decided without the list between them; at the end, the list."""
    following = matching.next_waiting(claim)
    return redirect("sign_up_detail", following.pk) if following else redirect("sign_ups", claim.community_id)


@open_to("community_desk")
@never_cache
@require_POST
def reveal_sign_up(request: HttpRequest, sign_up_id: UUID) -> HttpResponse:
    """Show the phone or the door in full, once, for a reason; it is written in the trail first."""
    claim = queries.sign_up_visible_to(caller_of(request), sign_up_id)
    field = reveals.asked(request, subject=f"sign_up:{claim.pk}", area=claim.community_id)
    return _detail(request, claim, {field: queries.claim_phone(claim) if field == "phone" else claim.door})


@open_to("community_desk", area_from="community_id")
@require_POST
def confirm_exact(request: HttpRequest, community_id: int) -> HttpResponse:
    """Confirm all whose name and phone fit exactly one person of the register."""
    me, at = caller_of(request), now()
    community = queries.community_of_desk(me, community_id)
    _, event = queries.community_to_sign_up(community.pk, at)
    done = bulk.confirm_exact_matches(event, community, by=me, at=at)
    if done:
        words = ngettext("{n} sign-up is confirmed.", "{n} sign-ups are confirmed.", done).format(n=done)
        messages.success(request, words)
    else:
        messages.warning(request, gettext("No sign-up was left that matches the register exactly."))
    return redirect("sign_ups", community.pk)


@open_to("community_desk", area_from="community_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk_sign_up(request: HttpRequest, community_id: int) -> HttpResponse:
    """Sign somebody up who stands at the desk or calls."""
    me, at = caller_of(request), now()
    community = queries.community_of_desk(me, community_id)
    _, event = queries.community_to_sign_up(community.pk, at)
    form = DeskSignUpForm(request.POST) if request.method == "POST" else DeskSignUpForm()
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        made = actions.sign_up(
            event,
            community,
            name=said["name"],
            phone=said["phone"],
            door=said["door"],
            way=SignUp.Way.DESK,
            skills=form.mask,
            key=form.key,
            by=me,
            at=at,
        )
        words = gettext("Signed up with number {number}. Please tell them the number.").format(number=made.number)
        messages.success(request, words)
        return redirect("sign_up_detail", made.pk)
    answers = {"community": community, "form": form}
    return render(request, "muster/desk_sign_up.html", answers, status=422 if form.is_bound else 200)


urlpatterns = [
    path("desk/<int:community_id>/sign-ups/", sign_ups, name="sign_ups"),
    path("desk/<int:community_id>/sign-ups/new/", desk_sign_up, name="desk_sign_up"),
    path("desk/<int:community_id>/sign-ups/confirm-exact/", confirm_exact, name="confirm_exact"),
    path("sign-ups/<uuid:sign_up_id>/", sign_up_detail, name="sign_up_detail"),
    path("sign-ups/<uuid:sign_up_id>/confirm/", confirm_sign_up, name="confirm_sign_up"),
    path("sign-ups/<uuid:sign_up_id>/decline/", decline_sign_up, name="decline_sign_up"),
    path("sign-ups/<uuid:sign_up_id>/reveal/", reveal_sign_up, name="reveal_sign_up"),
]
