"""Signing in, the one-time link of a demo role, and what protects one's own account.

allauth does the work; only those of its pages are opened that an account without mail and sign-up needs.
"""

from typing import Any

from allauth.account import views as account
from allauth.account.internal.flows.login import perform_password_login, record_authentication
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.models import Login
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django import forms
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from linli.access import proofs, queries
from linli.access.adapter import passkeys_work
from linli.access.callers import DEMO_KEY, caller_of, needs_second_factor
from linli.access.errors import BadAccount, PasswordsDiffer
from linli.access.models import User
from linli.access.origins import ON_THIS_MACHINE, on_loopback
from linli.access.permit import open_to
from linli.common.clock import now
from linli.people.queries import city_is_synthetic
from linli.web.accounts.shapes import grant_rows
from linli.web.in_app import open_elsewhere

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@open_to(anonymous=True)
@never_cache
@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Sign a demo account in by its one-time link, on a synthetic city."""
    user = proofs.redeem_link(token, synthetic=city_is_synthetic(), at=now())
    login(request, user, backend=BACKEND)
    request.session[DEMO_KEY] = user.pk
    return redirect("/")


class PasswordForm(forms.Form):
    """A password, typed twice."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        help_text=gettext_lazy("At least 12 characters. Four unrelated words are easy to remember and hard to guess."),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("The same password again"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both the same."""
        said = super().clean() or self.cleaned_data
        if "password" in said and "again" in said and said["password"] != said["again"]:
            self.add_error("again", PasswordsDiffer().told())
        return said


@open_to(anonymous=True)
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest, token: str) -> HttpResponse:
    """Choose the password of an account by its one-time link, and go on to its second step."""
    account_of_it = proofs.account_of_link(token, at=now())
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            user = proofs.choose_password(token, form.cleaned_data["password"], at=now())
        except BadAccount as problem:
            form.add_error("password", str(problem.facts["what"]))
        else:
            return sign_in_with_password(request, user)
    context = {"form": form, "account": account_of_it}
    return render(request, "access/choose_password.html", context, status=422 if form.errors else 200)


def sign_in_with_password(request: HttpRequest, user: User) -> HttpResponse:
    """Sign in whoever has just chosen their password; goes on to the second step."""
    logout(request)
    reply: HttpResponse = perform_password_login(request, {"username": user.username}, Login(user=user))
    if request.user.is_authenticated:
        reauthenticate_by_password(request)  # the next page changes how the account is protected
    return reply


class Index(factors.IndexView):
    """How one's account is protected, and what it may do."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        caller, at = caller_of(self.request), now()
        held = queries.grants_seen(caller, [self.request.user.pk], at).exclude(until__lte=at)
        roles = grant_rows(caller, held, at)
        return super().get_context_data(**kwargs) | {
            "roles": roles,
            "second_step_missing": needs_second_factor(self.request),
            "passkeys_work": passkeys_work(self.request),
        }


class SecondStep(factors.AuthenticateView):
    """The second step of signing in; a passkey is offered where the browser can use one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"passkeys_work": passkeys_work(self.request)}


class AgainPasskey(passkeys.ReauthenticateWebAuthnView):
    """Showing one's passkey once more."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"passkeys_work": passkeys_work(self.request)}


class ActivateTotp(totp.ActivateTOTPView):
    """Setting the app up shows its code, which is the second factor of this session from then on."""

    def form_valid(self, form: Any) -> HttpResponse:
        reply = super().form_valid(form)
        record_authentication(self.request, self.request.user, method="mfa", type="totp")
        return reply


class AddPasskey(passkeys.AddWebAuthnView):
    """A passkey that was just made has just been shown. Where none can be made, the page says where."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if passkeys_work(request):
            return super().get(request, *args, **kwargs)
        there = f"http://{ON_THIS_MACHINE}:{request.get_port()}{request.path}"
        on_this_machine = on_loopback(request) and not settings.CSRF_TRUSTED_ORIGINS
        return render(
            request,
            "mfa/webauthn/not_here.html",
            {"there": there if on_this_machine else "", **open_elsewhere(request, request.path)},
        )

    def form_valid(self, form: Any) -> HttpResponse:
        reply = super().form_valid(form)
        record_authentication(self.request, self.request.user, method="mfa", type="webauthn")
        return reply


anyone = open_to(anonymous=True)
own = open_to(account=True)

urlpatterns = [
    path("sign-in/", anyone(account.login), name="account_login"),
    path("sign-in/second-step/", anyone(SecondStep.as_view()), name="mfa_authenticate"),
    path("sign-in/closed/", anyone(account.account_inactive), name="account_inactive"),
    path("sign-out/", anyone(account.logout), name="account_logout"),
    path("sign-in/first/<str:token>/", choose_password, name="choose_password"),
    path("enter/<str:token>/", enter, name="enter"),
    path("account/", own(Index.as_view()), name="mfa_index"),
    path("account/password/", own(account.password_change), name="account_change_password"),
    path("account/again/", own(account.reauthenticate), name="account_reauthenticate"),
    path("account/again/code/", own(factors.reauthenticate), name="mfa_reauthenticate"),
    path("account/again/passkey/", own(AgainPasskey.as_view()), name="mfa_reauthenticate_webauthn"),
    path("account/app/", own(ActivateTotp.as_view()), name="mfa_activate_totp"),
    path("account/app/away/", own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/codes/", own(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("account/codes/new/", own(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("account/passkeys/", own(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path("account/passkeys/add/", own(AddPasskey.as_view()), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/away/", own(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
]
