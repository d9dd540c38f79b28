"""How allauth behaves here: no sign-up, no mail, and the second factor comes first."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.urls import reverse

from linli.access.callers import needs_second_factor
from linli.access.models import User
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

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name and the host a passkey is bound to."""
        from allauth.core import context

        return {"id": context.request.get_host().partition(":")[0], "name": "Linli"}
