"""Coming in by a code that is sent: ask for it, type it, say who you are.

Nothing here says whether a number is known before somebody has typed the code that was sent to it.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from linli.access import addresses, codes, sending
from linli.access.callers import caller_of
from linli.access.devices import kind_of
from linli.access.errors import CodeOld, CodesNotSent, CodeSpent, CodeTriedOut, CodeWrong, NotReachable
from linli.access.models import OneTimeCode
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import LinliError, NotFound
from linli.custody import limits, masks, secrets
from linli.custody.errors import TooOften
from linli.custody.limits import Limit
from linli.muster import coming
from linli.people.queries import city_is_synthetic
from linli.web.codes.words import into_own_pages
from linli.web.muster.own import ADDRESS_WINDOW, MOST_FROM_ONE_ADDRESS, network_of

CODE_COOKIE = "linli_code"
COOKIE_LIVES = timedelta(hours=1)  # longer than a code, so that the page can say that it is too old
# Counted tightly by number and by browser; an address (a community's Wi-Fi, a mobile network) only against a flood.
MOST_TO_ONE_NUMBER, NUMBER_WINDOW = 5, timedelta(hours=1)
MOST_FROM_ONE_BROWSER, BROWSER_WINDOW = 10, timedelta(hours=1)

LABELS: dict[tuple[str, ...], Any] = {
    ("sms",): gettext_lazy("Your mobile number"),
    ("mail",): gettext_lazy("Your e-mail address"),
    ("sms", "mail"): gettext_lazy("Your mobile number or e-mail address"),
}


class AskForm(forms.Form):
    """Where the code is to go."""

    to = forms.CharField(
        max_length=254,
        error_messages={"required": gettext_lazy("Please say where the code is to go.")},
    )

    def __init__(self, *args: Any, ways: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].label = LABELS.get(tuple(ways), LABELS["sms", "mail"])
        kind = {"sms": "tel", "mail": "email"}[ways[0]] if len(ways) == 1 else "text"
        self.fields["to"].widget = forms.TextInput({"type": kind, "autocomplete": kind if len(ways) == 1 else "on"})


class CodeForm(forms.Form):
    """Six digits."""

    code = forms.CharField(
        label=gettext_lazy("The six digits"),
        max_length=40,
        error_messages={"required": gettext_lazy("Please type the six digits of the message.")},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@open_to(anonymous=True)
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_code(request: HttpRequest) -> HttpResponse:
    """Ask for a code. The answer, and the work behind it, is the same whether or not anybody has that number."""
    synthetic = city_is_synthetic()
    ways = sending.ways(synthetic=synthetic)
    form = AskForm(request.POST if request.method == "POST" else None, ways=ways)
    if form.is_bound and form.is_valid():
        try:
            secret = asked_for(request, form.cleaned_data["to"], synthetic=synthetic)
        except (TooOften, NotReachable, CodesNotSent) as problem:
            form.add_error("to", problem.told())
        else:
            return to_typing(request, secret)
    return render(request, "codes/ask.html", {"form": form, "ways": ways}, status=422 if form.errors else 200)


def asked_for(request: HttpRequest, typed: str, *, synthetic: bool, adds_to: int | None = None) -> str:
    """Count, and ask for a code. Returns the secret of the device that asked.

    Raises:
        NotReachable, CodesNotSent, TooOften: no code is sent.
    """
    at = now()
    _, _, index = sending.reached_at(typed)
    counted = [Limit(f"code:from:{network_of(request)}", MOST_FROM_ONE_ADDRESS, ADDRESS_WINDOW)]
    # A browser that sends forms has this cookie of its own; without it the number alone counts tightly.
    if browser := request.META.get("CSRF_COOKIE"):
        counted.append(Limit(f"code:browser:{browser}", MOST_FROM_ONE_BROWSER, BROWSER_WINDOW))
    counted.append(Limit(f"code:to:{index.hex()}", MOST_TO_ONE_NUMBER, NUMBER_WINDOW))
    limits.spend_each(counted, at=at)
    _, secret = sending.ask(
        typed,
        language=get_language() or "zh-hans",
        synthetic=synthetic,
        before=request.COOKIES.get(CODE_COOKIE, ""),
        adds_to=adds_to,
        by=caller_of(request),
        at=at,
    )
    return secret


def to_typing(request: HttpRequest, secret: str) -> HttpResponse:
    """On to the page where the code is typed, which opens on this device alone."""
    reply = redirect("type_code")
    reply.set_cookie(
        CODE_COOKIE,
        secret,
        max_age=int(COOKIE_LIVES.total_seconds()),
        path="/code/",
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",
    )
    return reply


@open_to(anonymous=True)
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def type_code(request: HttpRequest) -> HttpResponse:
    """Type the code that was sent to this device's number."""
    secret, at = request.COOKIES.get(CODE_COOKIE, ""), now()
    if not secret:
        return redirect("ask_code")
    form = CodeForm(request.POST if request.method == "POST" else None)
    over: LinliError | None = None
    try:
        if form.is_bound and form.is_valid():
            return _go_on(request, codes.prove(secret, form.cleaned_data["code"], at=at))
        asked = codes.asked_on(secret)
        codes.check_open(asked, at)
    except CodeWrong as problem:
        form.add_error("code", problem.told())
    except (CodeSpent, CodeOld, CodeTriedOut) as problem:
        over = problem
    if form.is_bound:
        asked = codes.asked_on(secret)  # as it is after this try
    if isinstance(over, CodeSpent) and asked is not None and _waits_for_who(asked, at):
        return redirect("choose_person")
    context = {"form": form, "over": over.told() if over else "", "code": over.code if over else ""}
    context |= {"sent_to": _masked(asked) if asked is not None else "", "asked": asked}
    return render(request, "codes/type.html", context, status=over.status if over else 422 if form.errors else 200)


