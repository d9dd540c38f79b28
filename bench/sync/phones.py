"""Everybody's phones, in a process of their own: the morning's doors, the day's work, and coming back by the clock."""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing.queues import Queue
from typing import Any

import numpy as np

from bench.sync.phone import OVER, NoSignal, Phone, connection

MORNING_AT_ONCE, EVENING_AT_ONCE = 4, 64
AGAIN_S = 15.0  # after which the app asks again by itself (work.ts)
MOST_TRIES = 12
LOST = 0.1  # share of phones whose first reply is lost; half of them before the server has answered, half after
STEPS = ("hello", "outbox", "list", "exchange")
GAVE_UP = "gave up"
CLASH = 0.03  # share of doors that a colleague of another phone records too, otherwise


def run(secrets: list[str], port: int, seed: int, seconds: float, doors: int, told: "Queue[Any]") -> None:
    """Tell how the morning went, then how the evening went and what was sent; or what failed."""
    try:
        chance = random.Random(seed)
        phones = [Phone(number, cookie) for number, cookie in enumerate(secrets)]
        told.put(_morning(phones, port))
        contested = _day(phones, doors, chance)
        evening = Evening(port, contested)
        evening.run(phones, seconds, chance)
        told.put(evening.counted(phones))
    except Exception as problem:
        told.put({"failed": f"{type(problem).__name__}: {problem}"})
        raise


def _morning(phones: list[Phone], port: int) -> dict[str, Any]:
    began = time.monotonic()
    with ThreadPoolExecutor(MORNING_AT_ONCE) as pool:
        sizes = list(pool.map(lambda phone: _gets_doors(phone, port), phones))
    seconds = time.monotonic() - began
    return {
        "phones": len(phones),
        "seconds": round(seconds, 1),
        "phones_a_second": round(len(phones) / seconds, 1),
        "list_kib_p50": round(float(np.median(sizes)) / 1024, 1),
        "doors_p50": int(np.median([len(phone.doors) for phone in phones])),
    }


def _gets_doors(phone: Phone, port: int) -> int:
    for _ in range(MOST_TRIES):
        try:
            return phone.gets_doors(port)
        except NoSignal:
            time.sleep(1.0)
    raise NoSignal("a phone got no doors in the morning")


def _day(phones: list[Phone], doors: int, chance: random.Random) -> set[int]:
    """Each phone records doors of its own, so many; now and then one that a colleague records too. Returns those."""
    taken: dict[int, int] = {}
    shares: list[list[dict[str, Any]]] = []
    for phone in phones:
        mine = [door for door in phone.doors if door["i"] not in taken and door["s"] is not None][:doors]
        taken |= dict.fromkeys((door["i"] for door in mine), phone.number)
        shares.append(mine)
    contested: set[int] = set()
    for phone, mine in zip(phones, shares, strict=True):
        theirs = [door for door in phone.doors if taken.get(door["i"], phone.number) != phone.number]
        clash = chance.choice(theirs) if theirs and chance.random() < CLASH * doors else None
        if clash is not None and clash["i"] in contested:
            clash = None
        if clash is not None:
            contested.add(clash["i"])
        phone.works(mine, clash, chance)
    return contested


class Evening:
    """Each phone comes back at its time, and asks again as the app does until all is answered."""

    def __init__(self, port: int, contested: set[int]) -> None:
        self._port, self._contested = port, contested
        self._turn = threading.Lock()
        self._took: dict[str, list[float]] = {name: [] for name in STEPS}
        self._through: list[float] = []
        self._went_wrong: Counter[str] = Counter()
        self._list_differs = 0
        self._seconds = 0.0

    def run(self, phones: list[Phone], seconds: float, chance: random.Random) -> None:
        """Let all of them come within so many seconds."""
        due = sorted(chance.uniform(0, seconds) for _ in phones)
        coming = phones[:]
        chance.shuffle(coming)
        losing = {phone.number: chance.choice(["before", "after"]) for phone in coming if chance.random() < LOST}
        began = time.monotonic()
        with ThreadPoolExecutor(EVENING_AT_ONCE) as pool:
            for phone, after in zip(coming, due, strict=True):
                time.sleep(max(0.0, began + after - time.monotonic()))
                pool.submit(self._comes, phone, losing.get(phone.number, ""), began + after)
        self._seconds = time.monotonic() - began

    def _comes(self, phone: Phone, lost: str, due: float) -> None:
        for _ in range(MOST_TRIES):
            try:
                self._exchange(phone, lost)
            except NoSignal:
                self._note(lost or "line")
            except Exception as problem:
                self._note(f"{type(problem).__name__}: {problem}")
                break
            else:
                if not set(phone.answers.values()) - set(OVER):
                    with self._turn:
                        self._through.append(time.monotonic() - due)
                        self._list_differs += phone.differs(self._contested)
                    return
                self._note("not answered for good")
            lost = ""
            time.sleep(AGAIN_S)
        self._note(GAVE_UP)

    def _note(self, what: str) -> None:
        with self._turn:
            self._went_wrong[what] += 1

    def _exchange(self, phone: Phone, lost: str) -> None:
        with closing(connection(self._port)) as line:
            steps = [time.perf_counter()]
            for step in (phone.says_hello, lambda line: phone.sends(line, lost=lost), phone.fetches):
                step(line)
                steps.append(time.perf_counter())
        took = [*np.diff(steps), steps[-1] - steps[0]]
        with self._turn:
            for name, seconds in zip(STEPS, took, strict=True):
                self._took[name].append(float(seconds))

    def counted(self, phones: list[Phone]) -> dict[str, Any]:
        """What happened, and under `sent` all that was: (device, lease, author, what was written, the last answer)."""
        sent = [(phone.device, body, phone.answers.get(body["key"], "")) for phone in phones for body, _ in phone.wrote]
        busy = sum(phone.busy for phone in phones)
        lost = {when: self._went_wrong.pop(when, 0) for when in ("before", "after")}
        lines, gave_up = self._went_wrong.pop("line", 0), self._went_wrong.pop(GAVE_UP, 0)
        return {
            "seconds": round(self._seconds, 1),
            "things": len(sent),
            **{f"{name}_ms": _spread(took) for name, took in self._took.items()},
            "from_coming_back_s": _spread(self._through, 1.0),
            "replies_lost": lost,
            "told_to_come_again": busy,
            "broken_lines": lines - busy,
            "went_wrong": dict(self._went_wrong),
            "answers": dict(Counter(answer or "none" for _, _, answer in sent)),
            "gave_up": gave_up,
            "list_differs": self._list_differs,
            "sent": sent,
        }


def _spread(seconds: list[float], unit: float = 1000.0) -> dict[str, float]:
    if not seconds:
        return {}
    p50, p95, p99 = np.percentile(np.array(seconds) * unit, [50, 95, 99])
    return {
        "p50": round(float(p50), 1),
        "p95": round(float(p95), 1),
        "p99": round(float(p99), 1),
        "most": round(max(seconds) * unit, 1),
    }
