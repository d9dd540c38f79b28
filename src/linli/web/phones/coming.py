"""On the phone: open it once by the QR, with a PIN of one's own; later type that PIN."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from linli.access import codes, phones, rules
from linli.access.callers import PHONE_COOKIE, PIN_LASTS, Phone, phone_of
from linli.access.devices import kind_of
from linli.access.errors import (
    OtherAccountHere,
    PhoneOut,
    PinDate,
    PinInARow,
    PinRepeats,
    PinsDiffer,
    PinShape,
    PinWrong,
    RoleOver,
)
from linli.access.models import DeviceSession
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import LinliError
from linli.web.phones.words import held_rows

MINUTES = int(PIN_LASTS.total_seconds() // 60)


class PinInput(forms.PasswordInput):
    """Digits that nobody beside reads; the phone's keyboard of digits. No browser is to keep them."""

    def __init__(self) -> None:
        super().__init__({"inputmode": "numeric", "autocomplete": "off", "maxlength": str(2 * rules.LONGEST)})


class ChooseForm(forms.Form):
    """A new PIN, typed twice."""

    pin = forms.CharField(
        label=gettext_lazy("Your new PIN"),
        help_text=gettext_lazy("Six digits or more. No birthday, no 123456."),
        error_messages={"required": gettext_lazy("Please choose a PIN of six digits or more.")},
        widget=PinInput,
    )
    again = forms.CharField(
        label=gettext_lazy("The same PIN again"),
        error_messages={"required": gettext_lazy("Please type the same PIN again.")},
        widget=PinInput,
    )

    def clean(self) -> dict[str, Any]:
        """A PIN that will do, twice the same."""
        said = super().clean() or self.cleaned_data
        if "pin" in said:
            try:
                rules.chosen_pin(said["pin"])
            except (PinShape, PinRepeats, PinInARow, PinDate) as problem:
                self.add_error("pin", problem.told())
            else:
                if "again" in said and rules.pin_typed(said["pin"]) != rules.pin_typed(said["again"]):
                    self.add_error("again", PinsDiffer().told())
        return said


class PinForm(forms.Form):
    """The PIN of this phone."""

    pin = forms.CharField(
        label=gettext_lazy("Your PIN"),
        error_messages={"required": gettext_lazy("Please type your PIN.")},
        widget=PinInput,
    )


@open_to(anonymous=True)
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_pin(request: HttpRequest, text: str) -> HttpResponse:
    """Say that it is oneself, and choose a PIN. Looking uses nothing up: a chat that shows a preview must not."""
    at = now()
    paper = codes.paper_of(text, at=at)
    if paper.user is None:
        return redirect("use_paper", text)
    lent = phones.opens(paper, at)
    context = {"name": paper.user.display_name, "rows": held_rows(lent), "minutes": MINUTES}
    try:
        phones.check_free(request, paper)
    except OtherAccountHere as problem:
        held = phone_of(request).session
        context |= {"taken": problem.told(), "by_phone": held is not None and held.user_id != paper.user_id}
        return render(request, "phones/taken.html", context, status=problem.status)
    form = ChooseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        _, secret = phones.come_in(
            paper, form.cleaned_data["pin"], kind=kind_of(request), instead_of=phone_of(request).session, at=at
        )
        reply = redirect("home")
        phones.keep_on_phone(reply, request, secret)
        return reply
    return render(request, "phones/choose.html", context | {"form": form}, status=422 if form.errors else 200)


@open_to(anonymous=True)
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def type_pin(request: HttpRequest) -> HttpResponse:
    """Type the PIN of this phone, and go on where one wanted to."""
    held, at = phone_of(request), now()
    form = PinForm(request.POST if request.method == "POST" else None)
    try:
        session = _still_in(held)
        if form.is_bound and form.is_valid():
            phones.unlock(session, form.cleaned_data["pin"], at=at)
            return redirect(_next(request))
        if held.open and not form.is_bound:
            return redirect(_next(request))
    except PinWrong as problem:
        form.add_error("pin", problem.told())
    except (PhoneOut, RoleOver) as problem:
        return _out(request, problem)
    context = {"form": form, "name": session.user.display_name if session.user is not None else ""}
    context |= {"next": _next(request), "minutes": MINUTES}
    return render(request, "phones/pin.html", context, status=422 if form.errors else 200)


def _still_in(held: Phone) -> DeviceSession:
    if held.session is None:
        raise PhoneOut
    if not held.grants:
        raise RoleOver
    return held.session


def _out(request: HttpRequest, problem: LinliError) -> HttpResponse:
    """This phone opens nothing any more; its secret is thrown away."""
    reply = render(request, "phones/out.html", {"over": problem.told(), "code": problem.code}, status=problem.status)
    reply.delete_cookie(PHONE_COOKIE, samesite="Lax")
    return reply


def _next(request: HttpRequest) -> str:
    """Where somebody wanted to go before the PIN was asked for, if that is a page of ours."""
    said = request.POST.get("next") or request.GET.get("next", "")
    return said if url_has_allowed_host_and_scheme(said, {request.get_host()}) else "/"


@open_to(anonymous=True)
@never_cache
@require_POST
def leave_phone(request: HttpRequest) -> HttpResponse:
    """Sign whoever came in by a QR out on this phone. It needs no PIN: a colleague may want to use it."""
    held = phone_of(request).session
    if held is not None:
        phones.leave(held, at=now())
    text = codes.letters_of(request.POST.get("code", ""))
    reply = redirect("choose_pin", text) if text else redirect("home")
    reply.delete_cookie(PHONE_COOKIE, samesite="Lax")
    return reply


urlpatterns = [
    path("sign-in/pin/", type_pin, name="type_pin"),
    path("sign-in/pin/away/", leave_phone, name="leave_phone"),
    path("sign-in/phone/<str:text>/", choose_pin, name="choose_pin"),
]
