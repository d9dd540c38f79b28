"""A failure as a page: a sentence with a code, what was kept, and what to do now. Never a stack trace."""

import json
from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from linli.common.errors import LinliError, NotFound


class ProblemMiddleware:
    """Turns a LinliError that no view had a better answer for into its page (or, for a program, its JSON)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, LinliError):
            return None
        return problem_page(request, exception)


def problem_page(request: HttpRequest, problem: LinliError) -> HttpResponse:
    """The page of one failure, with its code small for the helpline."""
    if request.path.startswith("/api/"):
        return JsonResponse(as_json(problem), status=problem.status)
    template = "errors/404.html" if isinstance(problem, NotFound) else "errors/problem.html"
    return render(request, template, {"sentence": problem.told(), "code": problem.code}, status=problem.status)


def as_json(problem: LinliError) -> dict[str, object]:
    """The one error shape of the API."""
    facts = json.loads(json.dumps(problem.facts, default=_plainly))
    return {"error": {"code": problem.code, "message": problem.told(), "facts": facts}}


def _plainly(value: object) -> str:
    """What JSON has no word for: moments and days as ISO 8601."""
    return value.isoformat() if isinstance(value, date) else str(value)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request itself is broken."""
    return _plain(request, 400, "bad_request")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _plain(request, 403, "refused")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same whether there is nothing or nothing for this caller."""
    return problem_page(request, NotFound())


def broken(request: HttpRequest) -> HttpResponse:
    """500."""
    return _plain(request, 500, "error")


def _plain(request: HttpRequest, status: int, code: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        problem = LinliError()
        return JsonResponse({"error": {"code": code, "message": problem.told(), "facts": {}}}, status=status)
    return render(request, f"errors/{status}.html", {"code": code}, status=status)
