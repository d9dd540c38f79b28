"""One entry of the duty log: what was said, who has it, calling back, taking it over, closing it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Conflict, LinliError, Refused
from linli.custody import masks
from linli.custody.reveals import REASON_WORDS, Reason
from linli.desk import actions, calling, emergency, known, queries, rules
from linli.desk.models import Entry, Passing
from linli.desk.words import PRIORITY_WORDS
from linli.people.queries import registered_under
from linli.places.names import place_names
from linli.web import reveals
from linli.web.accounts.shapes import account_names
from linli.web.desk.forms import DoneForm
from linli.web.desk.words import row_of, to_dial

PHONE_REASONS = (Reason.CALL, Reason.VERIFY, Reason.DANGER)
DOOR_REASONS = (Reason.DELIVER, Reason.VERIFY, Reason.DANGER)
NUMBER_REASONS = (Reason.VERIFY, Reason.DANGER)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of what became of an entry, in words."""

    at: datetime
    words: str


@open_to(*queries.HOLDING)
@never_cache
@require_safe
def duty_entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """One entry, masked."""
    return _page(request, queries.entry_visible_to(caller_of(request), entry_id))


def _page(
    request: HttpRequest,
    entry: Entry,
    *,
    form: DoneForm | None = None,
    shown: dict[str, str] | None = None,
    number: tuple[int, str] | None = None,
) -> HttpResponse:
    """The page of an entry, with what was revealed for once, or a form as it was answered."""
    me, at = caller_of(request), now()
    typed, shown = queries.said(entry), shown or {}
    accounts = [entry.received_by, entry.holder, entry.closed_by, entry.called_back_by]
    passings = queries.passings_of(entry)
    names = account_names([*accounts, *(each for row in passings for each in (row.given_by, row.to))])
    is_open = entry.closed_at is None
    context = {
        "entry": entry,
        "row": row_of(entry, names, me.user, at),
        "is_open": is_open,
        "runs_desk": queries.runs_desk(me, entry.community_id, at),
        "shown": shown,
        "done": rules.masked_text(typed.done),
        "closed_by": names.get(entry.closed_by or 0, ""),
        "priority": PRIORITY_WORDS[entry.priority],
        "dial": to_dial(emergency.found(typed.caller, typed.about, typed.need)) if is_open else [],
        "numbers": _numbers(entry, at) if is_open and entry.called_back_at is None else [],
        "number": number,
        "known": _known(entry) if entry.called_back_at is not None else "",
        "called_back_by": names.get(entry.called_back_by or 0, ""),
        "form": form or DoneForm(),
        "steps": _steps(entry, passings, names),
        "others": [row_of(other, names, me.user, at) for other in queries.from_the_same_phone(me, entry)],
        "phone_reasons": _reasons(PHONE_REASONS),
        "door_reasons": _reasons(DOOR_REASONS),
        "number_reasons": _reasons(NUMBER_REASONS),
    }
    return render(request, "desk/entry.html", context, status=422 if form else 200)


def _reasons(reasons: tuple[Reason, ...]) -> list[tuple[str, str]]:
    return [(str(reason), gettext(REASON_WORDS[reason])) for reason in reasons]


def _numbers(entry: Entry, at: datetime) -> list[dict[str, object]]:
    """Known numbers that fit, behind their masks, and whether what was said agrees: of the register nothing else."""
    return [
        {
            "person": each.person,
            "masked": masks.mask_phone(each.phone),
            "named": each.named,
            "at_door": each.at_door,
            "shown_before": each.person == entry.person_id,
        }
        for each in known.numbers(entry, at)
    ]


def _known(entry: Entry) -> str:
    """Who was called back, as the register has them, masked."""
    if entry.person is None:
        return ""
    name, home = registered_under(entry.person)
    where = place_names([home]).get(home, "") if home is not None else ""
    return " ".join(part for part in (masks.mask_name(name), where) if part)