def _waits_for_who(asked: OneTimeCode, at: object) -> bool:
    return asked.used_at is None and asked.proved_at is not None and asked.expires_at > at  # type: ignore[operator]


def _masked(asked: OneTimeCode) -> str:
    to = secrets.unseal(asked.to)
    return masks.mask_mail(to) if asked.way == OneTimeCode.Way.MAIL else masks.mask_phone(to)


def _go_on(request: HttpRequest, asked: OneTimeCode) -> HttpResponse:
    """From the right code to who one is; or, for an address that was to be added, back to one's phones."""
    if asked.adds_to is None:
        return redirect("choose_person")
    addresses.add(asked, by=caller_of(request), at=now())
    messages.success(request, gettext("The address is yours: codes can be sent there from now on."))
    return redirect("my_devices")


@open_to(anonymous=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_person(request: HttpRequest) -> HttpResponse:
    """Say who one is, among those who may come in under the number; their names are masked."""
    at = now()
    try:
        asked = codes.proved_on(request.COOKIES.get(CODE_COOKIE, ""), at=at)
    except (CodeOld, CodeSpent) as problem:
        if request.method == "POST":
            raise
        messages.warning(request, problem.told())
        return redirect("ask_code")
    if asked.adds_to is not None:
        raise NotFound
    choices = coming.choices_under(asked)
    if request.method == "POST":
        key, _, how = request.POST.get("who", "").partition(":")
        choice = coming.chosen(choices, key, for_another=how == "other")
        if choice is not None:
            session, secret = coming.come_in(
                asked, choice, for_another=how == "other", kind=kind_of(request), by=caller_of(request), at=at
            )
            reply = into_own_pages(request, session, secret)
            reply.delete_cookie(CODE_COOKIE, path="/code/", samesite="Lax")
            return reply
    rows = [{"choice": each, "name": masks.mask_middle(each.name)} for each in choices]
    wrong = request.method == "POST"
    return render(request, "codes/choose.html", {"rows": rows, "wrong": wrong}, status=422 if wrong else 200)


urlpatterns = [
    path("code/", ask_code, name="ask_code"),
    path("code/type/", type_code, name="type_code"),
    path("code/who/", choose_person, name="choose_person"),
]
