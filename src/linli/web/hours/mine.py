"""My hours: what I served and what became of it, a finish I forgot, and asking to have something corrected."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.access.callers import caller_of, device_session_of
from linli.access.devices import is_theirs
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import LinliError
from linli.common.ids import uuid7
from linli.custody import masks
from linli.duty.hours import actions, certifying, deciding, queries, rules
from linli.duty.models import Service
from linli.muster.models import SignUp
from linli.muster.queries import own_sign_up, serves_for
from linli.web.hours.forms import CorrectionForm, FinishForm
from linli.web.hours.words import hours_told, lines_of

ASKABLE = (*queries.COUNTED, Service.State.WAITING, Service.State.DECLINED)


def own_claim(request: HttpRequest, sign_up_id: object) -> tuple[SignUp, int]:
    """A sign-up of this phone that the desk confirmed, and the person behind it. Raises NotFound."""
    found = own_sign_up(caller_of(request), sign_up_id)  # type: ignore[arg-type]
    return found, serves_for(found)


@open_to(device=True)
@never_cache
@require_safe
def my_hours(request: HttpRequest, sign_up_id: object) -> HttpResponse:
    """What I served."""
    claim, person = own_claim(request, sign_up_id)
    return _page(request, claim, person)


def _page(request: HttpRequest, claim: SignUp, person: int, finish: FinishForm | None = None) -> HttpResponse:
    at = now()
    proved = is_theirs(device_session_of(request, at))
    services = queries.own_services(person, event=None if proved else claim.event_id)
    current = next((each for each in services if each.state == Service.State.ON_DUTY), None)
    forgotten = current is not None and rules.is_forgotten(current.started_at, at)
    context = {
        "claim": claim,
        "name": masks.mask_name(claim.name),
        "lines": lines_of(services),
        "askable": ASKABLE,
        "total": hours_told(queries.total(services)),
        "proved": proved,
        "number": certifying.number_of(person) if proved else "",
        "booked": queries.is_booked(person, at),
        "waiting": sum(each.state == Service.State.WAITING for each in services),
        "current": lines_of([current])[0] if current is not None else None,
        "forgotten": forgotten,
        "finish": finish or (FinishForm(initial={"finished": _guessing_nothing(current)}) if current else None),
        "phone": claim.community.desk_phone,
    }
    return render(request, "hours/mine.html", context, status=422 if finish is not None else 200)


def _guessing_nothing(current: Service) -> datetime:
    """Where the picker begins: at the start of duty, which is never the answer."""
    return localtime(current.started_at)


@open_to(device=True)
@never_cache
@require_POST
def finish_later(request: HttpRequest, sign_up_id: object, service_id: int) -> HttpResponse:
    """Say when duty ended that I did not finish."""
    claim, person = own_claim(request, sign_up_id)
    service, form = queries.own_service(person, service_id), FinishForm(request.POST)
    if form.is_valid():
        at, said = now(), Service.Said.LATER
        try:
            actions.finish(service.pk, said=said, happened=form.cleaned_data["finished"], by=caller_of(request), at=at)
        except LinliError as problem:
            form.add_error("finished", problem.told())
        else:
            messages.success(request, gettext("Thank you. Your hours now wait for approval."))
            return redirect("my_hours", claim.pk)
    return _page(request, claim, person, form)


@open_to(device=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_correction(request: HttpRequest, sign_up_id: object, service_id: int) -> HttpResponse:
    """Say from when to when I really served; the desk decides and says why."""
    claim, person = own_claim(request, sign_up_id)
    service = queries.own_service(person, service_id)
    if service.finished_at is None:
        return redirect("my_hours", claim.pk)
    initial = {"since": localtime(service.started_at), "until": localtime(service.finished_at)}
    form = CorrectionForm(request.POST) if request.method == "POST" else CorrectionForm(initial=initial)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            deciding.ask_correction(
                service, said["since"], said["until"], key=form.key or uuid7(), by=caller_of(request), at=now()
            )
        except LinliError as problem:
            form.add_error(None, problem.told())
        else:
            messages.success(request, gettext("Your desk has been asked. What was written stays beside it."))
            return redirect("my_hours", claim.pk)
    context = {"claim": claim, "line": lines_of([service])[0], "form": form}
    return render(request, "hours/correct.html", context, status=422 if form.errors else 200)


_AT = "claim/<uuid:sign_up_id>/hours/"
urlpatterns = [
    path(_AT, my_hours, name="my_hours"),
    path(f"{_AT}<int:service_id>/finish/", finish_later, name="finish_later"),
    path(f"{_AT}<int:service_id>/correct/", ask_correction, name="ask_correction"),
]
