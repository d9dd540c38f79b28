"""Sign-in by token: `Authorization: Bearer …`."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from linli.access.callers import set_caller
from linli.access.queries import caller_with_token
from linli.common.caller import Caller
from linli.common.clock import now

READING = ("GET", "HEAD")


class TokenAuth(HttpBearer):
    """Lets a program speak for the account that made its token."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """The caller a token speaks for.

        Raises:
            BadToken, TokenScope: it is not in force, or may only read.
        """
        scope = "read" if request.method in READING else "write"
        caller = caller_with_token(token, scope=scope, at=now())
        set_caller(request, caller)
        return caller
