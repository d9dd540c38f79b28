"""The end of events: where each stands, what would go and what stays, confirming by two, progress, certificate."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.closing import actions, counting, queries, words
from linli.closing.models import MOST_REASON, Closing, Step
from linli.closing.queries import Stand
from linli.closing.rules import OFFICERS, TAKING_PART, Part
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, NotFound, Refused, error_of
from linli.custody.roles import TakeOut, taking_out
from linli.events.models import Event
from linli.ledger.paper.accounts import sheets_of
from linli.web import certificates
from linli.web.accounts.shapes import account_names
from linli.web.words import event_name

TAKES_OUT = taking_out(TakeOut.CERTIFICATE)
PARTS = {Part.OFFICER: gettext_lazy("data protection officer"), Part.SECOND: gettext_lazy("second person")}


class EarlyForm(forms.Form):
    """Why an event is reviewed before its grace period is over."""

    reason = forms.CharField(
        label=gettext_lazy("Why before the grace period is over?"),
        help_text=gettext_lazy("It stands on the certificate. Name nobody."),
        max_length=MOST_REASON,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class ConfirmForm(forms.Form):
    """What was seen, and who stands by."""

    digest = forms.CharField(widget=forms.HiddenInput())
    witnesses = forms.CharField(
        label=gettext_lazy("Witnesses"),
        help_text=gettext_lazy("One name a line, with the office where you like. They stand on the certificate."),
        required=False,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off"}),
    )


@open_to(*TAKING_PART)
@require_safe
def closings(request: HttpRequest) -> HttpResponse:
    """Every ended event, and where its closing stands."""
    caller, at = caller_of(request), now()
    found = queries.ended_events(caller, at)
    rows = [{"stand": each, "name": event_name(each.event), "early": at < each.reviewable_from} for each in found]
    waiting = sum(each.state != Closing.State.FINISHED for each in found)
    asked = queries.erasures_waiting(caller).count()
    return render(request, "closings/closings.html", {"rows": rows, "waiting": waiting, "asked": asked})


@open_to(*TAKING_PART)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def closing(request: HttpRequest, event_id: int) -> HttpResponse:
    """One event's closing. POST opens the review, confirms it, takes a confirmation back, or goes on."""
    caller, at = caller_of(request), now()
    event, stand = queries.event_to_close(caller, event_id, at)
    forms_here: dict[str, forms.Form] = {}
    if request.method == "POST" and stand is not None:
        if _decided(request, event, stand, caller, at, forms_here):
            return redirect("closing", event.pk)
        event, stand = queries.event_to_close(caller, event_id, at)
    context = {"event": event, "name": event_name(event), "stand": stand, "officer": caller.has(*OFFICERS)}
    if stand is not None:
        context |= _context(caller, stand, at, forms_here)
    failed = any(form.errors for form in forms_here.values())
    return render(request, "closings/closing.html", context, status=422 if failed else 200)


def _decided(
    request: HttpRequest, event: Event, stand: Stand, caller: Caller, at: datetime, filled: dict[str, forms.Form]
) -> bool:
    """Do what was pressed; False where an answer needs another look, with the form in `filled`."""
    how = request.POST.get("how")
    try:
        if how == "open":
            return _opened(request, event, stand, caller, at, filled)
        if stand.closing is None:
            raise Invalid
        if how == "confirm":
            return _confirmed(request, stand.closing, caller, at, filled)
        if how == "take_back":
            actions.take_back(stand.closing, by=caller, at=at)
            messages.success(request, gettext("Your confirmation is taken back. Nothing was destroyed."))
        elif how == "go_on":
            actions.press_on(stand.closing, by=caller, at=at)
        else:
            raise Invalid
    except (Conflict, Invalid, Refused) as problem:
        messages.warning(request, problem.told())
    return True


def _opened(
    request: HttpRequest, event: Event, stand: Stand, caller: Caller, at: datetime, filled: dict[str, forms.Form]
) -> bool:
    reason = ""
    if at < stand.reviewable_from:
        form = filled["early"] = EarlyForm(request.POST)
        if not form.is_valid():
            return False
        reason = form.cleaned_data["reason"]
    actions.open_review(event, reason=reason, by=caller, at=at)
    return True


def _confirmed(
    request: HttpRequest, closing: Closing, caller: Caller, at: datetime, filled: dict[str, forms.Form]
) -> bool:
    form = filled["confirm"] = ConfirmForm(request.POST)
    if not form.is_valid():
        raise Invalid
    said = form.cleaned_data
    try:
        done = actions.confirm(
            closing, digest=said["digest"], witnesses=said["witnesses"].splitlines(), by=caller, at=at
        )
    except Invalid as problem:
        form.add_error("witnesses", problem.told())
        return False
    if done.state == Closing.State.CONFIRMED:
        messages.success(request, gettext("Both have confirmed. The work has begun and can no longer be called off."))
    else:
        messages.success(request, gettext("You have confirmed. The other of the two has to confirm as well."))
    return True


