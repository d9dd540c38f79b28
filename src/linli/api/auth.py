"""Sign-in by token: `Authorization: Bearer …`."""

from typing import ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja.security import HttpBearer

from linli.access import digests
from linli.access.callers import caller_of_token, set_caller
from linli.access.models import ApiToken
from linli.common.clock import now
from linli.common.errors import Refused


class NoToken(Refused):
    code: ClassVar[str] = "no_token"
    sentence: ClassVar[str] = gettext_noop("This needs a token that is in force.")
    status: ClassVar[int] = 401


class OutOfScope(Refused):
    code: ClassVar[str] = "out_of_scope"
    sentence: ClassVar[str] = gettext_noop("This token may only read.")


class TokenAuth(HttpBearer):
    """Lets a program speak for the account that made its token."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        if not digests.looks_like_secret(token):
            return None
        at = now()
        found = ApiToken.objects.filter(
            digest=digests.digest(token), revoked_at__isnull=True, expires_at__gt=at, user__is_active=True
        ).first()
        if found is None:
            return None
        if request.method not in ("GET", "HEAD") and "write" not in found.scopes:
            raise OutOfScope
        set_caller(request, caller_of_token(found, at))
        return found
