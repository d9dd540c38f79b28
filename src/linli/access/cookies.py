"""Cookies that leave over https may never travel without it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase


class SecureCookiesMiddleware:
    """Marks every cookie of an https answer Secure.

    By request and not by setting: the same installation answers on https to the outside and, on the machine
    itself or in a street office cut off from everything, on plain http.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reply = self.get_response(request)
        if request.is_secure():
            for cookie in reply.cookies.values():
                cookie["secure"] = True
        return reply