def _steps(entry: Entry, passings: list[Passing], names: dict[int, str]) -> list[Step]:
    """What became of an entry, each with who stands for it, in the order it happened."""
    if entry.received_by is None:
        steps = [Step(entry.received_at, gettext("It came by the code of the door"))]
    else:
        steps = [Step(entry.received_at, gettext("{by} noted it").format(by=names.get(entry.received_by, "")))]
    for row in passings:
        if row.given_by is None:
            said = gettext("{to} took it; nobody had it before")
        elif row.hand_over_id:
            said = gettext("{to} took it over from {by} at a shift change")
        else:
            said = gettext("{to} took it over from {by}")
        steps.append(Step(row.at, said.format(to=names.get(row.to, ""), by=names.get(row.given_by or 0, ""))))
    if entry.called_back_at:
        by = names.get(entry.called_back_by or 0, "")
        steps.append(Step(entry.called_back_at, gettext("{by} called the known number back").format(by=by)))
    if entry.closed_at:
        steps.append(Step(entry.closed_at, gettext("{by} closed it").format(by=names.get(entry.closed_by or 0, ""))))
    return sorted(steps, key=lambda step: step.at)


@open_to(*queries.HOLDING)
@never_cache
@require_POST
def close_entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Close it with what was done."""
    me = caller_of(request)
    entry = queries.entry_visible_to(me, entry_id)
    form = DoneForm(request.POST)
    if not form.is_valid():
        return _page(request, entry, form=form)
    try:
        actions.close(entry, done=form.cleaned_data["done"], by=me, at=now())
    except Conflict as problem:
        messages.warning(request, problem.told())
        return redirect("duty_entry", entry.pk)
    messages.success(request, gettext("The entry is closed."))
    at_desk = queries.runs_desk(me, entry.community_id, now())
    return redirect("duty_log", entry.community_id) if at_desk else redirect("duty_entry", entry.pk)


@open_to(*queries.HOLDING)
@require_POST
def take_entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Take it over from whoever the page said has it."""
    me = caller_of(request)
    entry = queries.entry_visible_to(me, entry_id)
    seen = request.POST.get("holder", "")
    if seen.isascii() and seen.isdigit() and len(seen) < 19:
        entry.holder = int(seen)  # what they saw, not what it is by now
    try:
        actions.take(entry, by=me, at=now())
        messages.success(request, gettext("It is yours now."))
    except Conflict as problem:
        messages.warning(request, problem.told())
    return redirect("duty_entry", entry.pk)


@open_to(*queries.HOLDING)
@never_cache
@require_POST
def reveal_entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Show who called, or whom it is about, in full, once, for a reason; it is written in the trail first."""
    entry = queries.entry_visible_to(caller_of(request), entry_id)
    field = reveals.asked(request, subject=f"duty_entry:{entry.pk}", area=entry.community_id)
    typed = queries.said(entry)
    if field == "door":
        return _page(request, entry, shown={"about": typed.about})
    return _page(request, entry, shown={"caller": typed.caller, "phone": typed.phone or "", "need": typed.need})


@open_to(*queries.HOLDING)
@never_cache
@require_POST
def show_known_number(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Show a number that the register knows, for a reason, on record, to call it back."""
    me = caller_of(request)
    entry = queries.entry_visible_to(me, entry_id)
    person = request.POST.get("person", "")
    wanted = int(person) if person.isascii() and person.isdigit() and len(person) < 19 else 0
    reason = request.POST.get("reason", "")
    try:
        number = calling.show_known_number(entry, person=wanted, reason=reason, by=me, at=now())
    except Conflict as problem:
        return _told(request, entry, problem)
    return _page(request, entry, number=(wanted, number))


@open_to(*queries.HOLDING)
@require_POST
def called_back(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Say that the known number was called and confirmed it."""
    me = caller_of(request)
    entry = queries.entry_visible_to(me, entry_id)
    try:
        calling.called_back(entry, by=me, at=now())
        messages.success(request, gettext("Called back and confirmed."))
    except (Conflict, Refused) as problem:
        return _told(request, entry, problem)
    return redirect("duty_entry", entry.pk)


def _told(request: HttpRequest, entry: Entry, problem: LinliError) -> HttpResponse:
    messages.warning(request, problem.told())
    return redirect("duty_entry", entry.pk)


urlpatterns = [
    path("duty-log/<uuid:entry_id>/", duty_entry, name="duty_entry"),
    path("duty-log/<uuid:entry_id>/close/", close_entry, name="close_entry"),
    path("duty-log/<uuid:entry_id>/take/", take_entry, name="take_entry"),
    path("duty-log/<uuid:entry_id>/reveal/", reveal_entry, name="reveal_entry"),
    path("duty-log/<uuid:entry_id>/known-number/", show_known_number, name="show_known_number"),
    path("duty-log/<uuid:entry_id>/called-back/", called_back, name="called_back"),
]
