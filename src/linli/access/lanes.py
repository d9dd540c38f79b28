"""Lanes: pages and sign-in may never hold every thread of a process, so that intake always has one.

A browser opens a page, its picture and its figures together, on six connections at most: so many fit into a process,
two at work and four waiting for their turn. What does not fit is told so at once, with the seconds after which to come
again. A waiting request holds a thread as well as a working one; ``ops.web`` has threads for all of them and more.

What is written goes first: while a write is under way in this process, whatever has a lane waits for it at its door
and before each of its statements, a moment in all, because both would take turns on one interpreter and the write would
take several times as long.

A statement may take two seconds for a page and five for a write: a lane that is held gets free again after that.
"""

import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import translation
from psycopg.errors import QueryCanceled

from linli.access import statements
from linli.access.errors import LaneFull

RETRY_AFTER_S = 2
LETS_FIRST_S = 0.1  # some writes long; a page that waited so goes on beside them
SIGN_IN = ("/sign-in/", "/enter/", "/account/")
CODES = ("/code/",)
FORMS = ("/sign-up/", "/claim/", "/devices/", "/d/")
STATIC = ("/static/", "/favicon.ico", "/healthz", "/readyz")  # whoever watches is answered without a database too
SAFE = ("GET", "HEAD")
LANG = {"zh-hans": "zh-Hans"}  # what HTML calls a language that Django spells otherwise


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


class Writes:
    """Counts the writes under way in this process."""

    def __init__(self, most_s: float) -> None:
        self._most_s = most_s
        self._under_way = self._waiting = 0
        self._changed = threading.Condition()

    def __enter__(self) -> None:
        with self._changed:
            self._under_way += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._under_way -= 1
            if not self._under_way:
                self._changed.notify_all()

    def patience(self) -> Callable[[], None]:
        """What one request calls before each step: it waits until none is under way, a moment in all and no longer,
        because writes may come without end."""
        left = self._most_s

        def let_first() -> None:
            nonlocal left
            if not self._under_way or left <= 0:
                return
            began = time.monotonic()
            with self._changed:
                self._waiting += 1
                self._changed.wait_for(lambda: not self._under_way, timeout=left)
                self._waiting -= 1
            left -= time.monotonic() - began

        return let_first

    def waited_for(self) -> bool:
        """Whether somebody waits for them."""
        with self._changed:
            return self._waiting > 0


def lane_of(request: HttpRequest) -> str | None:
    """The lane a request belongs to; None for writes and static files, which are never turned away here."""
    path = request.path
    if path.startswith(STATIC):
        return None
    if path.startswith(SIGN_IN):
        return "sign_in"
    if path.startswith(CODES):
        return "codes"
    if request.method not in SAFE:
        return None
    return "forms" if path.startswith(FORMS) else "pages"


class LanesMiddleware:
    """Lets a request through its lane's turnstile, or turns it away at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.turnstiles = {name: Turnstile(lane) for name, lane in settings.LANES.items()}  # type: ignore[misc]
        self.writes = Writes(LETS_FIRST_S)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        lane = lane_of(request)
        try:
            if lane is None:
                with self.writes if request.method not in SAFE else nullcontext():
                    reply = self.get_response(request)
            else:
                with self.turnstiles[lane], statements.here().letting_first(let_first := self.writes.patience()):
                    let_first()
                    reply = self.get_response(request)
        except Busy:
            return turned_away(request)
        if reply.status_code == 503 and "Retry-After" not in reply:  # the hashing pool was full
            reply["Retry-After"] = str(RETRY_AFTER_S)
        return reply


class InTimeMiddleware:
    """Lets no statement of a request take longer than its kind may; one that is stopped changed nothing.

    Asked inside the lane, so that whoever is turned away there never costs a connection.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(STATIC):
            return self.get_response(request)
        statements.spare_the_check()
        most_ms = getattr(settings, "READ_WITHIN_MS" if request.method in SAFE else "WRITE_WITHIN_MS")
        with statements.here().within(most_ms):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A statement that was stopped for its time: the same may be asked again."""
        stopped = isinstance(exception, OperationalError) and isinstance(exception.__cause__, QueryCanceled)
        return turned_away(request) if stopped else None


def turned_away(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After: JSON for programs, one plain page for people. Costs no template and no query."""
    language = translation.get_language_from_request(request)
    with translation.override(language):
        words = LaneFull(seconds=RETRY_AFTER_S).told()
    if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
        error = {"code": LaneFull.code, "message": words, "facts": {"seconds": RETRY_AFTER_S}}
        reply: HttpResponse = JsonResponse({"error": error}, status=LaneFull.status)
    else:
        page = (
            f'<!doctype html><html lang="{LANG.get(language, language)}"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
            f'<meta http-equiv="refresh" content="{RETRY_AFTER_S}"><title>{words} · Linli</title>'
            f"<main><h1>{words}</h1></main>"
            '<p><a href="tel:120">120</a> <a href="tel:119">119</a> <a href="tel:110">110</a>'
        )
        reply = HttpResponse(page, status=LaneFull.status)
    reply["Retry-After"] = str(RETRY_AFTER_S)
    reply["Cache-Control"] = "no-store"
    return reply