def _context(caller: Caller, stand: Stand, at: datetime, filled: dict[str, forms.Form]) -> dict[str, Any]:
    if stand.closing is None:
        return {"early": at < stand.reviewable_from, "form": filled.get("early", EarlyForm())}
    found = stand.closing
    names = account_names([found.officer_by, found.second_by])
    who = [
        (PARTS[Part.OFFICER], names.get(found.officer_by or 0, ""), found.officer_at),
        (PARTS[Part.SECOND], names.get(found.second_by or 0, ""), found.second_at),
    ]
    context: dict[str, Any] = {"closing": found, "state": found.state, "who": who}
    context |= {"may_take_out": caller.has(*TAKES_OUT)}
    if found.state == Closing.State.REVIEW:
        return context | _review(caller, stand, filled)
    context |= {"steps": _steps(found), "certificates": list(found.certificates.order_by("-number"))}
    if found.state == Closing.State.CONFIRMED:
        return context | {"job": _job(found), "still": queries.stands_still(found, at)}
    lines = [line for line in found.lines.order_by("pk") if line.destroyed]
    return context | {
        "gone": [(words.table_told(line.model), line.destroyed) for line in lines],
        "rows": sum(line.destroyed for line in lines),
        "debts": list(found.debts.filter(settled_at__isnull=True)),
        "limits": [gettext(words.LIMITS[code]) for code in context["certificates"][0].content["limits"]],
    }


def _review(caller: Caller, stand: Stand, filled: dict[str, forms.Form]) -> dict[str, Any]:
    """What would go and what would stay, counted now."""
    review = counting.review(stand.event)
    found = stand.closing
    assert found is not None
    void = bool(found.digest) and found.digest != review.digest
    form = filled.get("confirm") or ConfirmForm(initial={"witnesses": "\n".join(found.witnesses)})
    lines = [
        (words.table_told(line.model), line, words.basis_told(line.model), words.keep_told(line.model))
        for line in review.lines
    ]
    parts = queries.parts_for(caller, found)
    mine = caller.user in (found.officer_by, found.second_by)
    return {
        "review": review,
        "sheets": sheets_of(stand.event.pk),
        "going": [line for line in lines if line[1].goes],
        "staying": [line for line in lines if line[1].stays],
        "void": void,
        "may_confirm": bool(parts) or (void and mine),
        "part": PARTS[parts[0]] if parts else "",
        "mine": mine,
        "form": form,
    }


def _steps(found: Closing) -> list[tuple[str, Step | None]]:
    begun = queries.steps_of(found)
    return [(gettext(words.STEPS[what]), begun.get(what)) for what in Step.What]


def _job(found: Closing) -> dict[str, Any]:
    """What ``parts/progress.html`` takes."""
    job: dict[str, Any] = {"url": reverse("closing_progress", args=[found.event_id]), "total": len(Step.What)}
    begun = queries.steps_of(found)
    done = sum(step.done_at is not None for step in begun.values())
    at_work = next((step for step in begun.values() if step.done_at is None), None)
    if at_work is not None and at_work.failure:
        return job | {"state": "failed", "sentence": failure_told(at_work)}
    step = words.STEPS[Step.What(at_work.what)] if at_work is not None else words.STEPS[Step.What.ROWS]
    return job | {"state": "running", "step": gettext(step), "done": done}


def failure_told(step: Step) -> str:
    """The sentence of what stands in the way of a step."""
    known = error_of(step.failure, step.facts.get("why", {}))
    return known.told() if known.code == step.failure else gettext("A step could not be done. It is tried again.")


@open_to(*TAKING_PART)
@never_cache
@require_safe
def closing_progress(request: HttpRequest, event_id: int) -> HttpResponse:
    """How far the work is, asked for every two seconds by whoever waits."""
    _, stand = queries.event_to_close(caller_of(request), event_id, now())
    if stand is None or stand.closing is None:
        raise NotFound
    reply = render(request, "parts/progress.html", {"job": _job(stand.closing)})
    if stand.closing.state != Closing.State.CONFIRMED:
        reply["HX-Refresh"] = "true"  # what came out stands on the page itself
    return reply


urlpatterns = [
    path("closings/", closings, name="closings"),
    path("closings/<int:event_id>/", closing, name="closing"),
    path("closings/<int:event_id>/progress/", closing_progress, name="closing_progress"),
    *certificates.urlpatterns,
]
