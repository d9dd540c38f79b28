"""Everybody comes in at once: in a process of its own, so that whoever measures is not slowed by it."""

import json
import random
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

import numpy as np

from bench.signin import ways
from bench.signin.browser import GIVES_UP_S, Browser, Unexpected
from bench.signin.city import City, Staff

ARRIVE_WITHIN_S = 50.0  # whoever comes in the last seconds of the minute cannot be through within it
AT_ONCE = 300
LOOK_EVERY_S = 0.2


class Phones:
    """The phones of everybody: what was sent to each, read as it is written."""

    def __init__(self, messages: Path) -> None:
        self._codes: dict[str, str] = {}
        self._came = threading.Condition()
        threading.Thread(target=self._read, args=(messages,), daemon=True).start()

    def code_sent_to(self, phone: str) -> str:
        """The code, once it is there."""
        with self._came:
            if not self._came.wait_for(lambda: phone in self._codes, timeout=GIVES_UP_S):
                raise Unexpected("no code came")
            return self._codes[phone]

    def _read(self, messages: Path) -> None:
        while not messages.exists():
            time.sleep(LOOK_EVERY_S)
        with messages.open(encoding="utf-8") as lines:
            half = ""
            while True:
                half += lines.readline()
                if not half.endswith("\n"):
                    time.sleep(LOOK_EVERY_S)
                    continue
                said = json.loads(half)
                half = ""
                with self._came:
                    self._codes[said["to"]] = "".join(filter(str.isdigit, said["text"]))[:6]
                    self._came.notify_all()


def run(city: City, port: int, messages: Path, seed: int, told: "Queue[Any]") -> None:
    """Say that it is ready, let everybody come, and tell how it went."""
    phones, chance = Phones(messages), random.Random(seed)
    who: list[str | Staff] = [*city.phones, *city.officers]
    chance.shuffle(who)
    due = sorted(chance.uniform(0, ARRIVE_WITHIN_S) for _ in who)
    pool = ThreadPoolExecutor(AT_ONCE)
    told.put("ready")
    began = time.monotonic()
    came: list[tuple[str | Staff, Future[tuple[float, float, int]]]] = []
    for number, (one, after) in enumerate(zip(who, due, strict=True)):
        time.sleep(max(0.0, began + after - time.monotonic()))
        came.append((one, pool.submit(_comes, one, port, ways.address(number), phones, began + after)))
    pool.shutdown()
    told.put(_counted(came, began))


def _comes(one: str | Staff, port: int, address: str, phones: Phones, due: float) -> tuple[float, float, int]:
    """One person comes in. Returns when they were in, how long after they came, and how often they had to wait."""
    browser = Browser(port, address)
    try:
        if isinstance(one, Staff):
            ways.by_password(browser, one)
        else:
            ways.by_code(browser, one, phones.code_sent_to)
        return time.monotonic(), time.monotonic() - due, browser.waits
    finally:
        browser.close()


def _counted(came: list[tuple[str | Staff, Future[tuple[float, float, int]]]], began: float) -> dict[str, Any]:
    ends: list[float] = []
    by_code: list[float] = []
    by_password: list[float] = []
    failed: dict[str, int] = {}
    waits = 0
    for one, each in came:
        try:
            end, took, waited = each.result()
        except (OSError, Unexpected) as problem:
            words = f"{type(problem).__name__}: {problem}"
            failed[words] = failed.get(words, 0) + 1
            continue
        ends.append(end - began)
        waits += waited
        (by_password if isinstance(one, Staff) else by_code).append(took)
    return {
        "last_s": round(max(ends, default=0.0), 1),
        "by_code": len(by_code),
        "by_code_p50_s": _share(by_code, 50),
        "by_code_p99_s": _share(by_code, 99),
        "by_password": len(by_password),
        "by_password_p50_s": _share(by_password, 50),
        "by_password_p99_s": _share(by_password, 99),
        "told_to_come_again": waits,
        "failed": failed,
    }


def _share(seconds: list[float], percent: int) -> float | None:
    return round(float(np.percentile(seconds, percent)), 2) if seconds else None
