"""Every page that a city or a district command may open, opened by 20 people at once through the real server.

Each opens one page after the other, in an order of its own, and reads it for half a second to one and a half. Which
pages there are is asked of the addresses themselves, so that a new page is measured from its first day.
"""

import multiprocessing
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.queues import Queue
from typing import Any

import numpy as np

from bench.measure import machine_ms
from bench.muster import tell
from bench.signin import ways
from bench.signin.browser import Browser
from bench.signin.city import Staff

READS_S = (0.5, 1.5)
ROLES = ("city", "district")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who opens pages: their account, their role, and the pages by name."""

    staff: Staff
    role: str
    pages: list[tuple[str, str]]


def visitors_of(built: Any, users: int) -> list[Visitor]:
    """Half of them at the city, half at its districts, each with an account of their own."""
    from bench.signin.city import staff_member
    from linli.common.ids import uuid7

    found = []
    for number in range(users):
        role = ROLES[number % 2]
        area = built.top if role == "city" else built.districts[number // 2 % len(built.districts)]
        if role == "district" and built.districts == [built.top]:
            role = "city"
        made = staff_member(f"bench-{role}-{uuid7()}", area, role="city" if area == built.top else _command_of(area))
        found.append(Visitor(made, role, _pages_of(built, area, "city" if area == built.top else _command_of(area))))
    return found


def _command_of(area: int) -> str:
    from linli.places.models import Area, Level

    return "district" if Area.objects.get(pk=area).level == Level.DISTRICT else "street"


def _pages_of(built: Any, area: int, role: str) -> list[tuple[str, str]]:
    """Name and path of every page whose rule lets the role in and whose arguments are known here."""
    from django.urls import get_resolver, reverse

    from linli.access.permit import rule_of

    known = _known(built, area)
    found = []
    for pattern in _addresses(get_resolver().url_patterns):
        name, takes, rule = pattern.name, set(pattern.pattern.converters), rule_of(pattern.callback)
        if name and rule is not None and role in rule.roles and takes <= set(known):
            found.append((name, reverse(name, kwargs={each: known[each] for each in takes})))
    return found


def _addresses(patterns: Any) -> Iterator[Any]:
    """All addresses of pages, those of included lists too; the API's have a space of names of their own."""
    for each in patterns:
        if not hasattr(each, "url_patterns"):
            yield each
        elif not each.namespace:
            yield from _addresses(each.url_patterns)


def _known(built: Any, area: int) -> dict[str, int]:
    """An argument for each kind of address, out of what the area has; what it has none of is left out."""
    from linli.common.clock import now
    from linli.muster.models import Reinforcement, Team, UnitPlan
    from linli.places import queries as places

    inside = places.within([area], now())
    rows: dict[str, Any] = {
        "reinforcement_id": Reinforcement.objects.filter(area__in=inside).order_by("-pk"),
        "team_id": Team.objects.filter(community__in=inside).order_by("pk"),
        "unit_plan_id": UnitPlan.objects.filter(area__in=inside).order_by("-pk"),
    }
    found = {name: first.pk for name, each in rows.items() if (first := each.first()) is not None}
    found |= {"area_id": area, "event_id": built.event}
    return found | ({"allocation_id": built.run} if area == built.top else {})


def run(port: int, visitors: list[Visitor], seconds: float, seed: int, *, promised_ms: float) -> bool:
    """Let them open pages for so long; whether every page kept the promise."""
    apart = multiprocessing.get_context("spawn")
    told: Any = apart.Queue()
    machine = [machine_ms()]
    crowd = apart.Process(target=come, args=(port, visitors, seconds, seed, told))
    crowd.start()
    looked, left_out = told.get(timeout=seconds + 300)
    crowd.join()
    for name, why in sorted(left_out.items()):
        tell("page left out", page=name, answered=why)
    machine.append(machine_ms())
    return _judged(looked, len(visitors), promised_ms, machine)


def _judged(looked: list[tuple[str, float, int]], users: int, promised_ms: float, machine: list[int]) -> bool:
    """One line a page, the slowest first, then one over all of them."""
    by_page: dict[str, list[float]] = defaultdict(list)
    for page, took, status in looked:
        if status == 200:
            by_page[page].append(1000 * took)
    spread = {page: np.percentile(each, [50, 95]) for page, each in by_page.items()}
    slow = [page for page, (_, p95) in spread.items() if p95 >= promised_ms]
    for page in sorted(spread, key=lambda page: -spread[page][1]):
        p50, p95 = spread[page]
        tell("page", page=page, asked=len(by_page[page]), p50_ms=round(p50), p95_ms=round(p95), promised_ms=promised_ms)
    all_of_them = [each for took in by_page.values() for each in took]
    p50, p95 = np.percentile(all_of_them, [50, 95]) if all_of_them else (0.0, 0.0)
    tell(
        "pages",
        users=users,
        pages=len(by_page),
        answers=len(all_of_them),
        told_to_come_again=sum(status == 503 for *_, status in looked),
        answered_otherwise=sum(status not in (200, 503) for *_, status in looked),
        p50_ms=round(p50),
        p95_ms=round(p95),
        promised_ms=promised_ms,
        slower=slow,
        asked_least=min(map(len, by_page.values()), default=0),
        machine_ms=machine,
    )
    return not slow and bool(all_of_them)


def come(port: int, visitors: list[Visitor], seconds: float, seed: int, told: "Queue[Any]") -> None:
    """Sign everybody in, open each page once a role, then all at once for so long; tells what each answer took."""
    signed_in = []
    for number, visitor in enumerate(visitors):
        browser = Browser(port, ways.address(number))
        ways.by_password(browser, visitor.staff)
        signed_in.append(browser)
    answered: dict[str, int] = {}  # by role and page, as the first of them found it
    opens: dict[int, list[tuple[str, str]]] = {}
    for number, (visitor, browser) in enumerate(zip(visitors, signed_in, strict=True)):
        named = [(f"{visitor.role}: {name}", path) for name, path in visitor.pages]
        for page, path in named:
            if page not in answered:
                _, answered[page] = browser.look(path)
        opens[number] = [(page, path) for page, path in named if answered[page] in (200, 503)]
    # It only writes, leads on, or there is nothing of it here.
    left_out = {page: status for page, status in answered.items() if status not in (200, 503)}
    looked: list[tuple[str, float, int]] = []
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_reads, args=(browser, opens[number], random.Random(f"{seed}-{number}"), until, looked))
        for number, browser in enumerate(signed_in)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put((looked, left_out))


def _reads(
    browser: Browser,
    pages: list[tuple[str, str]],
    chance: random.Random,
    until: float,
    looked: list[tuple[str, float, int]],
) -> None:
    """One person, until the time is over; who is told to come again opens another page."""
    for name, path in _in_turn(pages, chance):
        if time.monotonic() >= until:
            break
        time.sleep(chance.uniform(*READS_S))
        took, status = browser.look(path)
        looked.append((name, took, status))
    browser.close()


def _in_turn(pages: list[tuple[str, str]], chance: random.Random) -> Iterator[tuple[str, str]]:
    """All pages again and again, each time in another order."""
    while pages:
        yield from chance.sample(pages, len(pages))
