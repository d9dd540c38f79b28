"""Lanes: pages and sign-in may never hold every thread of a process, so that intake always has one.

A request that does not fit is told so at once, with the seconds after which to come again. One page may wait a
moment for its turn, because a browser opens a page and its picture together; more never wait, since a waiting
request holds a thread as well as a working one.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext

RETRY_AFTER_S = 2
SIGN_IN = ("/sign-in/", "/enter/", "/account/")
STATIC = ("/static/", "/favicon.ico")
SAFE = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Lane:
    """How many requests of one kind a process works on at once.

    Attributes:
        at_once: requests being answered.
        waiting: requests that may wait for a turn.
        patience_s: how long one waits, in seconds, before it is turned away.
    """

    at_once: int
    waiting: int
    patience_s: float


class Busy(Exception):
    """This lane is full."""


class Turnstile:
    """Counts one lane's requests in this process."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self._room = threading.Semaphore(lane.at_once)
        self._chairs = threading.Semaphore(lane.waiting)

    def __enter__(self) -> None:
        if self._room.acquire(blocking=False):
            return
        if not self._chairs.acquire(blocking=False):
            raise Busy
        try:
            if not self._room.acquire(timeout=self.lane.patience_s):
                raise Busy
        finally:
            self._chairs.release()

    def __exit__(self, *_: object) -> None:
        self._room.release()


def lane_of(request: HttpRequest) -> str | None:
    """The lane a request belongs to; None for intake and static files, which are never turned away here."""
    path = request.path
    if path.startswith(STATIC):
        return None
    if path.startswith(SIGN_IN):
        return "sign_in"
    return "pages" if request.method in SAFE else None


class LanesMiddleware:
    """Lets a request through its lane's turnstile, or turns it away at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.turnstiles = {name: Turnstile(lane) for name, lane in settings.LANES.items()}  # type: ignore[misc]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        lane = lane_of(request)
        if lane is None:
            return self.get_response(request)
        try:
            with self.turnstiles[lane]:
                reply = self.get_response(request)
        except Busy:
            return turned_away(request)
        if reply.status_code == 503 and "Retry-After" not in reply:  # the hashing pool was full
            reply["Retry-After"] = str(RETRY_AFTER_S)
        return reply


def turned_away(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After: JSON for programs, one plain page for people. Costs no template and no query."""
    with translation.override(translation.get_language_from_request(request)):
        words = gettext("Many people are here at this moment. Please try again in {seconds} seconds.").format(
            seconds=RETRY_AFTER_S
        )
    if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
        body = f'{{"error":{{"code":"busy","message":"{words}","facts":{{"seconds":{RETRY_AFTER_S}}}}}}}'
        reply = HttpResponse(body, content_type="application/json", status=503)
    else:
        page = (
            '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f'<meta http-equiv="refresh" content="{RETRY_AFTER_S}"><title>Linli</title><main><p>{words}</p></main>'
        )
        reply = HttpResponse(page, status=503)
    reply["Retry-After"] = str(RETRY_AFTER_S)
    reply["Cache-Control"] = "no-store"
    return reply
