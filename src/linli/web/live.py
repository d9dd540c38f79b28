"""Live figures: counted at most twice a second in a process, shared by all who watch, told only where they changed."""

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags

from linli.access import statements

FRESH_S = 0.5
REST = 10
"""So many times as long as counting took, its result holds."""
OLD_S = 60.0
MOST_KEPT = 500
log = logging.getLogger(__name__)

Figures = TypeVar("Figures")


@dataclass(slots=True)
class _Kept(Generic[Figures]):
    """One answer, when it was counted and how many seconds that took; its lock lets one thread count."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    counted: float = float("-inf")
    took: float = 0.0
    figures: Figures | None = None


_all: "WeakSet[Shared[Any]]" = WeakSet()


class Shared(Generic[Figures]):
    """Answers by key, each counted again after half a second at the earliest.

    What takes long to count is counted less often, so that counting never takes more than a tenth of a thread's time.
    Whoever looks at a picture that has grown older than that gets it as it is, and it is counted anew behind them: only
    the first who looks, and whoever comes when it is more than a minute old, waits.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[Hashable, _Kept[Figures]] = {}
        self._lock = threading.Lock()
        _all.add(self)

    def get(self, key: Hashable, count: Callable[[], Figures]) -> Figures:
        """The answer of a key; `count` may be called later, in another thread, and reads nothing of the request."""
        with self._lock:
            if key not in self._kept and len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            kept = self._kept.setdefault(key, _Kept())
        last = kept.figures
        if last is None or self._clock() - kept.counted >= OLD_S:
            with kept.lock:
                return self._counted(kept, count)
        if self._is_due(kept) and kept.lock.acquire(blocking=False):
            behind(lambda: self._count_behind(kept, count))
        return kept.figures if kept.figures is not None else last

    def _is_due(self, kept: _Kept[Figures]) -> bool:
        return self._clock() - kept.counted >= max(FRESH_S, REST * kept.took)

    def _counted(self, kept: _Kept[Figures], count: Callable[[], Figures]) -> Figures:
        """Counted now, unless somebody has just done it; whoever calls holds the lock."""
        if kept.figures is None or self._is_due(kept):
            began = self._clock()
            # Longer than a page may take: who is stopped while nobody has counted would find it as before next time.
            with statements.here().within(settings.WRITE_WITHIN_MS):  # type: ignore[misc]
                kept.figures = count()
            kept.counted = self._clock()
            kept.took = kept.counted - began
        return kept.figures

    def _count_behind(self, kept: _Kept[Figures], count: Callable[[], Figures]) -> None:
        """Counted for whoever looks next; where that fails the last picture stays, and grows old."""
        try:
            self._counted(kept, count)
        finally:
            kept.lock.release()

    def forget(self) -> None:
        """Count everything anew from here on."""
        with self._lock:
            self._kept.clear()


def forget_all() -> None:
    """Count every figure of this process anew from here on."""
    for each in _all:
        each.forget()


_counter = ThreadPoolExecutor(1, "counts")
"""One thread a process: pictures that are due together are counted one after the other."""


def behind(work: Callable[[], None]) -> None:
    """Do something after this, in the thread that counts, on a connection of its own."""

    def counts() -> None:
        close_old_connections()
        try:
            work()
        except Exception:
            log.exception("Figures could not be counted anew.")
        finally:
            close_old_connections()

    _counter.submit(counts)


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
