"""One's own keys for programs: see them, make one, withdraw one."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.access import proofs, queries
from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Invalid, Refused

MAY = {"read": gettext_lazy("Read"), "read write": gettext_lazy("Read and write")}
DAYS = {30: gettext_lazy("30 days"), 90: gettext_lazy("90 days"), 180: gettext_lazy("180 days")}


class KeyForm(forms.Form):
    """What a new key is called, what it may do, and how long it lives."""

    label = forms.CharField(
        label=gettext_lazy("Name of the program"), max_length=60, widget=forms.TextInput({"autocomplete": "off"})
    )
    scopes = forms.ChoiceField(
        label=gettext_lazy("What it may do"), choices=list(MAY.items()), initial="read", widget=forms.RadioSelect
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long"), choices=list(DAYS.items()), coerce=int, initial=90, widget=forms.RadioSelect
    )


@open_to(account=True)
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """One's keys that are in force."""
    caller = caller_of(request)
    context: dict[str, Any] = {
        "keys": queries.tokens_of(caller, now()),
        "may_make": proofs.may_make_keys(caller),
    }
    return render(request, "keys/keys.html", context)


@open_to(account=True)
@never_cache
@reauthentication_required(app="allauth.mfa")
@require_http_methods(["GET", "HEAD", "POST"])
def new_key(request: HttpRequest) -> HttpResponse:
    """Make a key, and show it this once. Whoever sits at an open screen is asked for the password first."""
    caller = caller_of(request)
    form = KeyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            key, secret = proofs.issue_token(
                queries.account_visible_to(caller, caller.user or 0),
                label=said["label"],
                scopes=said["scopes"].split(),
                days=said["days"],
                by=caller,
                at=now(),
            )
        except (Invalid, Refused) as problem:
            form.add_error(None, problem.told())
        else:
            return render(request, "keys/made.html", {"key": key, "secret": secret})
    return render(request, "keys/new.html", {"form": form}, status=422 if form.errors else 200)


@open_to(account=True)
@require_POST
def withdraw_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """End one of one's own keys."""
    proofs.withdraw_token(key_id, by=caller_of(request), at=now())
    messages.success(request, gettext("The key opens nothing any more."))
    return redirect("keys")


urlpatterns = [
    path("account/keys/", keys, name="keys"),
    path("account/keys/new/", new_key, name="new_key"),
    path("account/keys/<int:key_id>/away/", withdraw_key, name="withdraw_key"),
]
