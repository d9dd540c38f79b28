"""No file leaves past custody: the innermost middleware lets pages and JSON through, and of files only those that
``custody.export`` made, or whose view says why there is nobody in them."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from linli.custody.export.files import LEAVES

View = TypeVar("View", bound=Callable[..., Any])
NOBODY_IN_IT = "linli_nobody_in_it"
PAGES = ("text/html", "application/json")


class LeavesPastCustody(RuntimeError):
    """A view answered with a file that nobody let leave: a mistake in the view, not in anybody's input."""


def file_of_nobody(why: str) -> Callable[[View], View]:
    """Say of a view that its files hold no person's data, and why. ``tests/web/test_leaving.py`` lists them all."""

    def around(view: View) -> View:
        setattr(view, NOBODY_IN_IT, why)
        return view

    return cast(Callable[[View], View], around)


def is_file(reply: HttpResponseBase) -> bool:
    """Whether an answer is to be kept rather than read: an attachment, a stream, or neither a page nor JSON."""
    if "Content-Disposition" in reply or reply.streaming:
        return True
    kind = reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return isinstance(reply, HttpResponse) and bool(reply.content) and kind not in PAGES


class OneWayOutMiddleware:
    """Breaks an answer that would take a file past custody. It stands innermost, so that it sees what a view made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reply = self.get_response(request)
        if not is_file(reply) or hasattr(reply, LEAVES):
            return reply
        called = request.resolver_match
        if called is not None and hasattr(called.func, NOBODY_IN_IT):
            return reply
        raise LeavesPastCustody(f"{called.view_name if called else request.path} answers with a file: see web.leaving")
