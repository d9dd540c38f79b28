"""Two liaisons name one person at once; two desks publish at once. Each with the guard taken away."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, connections

from linli.common.clock import now
from linli.common.errors import LinliError
from linli.muster.models import Call, Deployed
from linli.muster.units import answering, counting, listing, publishing
from tests.muster.units.world import UnitsWorld, people, planned, units_world, wants

pytestmark = pytest.mark.django_db(transaction=True)
GUARD = "deployed_by_one_unit_at_a_time"
GUARDED, UNGUARDED = 1, 60


def at_once(*acts: Callable[[], Any]) -> None:
    """Begin all of them together, each in a thread of its own."""

    def run(act: Callable[[], Any]) -> None:
        try:
            with suppress(LinliError):
                act()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def two_calls(made: UnitsWorld) -> list[Call]:
    """One call to each unit."""
    request = wants(made, heads=10)
    publishing.publish(planned(made), by=made.command, at=now())
    return list(Call.objects.filter(reinforcement=request).order_by("organisation"))


def meeting(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, patience: float) -> None:
    """Let both threads come out of a look together, so that each decides by what it saw before the other wrote.

    Where a guard keeps the second from looking, the first goes on after `patience` seconds.
    """
    met, real = threading.Barrier(2), getattr(where, name)

    def look(*args: Any, **more: Any) -> Any:
        seen = real(*args, **more)
        with suppress(threading.BrokenBarrierError):
            met.wait(timeout=patience)
        return seen

    monkeypatch.setattr(where, name, look)


def named_by_both(made: UnitsWorld, monkeypatch: pytest.MonkeyPatch, patience: float) -> int:
    """How often somebody known is named after both units named them at once."""
    calls = two_calls(made)
    listing.name_people(calls[0], people(1), by=made.liaisons[0], at=now())
    listing.take_off(Deployed.objects.select_related("call").get(), by=made.liaisons[0], at=now())
    meeting(monkeypatch, listing, "_busy", patience)
    at_once(
        *(
            lambda call=call, by=by: listing.name_people(call, people(1), by=by, at=now())
            for call, by in zip(calls, made.liaisons, strict=True)
        )
    )
    return Deployed.objects.filter(state="listed").count()


def test_two_units_that_name_one_person_at_once_get_them_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert named_by_both(units_world(), monkeypatch, GUARDED) == 1


def test_without_the_guards_both_units_would_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    made = units_world()
    monkeypatch.setattr(listing.booking, "hold", lambda people: None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [GUARD])
        kept = cursor.fetchone()[0]
        cursor.execute(f"ALTER TABLE muster_deployed DROP CONSTRAINT {GUARD}")
    try:
        assert named_by_both(made, monkeypatch, UNGUARDED) == 2
    finally:
        Deployed.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE muster_deployed ADD CONSTRAINT {GUARD} {kept}")


def asked_by_both(made: UnitsWorld, monkeypatch: pytest.MonkeyPatch, patience: float) -> int:
    """How many people units are asked for, after two proposals over them were published at once."""
    wants(made, heads=5)
    answering.say_free(made.city.event, made.units[1], {}, by=made.liaisons[1], at=now())  # so that both ask the same
    plans = [planned(made), planned(made)]
    meeting(monkeypatch, counting, "free_of", patience)
    at_once(*(lambda plan=plan: publishing.publish(plan, by=made.command, at=now()) for plan in plans))
    return sum(Call.objects.values_list("heads", flat=True))


def test_two_proposals_published_at_once_ask_for_people_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked_by_both(units_world(), monkeypatch, GUARDED) == 5


def test_without_the_locks_they_would_be_asked_for_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    made = units_world()
    monkeypatch.setattr(publishing, "hold_units", lambda units: None)
    held = publishing.Reinforcement.objects
    monkeypatch.setattr(publishing, "_hold_requests", lambda ids: {each.pk: each for each in held.filter(pk__in=ids)})
    assert asked_by_both(made, monkeypatch, UNGUARDED) == 10
