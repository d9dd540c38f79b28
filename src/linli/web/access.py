"""Signing in, the one-time link of a demo role, and what protects one's own account.

allauth does the work; only those of its pages are opened that an account without mail and sign-up needs.
"""

from typing import Any

from allauth.account import views as account
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.access import proofs
from linli.access.callers import DEMO_KEY
from linli.access.permit import open_to
from linli.common.clock import now
from linli.people.queries import city_is_synthetic

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


class ActivateTotp(totp.ActivateTOTPView):
    """Setting the app up shows its code, which is the second factor of this session from then on."""

    def form_valid(self, form: Any) -> HttpResponse:
        reply = super().form_valid(form)
        record_authentication(self.request, self.request.user, method="mfa", type="totp")
        return reply


class AddPasskey(passkeys.AddWebAuthnView):
    """A passkey that was just made has just been shown."""

    def form_valid(self, form: Any) -> HttpResponse:
        reply = super().form_valid(form)
        record_authentication(self.request, self.request.user, method="mfa", type="webauthn")
        return reply


anyone = open_to(anonymous=True)
own = open_to(account=True)

urlpatterns = [
    path("sign-in/", anyone(account.login), name="account_login"),
    path("sign-in/second-step/", anyone(factors.authenticate), name="mfa_authenticate"),
    path("sign-in/closed/", anyone(account.account_inactive), name="account_inactive"),
    path("sign-out/", anyone(account.logout), name="account_logout"),
    path("enter/<str:token>/", enter, name="enter"),
    path("account/", own(factors.index), name="mfa_index"),
    path("account/password/", own(account.password_change), name="account_change_password"),
    path("account/again/", own(account.reauthenticate), name="account_reauthenticate"),
    path("account/again/code/", own(factors.reauthenticate), name="mfa_reauthenticate"),
    path("account/again/passkey/", own(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("account/app/", own(ActivateTotp.as_view()), name="mfa_activate_totp"),
    path("account/app/away/", own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/codes/", own(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("account/codes/new/", own(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("account/passkeys/", own(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path("account/passkeys/add/", own(AddPasskey.as_view()), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/away/", own(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
]
