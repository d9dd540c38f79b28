"""What a script of ours asks and brings, as JSON: one shape of answers, one of failures, and a version in each."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from linli.common.clock import now
from linli.common.errors import Invalid, LinliError
from linli.field.errors import AppOutOfDate
from linli.web.problems import as_json

SPEAKS = 1  # the version of these exchanges

View = Callable[..., HttpResponse]


def told_as_json(view: View) -> View:
    """A failure in the one error shape, whatever the address."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except LinliError as problem:
            return JsonResponse(as_json(problem), status=problem.status)

    return told


def said(request: HttpRequest) -> dict[str, Any]:
    """The body of an exchange of our version.

    Raises:
        Invalid: it is no JSON object. AppOutOfDate: the app and we are of different versions.
    """
    try:
        found = json.loads(request.body)
    except ValueError as error:
        raise Invalid from error
    if not isinstance(found, dict):
        raise Invalid
    check_version(found.get("v"))
    return found


def check_version(found: object) -> None:
    """Raises Invalid where there is none, AppOutOfDate where it is not ours."""
    if found is None:
        raise Invalid
    if str(found) != str(SPEAKS):
        raise AppOutOfDate


def reply(**told: Any) -> HttpResponse:
    """An answer, with our clock in it."""
    compact = {"ensure_ascii": False, "separators": (",", ":")}
    return JsonResponse({"v": SPEAKS, "at": in_ms(now()), **told}, json_dumps_params=compact)


def in_ms(moment: datetime) -> int:
    """A moment as scripts have it."""
    return int(moment.timestamp() * 1000)
