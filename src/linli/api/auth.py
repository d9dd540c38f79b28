"""Who calls: a program by `Authorization: Bearer …`; for what is one's own, one's phone by its cookie."""

from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from linli.access.callers import DEVICE_COOKIE, caller_of_device, set_caller
from linli.access.queries import caller_with_token
from linli.common.caller import Caller
from linli.common.clock import now
from linli.web.errors import FormNotOurs

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


class PhoneAuth(APIKeyCookie):
    """Lets a page of ours speak for the phone it is shown on: the phone's person and sign-ups, and no account.

    A browser sends the cookie by itself, so that whoever writes shows the token of our forms too.
    """

    param_name = DEVICE_COOKIE

    def __init__(self) -> None:
        super().__init__(csrf=False)  # asked below, where it has our own error

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:
        """The caller a phone speaks for; None where it has no session in force.

        Raises:
            FormNotOurs: it writes without the token.
        """
        caller = caller_of_device(request, now())
        if caller is None:
            return None
        if request.method not in READING and check_csrf(request) is not None:
            raise FormNotOurs
        set_caller(request, caller)
        return caller


OWN = [TokenAuth(), PhoneAuth()]
"""For what is one's own; a request that shows a key speaks for the key alone."""
