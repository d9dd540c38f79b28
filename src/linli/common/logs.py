"""Logs as JSON lines: one for each request, and no personal data in any.

A path holds ids of persons and tokens, a message of another's code may quote what somebody typed, and an exception
repeats the row that the database refused. So a request is told by the name of its route; a message of code that is not
ours is told unfilled, or only by where it was logged; an exception by its kind and the lines it passed.
"""

import json
import logging
import secrets
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve

REQUEST_ID_HEADER = "X-Request-ID"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Whose filled messages may be told: our own, and the job queue's, whose arguments are ids only (custody.foreign).
TRUSTED = ("linli", "procrastinate")
FRAMES = 12

log = logging.getLogger("linli.requests")
_request_id: ContextVar[str | None] = ContextVar("linli_request_id", default=None)


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON: at, level, logger, request, then its facts or its message."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if (request := _request_id.get()) is not None:
            said["request"] = request
        facts = getattr(record, "facts", None)
        said |= facts if isinstance(facts, dict) else _message(record)
        if record.exc_info and record.exc_info[0] is not None:
            said["error"] = record.exc_info[0].__name__
            said["passed"] = _frames(record.exc_info[2])
        return json.dumps(said, ensure_ascii=False)


def _message(record: logging.LogRecord) -> dict[str, object]:
    if record.name.split(".")[0] in TRUSTED:
        return {"message": record.getMessage()}
    if record.args:
        return {"message": str(record.msg)}
    return {"logged_at": f"{record.module}:{record.lineno}"}


def _frames(trace: TracebackType | None) -> list[str]:
    """The innermost lines that an exception passed: file, line and function, never a value."""
    passed = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}" for frame in passed]


class RequestLogMiddleware:
    """Gives each request an id of its own, tells it to the browser, and logs one line for it. Put it outermost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Ours, whatever the request brings: what came from outside could hold anything.
        number = secrets.token_hex(8)
        token, began = _request_id.set(number), time.perf_counter()
        try:
            reply = self.get_response(request)
            facts = {
                "method": request.method if request.method in METHODS else "OTHER",
                "route": route_of(request),
                "status": reply.status_code,
                "ms": round((time.perf_counter() - began) * 1000, 1),
            }
            log.info("request", extra={"facts": facts})
        finally:
            _request_id.reset(token)
        reply[REQUEST_ID_HEADER] = number
        return reply


def route_of(request: HttpRequest) -> str | None:
    """The name of the address that was asked for, without its arguments; None where it is none of ours."""
    if request.path.startswith("/static/"):
        return "static"
    match = request.resolver_match
    if match is None:  # turned away before it came to a view
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return None
    return match.view_name or None
