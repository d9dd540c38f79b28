"""What a browser may keep of an answer: nothing of one that somebody signed in, or a bound device, was shown.

The next person at the same desk must not find names by the browser's back button or in its cache.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from linli.access.callers import DEVICE_COOKIE, PHONE_COOKIE

OURS = {DEVICE_COOKIE, PHONE_COOKIE}


class PrivateMiddleware:
    """Forbids keeping an answer to a caller. One with an ETag, asked for every second, may be kept and asked again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        spoken_for = speaks_for_somebody(request)
        reply = self.get_response(request)
        # Asked before and after: signing in and signing out are answers to somebody too.
        if spoken_for or speaks_for_somebody(request) or OURS & set(reply.cookies):
            if "ETag" in reply:
                patch_cache_control(reply, private=True, no_cache=True)
            else:
                patch_cache_control(reply, private=True, no_store=True)
        return reply


def speaks_for_somebody(request: HttpRequest) -> bool:
    """Whether a request carries a session, a device's secret or a program's key, be they in force or not."""
    cookies = (settings.SESSION_COOKIE_NAME, *OURS)
    return any(name in request.COOKIES for name in cookies) or "Authorization" in request.headers
