"""Opening and ending events with several writers at once: one of them does it, the others are told."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from linli.common.clock import now
from linli.common.errors import LinliError
from linli.events import actions
from linli.events.models import Event
from tests.factories import TinyCity, caller_for, tiny_city, user_with_role

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


def at_once(do: Callable[[], object]) -> list[str]:
    """What each of several threads got: "done", or the code of the refusal."""
    start, said = threading.Barrier(AT_ONCE), []

    def one() -> None:
        try:
            start.wait()
            do()
            said.append("done")
        except LinliError as problem:
            said.append(problem.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


def test_an_event_that_several_open_at_once_is_one(city: TinyCity) -> None:
    by = caller_for(user_with_role("city", city.street))

    def open_it() -> None:
        actions.open_event("水灾", pack="epidemic", areas=[city.street], exercise=True, by=by, at=now())

    assert at_once(open_it) == ["done"] + ["event_open_already"] * (AT_ONCE - 1)
    assert Event.objects.filter(name="水灾").count() == 1


def test_an_event_that_several_end_at_once_ends_once(city: TinyCity) -> None:
    by = caller_for(user_with_role("city", city.street))
    assert at_once(lambda: actions.end_event(city.event, by=by, at=now())) == ["done"] + ["event_ended"] * (AT_ONCE - 1)


def test_an_event_that_several_call_off_at_once_goes_once(city: TinyCity) -> None:
    by, at = caller_for(user_with_role("city", city.street)), now()
    made = actions.open_event(
        "水灾", pack="epidemic", areas=[city.street], exercise=True, starts=at + actions.AHEAD, by=by, at=at
    )
    assert at_once(lambda: actions.call_off_event(made, by=by, at=at)) == ["done"] + ["event_ended"] * (AT_ONCE - 1)
