"""How allauth behaves here: no sign-up, no mail, and the second factor comes first."""

from io import BytesIO

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from linli.access.callers import needs_second_factor
from linli.access.models import User
from linli.access.origins import ON_THIS_MACHINE, app_of, host_of
from linli.custody import secrets


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator and have no address to write to."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where to go after signing in: to the second factor while it is missing, else where one wanted to."""
        if needs_second_factor(request):
            return reverse("mfa_index")
        return super().get_login_redirect_url(request)

    def send_notification_mail(self, *args: object, **kwargs: object) -> None:
        """There is no address."""

    def send_mail(self, *args: object, **kwargs: object) -> None:
        """There is no address."""


class FactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors lie sealed in the database; names shown by authenticators come from the account."""

    def encrypt(self, text: str) -> str:
        return secrets.seal(text).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.unseal(bytes.fromhex(encrypted_text))

    def get_totp_label(self, user: User) -> str:
        return user.username

    def build_totp_svg(self, url: str) -> str:
        """The picture that an app scans, on white: apps do not read it black on a dark page."""
        drawn = BytesIO()
        segno.make(url, error="m", micro=False).save(drawn, kind="svg", scale=4, border=4, light="#fff", xmldecl=False)
        return drawn.getvalue().decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name and the host a passkey is bound to."""
        from allauth.core import context

        return {"id": host_of(context.request), "name": "Linli"}


def passkeys_work(request: HttpRequest) -> bool:
    """Whether a browser offers passkeys at the address it is at.

    They are bound to a name, never to a bare number such as 127.0.0.1, and need https except on `localhost`. Where
    the installation answers to names of its own (LINLI_URL, LINLI_HOSTS), only https is accepted. Inside WeChat, Alipay
    and QQ there are none.
    """
    host = host_of(request)
    if app_of(request) or host.startswith("[") or host.replace(".", "").isdigit():
        return False
    return request.is_secure() or (not settings.CSRF_TRUSTED_ORIGINS and host == ON_THIS_MACHINE)
