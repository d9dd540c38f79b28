"""Telling a whole city: `python -m bench notices --people 139300`. One JSON line a stage.

Everybody is told in one call; then as a publication does it, community by community, each in a transaction; then the
same with a gateway set, so that a short message for each waits beside it (none is sent). What telling adds to a
publication's transactions is told apart: all but their commits. At the end one person opens theirs.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.installed import installation

PROMISED_S = 30.0
A_COMMUNITY, A_GRID = 46, 15  # people: 139,300 in 3,047 communities of three grids


def main(folder: Path, people: int) -> int:
    """Measure; 0 when everybody was told once and in the promised time, else 1."""
    with installation(folder, "notices"):
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        try:
            return 0 if _run(people) else 1
        finally:
            connections.close_all()


def _run(people: int) -> bool:
    from dataclasses import replace

    from django.conf import settings

    from linli.notices.models import Sending, Told

    event, grids, persons = _city(people)
    settings.ENV = replace(settings.ENV, sms=None)
    with _stage("one call", people) as spent:
        told = _tell(event, grids[0], persons, "one")
    good = told == people and spent[-1] <= PROMISED_S
    with _stage("the same call again", people):
        good = good and _tell(event, grids[0], persons, "one") == 0
    with _stage("community by community", people) as added:
        added.append(_publish(event, grids, persons, "plain"))
    settings.ENV = replace(settings.ENV, sms="https://sms.example.org/send", sms_key="x" * 32)
    with _stage("community by community, with short messages", people) as added:
        added.append(_publish(event, grids, persons, "sms"))
    good = good and Told.objects.count() == 3 * people and Sending.objects.count() == people
    _open(persons[len(persons) // 2])
    return good


def _city(people: int) -> tuple[Any, list[int], list[int]]:
    """An event, grids, and so many people with a number each, who are nobody."""
    from django.db import connection

    from linli.common.caller import NOBODY
    from linli.common.clock import now
    from linli.events.models import Event, EventArea
    from linli.people.models import SERVICE, City
    from linli.places import actions as places
    from linli.places.models import Level

    at = now()
    City.objects.create(id=1, name="测试", synthetic=True, loaded_at=at)
    top = places.add_area(level=Level.COMMUNITY, name="测试社区", parent=None, by=NOBODY, at=at)
    grids = [
        places.add_area(level=Level.GRID, name=f"第{n}网格", parent=top, by=NOBODY, at=at).pk
        for n in range(1, -(-A_COMMUNITY // A_GRID) + 1)
    ]
    event = Event.objects.create(name="演练", pack="epidemic", pack_version="1", started_at=at, exercise=True)
    EventArea.objects.create(event=event, area=top)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO people_person (id) SELECT generate_series(1, %s) RETURNING id", [people])
        persons = [person for (person,) in cursor.fetchall()]
        cursor.execute(
            "INSERT INTO people_identity"
            " (person_id, holder, name, name_key, sex, needs, phone, phone_index, phone_tail)"
            " SELECT id, %s, '测试', '', '', 0, '\\x00', '\\x00', '\\x00' FROM people_person",
            [SERVICE],
        )
        cursor.execute("ANALYZE people_person, people_identity")
    return event, grids, persons


def _tell(event: Any, grid: int, persons: list[int], key: str) -> int:
    from linli.common.caller import NOBODY
    from linli.common.clock import now
    from linli.notices import actions

    return actions.tell(event, [_news(grid, persons, key)], by=NOBODY, at=now())


def _news(grid: int, persons: list[int], key: str) -> Any:
    from linli.common.clock import now
    from linli.notices.actions import News

    facts: dict[str, Any] = {"grid": grid, "since": now(), "until": None, "desk": grid}
    return News(code="placed", about=f"grid:{grid}", key=key, whom=persons, facts=facts)


def _publish(event: Any, grids: list[int], persons: list[int], key: str) -> float:
    """As a publication tells: each community in a transaction of its own, a notice for each grid.

    Returns the seconds within the transactions, checks at their ends included, commits left out.
    """
    from django.db import connection, transaction

    from linli.common.caller import NOBODY
    from linli.common.clock import now
    from linli.notices import actions

    inside = 0.0
    for community in range(0, len(persons), A_COMMUNITY):
        here = persons[community : community + A_COMMUNITY]
        parts = [here[first : first + A_GRID] for first in range(0, len(here), A_GRID)]
        news = [
            _news(grid, part, f"{key}:{community}:{grid}") for grid, part in zip(grids, parts, strict=False) if part
        ]
        with transaction.atomic():
            began = time.perf_counter()
            actions.tell(event, news, by=NOBODY, at=now())
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            inside += time.perf_counter() - began
    return inside


def _open(person: int) -> None:
    """One reader's page, as the page reads it: the rows, the words, and that they were read."""
    from linli.common.caller import Caller
    from linli.common.clock import now
    from linli.common.ids import uuid7
    from linli.notices import actions, queries
    from linli.notices.telling import in_words

    me = Caller(person=person, device=uuid7())
    with _stage("one person opens theirs", 1):
        rows = list(queries.own(me)[:20])
        in_words([row.notice for row in rows], "zh-hans")
        actions.read([row.pk for row in rows], language="zh-hans", by=me, at=now())


@contextmanager
def _stage(what: str, people: int) -> Iterator[list[float]]:
    """Print what a stage took; the list holds it afterwards, in seconds, behind what the stage itself put there."""
    spent: list[float] = []
    began, worked = time.perf_counter(), time.process_time()
    yield spent
    line: dict[str, object] = {"stage": what, "people": people}
    line |= {"within_transactions_s": round(spent[0], 3)} if spent else {}
    spent.append(time.perf_counter() - began)
    cpu = time.process_time() - worked
    print(json.dumps(line | {"s": round(spent[-1], 3), "python_s": round(cpu, 3)}), flush=True)
