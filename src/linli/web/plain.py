"""Over plain http off this machine nothing secret passes: no sign-in, no form, no key. Reading stays open."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext

from linli.access.lanes import SAFE, SIGN_IN
from linli.access.origins import over_plain_network
from linli.web.errors import NeedsHttps
from linli.web.problems import problem_page

COMES_IN = (*SIGN_IN, "/code/", "/devices/", "/first/")
HARMLESS = ("set_language",)  # writes a cookie that says nothing of anybody


class NotOverPlainHttpMiddleware:
    """Refuses whatever would show a password, a session, a key or what somebody writes to who listens on the way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """The page of the refusal, before a view reads anything."""
        if not _secret(request) or not over_plain_network(request):
            return None
        url = settings.ENV.url
        todo = gettext("Press the button, which opens the https address.")
        if not url:
            todo = gettext("Sign in at the machine itself, or ask your administrator to set up https for this address.")
        return problem_page(
            request, NeedsHttps(), kept=gettext("Nothing was read or kept."), todo=todo, go_to=url or ""
        )


def _secret(request: HttpRequest) -> bool:
    if request.path.startswith(COMES_IN) or "Authorization" in request.headers:
        return True
    called = request.resolver_match.view_name if request.resolver_match else ""
    return request.method not in SAFE and called not in HARMLESS
