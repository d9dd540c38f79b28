"""A failure as a page: a sentence with a code, what was kept, and what to do now. Never a stack trace."""

import json
from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext

from linli.common.errors import LinliError, NotFound, Refused
from linli.web.errors import BadRequest, Broken, FormNotOurs, TooMany, WrongMethod

API = "/api/"


class ProblemMiddleware:
    """Turns a LinliError that no view had a better answer for into its page (or, for a program, its JSON)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reply = self.get_response(request)
        if reply.status_code == WrongMethod.status and request.path.startswith(API):
            told = problem_page(request, WrongMethod(allowed=reply["Allow"]))
            told["Allow"] = reply["Allow"]
            return told
        return reply

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, LinliError):
            return None
        return problem_page(request, exception)


def problem_page(request: HttpRequest, problem: LinliError, **words: str) -> HttpResponse:
    """The page of one failure, with its code small for the helpline. `words`: kept, todo and go_to of its template."""
    if request.path.startswith(API):
        return JsonResponse(as_json(problem), status=problem.status)
    template = "errors/404.html" if isinstance(problem, NotFound) else "errors/problem.html"
    context = {"sentence": problem.told(), "code": problem.code, **words}
    return render(request, template, context, status=problem.status)


def as_json(problem: LinliError) -> dict[str, object]:
    """The one error shape of the API."""
    facts = json.loads(json.dumps(problem.facts, default=_plainly))
    return {"error": {"code": problem.code, "message": problem.told(), "facts": facts}}


def _plainly(value: object) -> str:
    """What JSON has no word for: moments and days as ISO 8601."""
    return value.isoformat() if isinstance(value, date) else str(value)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request itself is broken."""
    return _plain(request, BadRequest())


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _plain(request, Refused())


def form_not_ours(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without the token of this browser's session; nothing of it was read."""
    return _plain(
        request,
        FormNotOurs(),
        kept=gettext("Nothing was changed. What you typed is usually still there when you go back one page."),
        todo=gettext(
            "Go back, load that page again, and send it once more. If this happens again, allow cookies for this "
            "address in your browser's settings."
        ),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same whether there is nothing or nothing for this caller."""
    return problem_page(request, NotFound())


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: allauth counts the tries of signing in."""
    return _plain(request, TooMany())


def broken(request: HttpRequest) -> HttpResponse:
    """500."""
    return _plain(request, Broken())


def _plain(request: HttpRequest, problem: LinliError, **words: str) -> HttpResponse:
    """A failure before or outside any view, with the words of its own template."""
    if request.path.startswith(API):
        return problem_page(request, problem)
    context = {"sentence": problem.told(), "code": problem.code, **words}
    return render(request, f"errors/{problem.status}.html", context, status=problem.status)
