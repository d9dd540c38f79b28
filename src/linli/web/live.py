"""Live figures: counted at most twice a second in a process, shared by all who watch, told only where they changed."""

import hashlib
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags

FRESH_S = 0.5
REST = 10
"""So many times as long as counting took, its result holds."""
OLD_S = 60.0
MOST_KEPT = 500

Figures = TypeVar("Figures")


@dataclass(slots=True)
class _Kept(Generic[Figures]):
    """One answer, when it was counted and how many seconds that took; its lock lets one thread count."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    counted: float = float("-inf")
    took: float = 0.0
    figures: Figures | None = None


class Shared(Generic[Figures]):
    """Answers by key, each counted again after half a second at the earliest.

    What takes long to count is counted less often, so that counting never takes more than a tenth of a thread's time;
    and while one thread counts, all others have the last picture, unless that is older than a minute.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[Hashable, _Kept[Figures]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, count: Callable[[], Figures]) -> Figures:
        """The answer of a key, counted now unless somebody has just done it or is doing it."""
        with self._lock:
            if key not in self._kept and len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            kept = self._kept.setdefault(key, _Kept())
        last, age = kept.figures, self._clock() - kept.counted
        if last is not None and age < max(FRESH_S, REST * kept.took):
            return last
        if not kept.lock.acquire(blocking=last is None or age >= OLD_S):
            assert last is not None
            return last
        try:
            if kept.figures is None or self._clock() - kept.counted >= max(FRESH_S, REST * kept.took):
                began = self._clock()
                kept.figures = count()
                kept.counted = self._clock()
                kept.took = kept.counted - began
            return kept.figures
        finally:
            kept.lock.release()

    def forget(self) -> None:
        """Count everything anew from here on."""
        with self._lock:
            self._kept.clear()


def digest(body: bytes) -> str:
    """What an ETag is made of: the answer's bytes, so that nothing that changed can be missed."""
    return hashlib.sha256(body).hexdigest()[:32]


def answer(request: HttpRequest, body: str, content_type: str = "text/html; charset=utf-8") -> HttpResponse:
    """The answer under its digest as ETag: 304 where the browser has these bytes already."""
    data = body.encode()
    etag = f'"{digest(data)}"'
    known = parse_etags(request.headers.get("If-None-Match", ""))
    response: HttpResponse = (
        HttpResponseNotModified()
        if etag in known or f"W/{etag}" in known
        else HttpResponse(data, content_type=content_type)
    )
    response.headers["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response
