"""1,000 people who are signed in on their phones sign up within five seconds; some tap twice. Then rows are counted."""

import multiprocessing
import random
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.queues import Queue
from typing import Any

import numpy as np

from bench.measure import machine_ms
from bench.muster import stage, tell
from bench.signin import ways
from bench.signin.browser import Browser, Unexpected

PEOPLE = 1_000
TWICE_OF = 20  # one of so many taps twice
AT_ONCE = 200
OPENS_AT_ONCE = 8

_WHO = """
SELECT i.person_id, i.name, i.phone, w.outer_id FROM people_identity i
JOIN people_person p ON p.id = i.person_id
JOIN places_within w ON w.inner_id = p.counted_in_id AND w.outer_id = ANY(%(communities)s) AND upper_inf(w.during)
WHERE i.holder = %(register)s AND i.phone IS NOT NULL
  AND NOT EXISTS (SELECT FROM muster_signup s WHERE s.phone_index = i.phone_index)
ORDER BY md5(i.person_id::text) LIMIT %(many)s
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a phone that is signed in: what they type, and the secret of its cookie."""

    name: str
    phone: str
    community: int
    secret: str


def people(built: Any, seed: int, many: int = PEOPLE) -> list[Person]:
    """People of the register who have not signed up, each signed in on a phone of their own."""
    from django.db import connection

    from linli.access.devices import start_device_session
    from linli.access.models import DeviceSession
    from linli.common.clock import now
    from linli.custody import secrets
    from linli.people.models import REGISTER

    with stage("people sign in on their phones") as told, connection.cursor() as cursor:
        cursor.execute(_WHO, {"communities": built.communities, "register": REGISTER, "many": many * 2})
        found: dict[str, Person] = {}
        for person, name, phone, community in cursor.fetchall():
            number = secrets.unseal(bytes(phone))
            if number not in found and len(found) < many:
                _, secret = start_device_session(None, person=person, way=DeviceSession.Way.CODE, at=now())
                found[number] = Person(name, number, community, secret)
        told["people"] = len(found)
    who = list(found.values())
    random.Random(seed).shuffle(who)
    return who


def run(port: int, who: list[Person], seed: int, *, within_s: float, promised_p99_s: float) -> bool:
    """Let them come; whether everybody was answered in time."""
    from linli.access.callers import DEVICE_COOKIE

    machine = [machine_ms()]
    apart = multiprocessing.get_context("spawn")
    told: Any = apart.Queue()
    crowd = apart.Process(target=come, args=(port, who, DEVICE_COOKIE, within_s, seed, told))
    crowd.start()
    taken, all_in_s, waited, failed = told.get(timeout=600)
    crowd.join()
    p50, p99 = np.percentile(taken, [50, 99]) if taken else (0.0, 0.0)
    promised = {"promised_within_s": within_s, "promised_p99_s": promised_p99_s}
    facts = {"sent": len(who), "twice": -(-len(who) // TWICE_OF), "answered": len(taken), "failed": len(failed)}
    times: dict[str, object] = {
        "p50_s": round(float(p50), 2),
        "p99_s": round(float(p99), 2),
        "last_answer_s": round(all_in_s, 2),
    }
    times |= {"own_page_told_to_come_again": waited, "machine_ms": [*machine, machine_ms()]}
    tell("sign-ups at once", **facts, **times, **promised)
    for what in failed[:5]:
        print(what, file=sys.stderr)
    return not failed and p99 < promised_p99_s


def come(port: int, who: list[Person], cookie: str, within_s: float, seed: int, told: "Queue[Any]") -> None:
    """Everybody opens the form, then all send theirs within so many seconds, and see their own page."""
    chance = random.Random(seed)
    with ThreadPoolExecutor(OPENS_AT_ONCE) as pool:
        open_forms = list(pool.map(lambda one: _opened(port, one, cookie), enumerate(who)))
    due = sorted((chance.uniform(0, within_s), number) for number in range(len(who)))
    begins = time.monotonic() + 1.0
    sent: list[Future[tuple[float, float, int]]] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for after, number in due:
            person, browser = open_forms[number]
            time.sleep(max(0.0, begins + after - time.monotonic()))
            sent.append(pool.submit(_sends, person, browser, begins + after))
            if number % TWICE_OF == 0:
                sent.append(pool.submit(_sends, person, browser.twin(port), begins + after))
    taken, failed = [], []
    for answer in sent:
        try:
            taken.append(answer.result())
        except (OSError, Unexpected) as problem:
            failed.append(f"{type(problem).__name__}: {problem}")
    ends = max((end for _, end, _ in taken), default=begins)
    told.put(([took for took, *_ in taken], ends - begins, sum(status == 503 for *_, status in taken), failed))


def _opened(port: int, one: tuple[int, Person], cookie: str) -> tuple[Person, Browser]:
    number, person = one
    browser = Browser(port, ways.address(number), {cookie: person.secret})
    browser.get(f"/sign-up/{person.community}/")
    return person, browser


def _sends(person: Person, browser: Browser, due: float) -> tuple[float, float, int]:
    """One form, and one look at the page it leads to.

    Returns:
        The seconds from when it was due to its answer, when that came, and what the page answered: where all send at
        once, pages wait for what is written, and some are told to come again.
    """
    _, leads_to = browser.submit(name=person.name, phone=person.phone, door="3栋2单元502")
    came = time.monotonic()
    _, status = browser.look(leads_to)
    browser.close()
    return came - due, came, status


def counted(built: Any, who: list[Person]) -> bool:
    """Whether everybody who sent a form signed up exactly once."""
    from django.db.models import Count

    from linli.custody import secrets
    from linli.muster.models import SignUp

    wanted = secrets.index_many([each.phone for each in who])
    rows = SignUp.objects.filter(event=built.event, phone_index__in=wanted).values("phone_index")
    times = {bytes(row["phone_index"]): row["many"] for row in rows.annotate(many=Count("pk"))}
    lost = sum(index not in times for index in wanted)
    doubled = sum(many > 1 for many in times.values())
    tell("sign-ups counted", sent=len(who), rows=sum(times.values()), lost=lost, doubled=doubled, promised=0)
    return not lost and not doubled
