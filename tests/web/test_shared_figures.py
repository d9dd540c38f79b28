"""However many look, figures are counted at most twice a second in a process, the first picture of a page too; and who
comes when they are due gets the last ones at once."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from linli.web import live, standing
from tests.factories import TinyCity, sign_in, tiny_city, user_with_role

A_SECOND = 32  # a power of two, so that the parts add up to a second exactly


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stands = Clock()
    monkeypatch.setattr(standing._shared, "_clock", stands)
    return stands


@pytest.mark.django_db
@pytest.mark.parametrize("pages", [["area", "area_live", "area_map"], ["briefing"], ["area", "briefing"]])
def test_many_requests_in_a_second_count_at_most_twice(
    client: Client, city: TinyCity, clock: Clock, monkeypatch: pytest.MonkeyPatch, pages: list[str]
) -> None:
    counted, really = [], standing.stands_of

    def count(*args: Any, **kwargs: Any) -> Any:
        counted.append(clock.seconds)
        return really(*args, **kwargs)

    monkeypatch.setattr(standing, "stands_of", count)
    sign_in(client, user_with_role("street", city.street))
    for number in range(A_SECOND):
        reply = client.get(reverse(pages[number % len(pages)], args=[city.street.pk]))
        assert reply.status_code == 200
        clock.seconds += 1 / A_SECOND
    assert 1 <= len(counted) <= 2
    client.get(reverse(pages[0], args=[city.street.pk]))
    assert counted[-1] >= 1001.0, "and a second later they are counted again"


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["area", "briefing", "deployed"])
def test_a_page_says_as_of_when_its_figures_were_counted(
    client: Client, city: TinyCity, clock: Clock, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    sign_in(client, user_with_role("street", city.street))
    url = reverse(page, args=[city.street.pk])
    first = client.get(url).context["counted_at"]
    monkeypatch.setattr(live, "behind", lambda work: None)
    reply = client.get(url)
    assert reply.context["counted_at"] == first
    quiet = reply.content.decode().split('class="quiet"')[1].split("</div>")[0]
    assert f'datetime="{localtime(first).isoformat()}"' in quiet


class TestBehind:
    """Pictures that are due are counted behind whoever looks, in the real thread."""

    @pytest.fixture(autouse=True)
    def in_the_thread_that_counts(self, monkeypatch: pytest.MonkeyPatch, figures_are_counted_here: None) -> None:
        monkeypatch.setattr(live, "behind", BEHIND)

    @pytest.fixture
    def gate(self) -> Iterator[threading.Event]:
        opens = threading.Event()
        yield opens
        opens.set()
        _all_counted()

    def test_who_comes_when_they_are_due_waits_for_nothing(self, gate: threading.Event) -> None:
        clock = Clock()
        figures: live.Shared[str] = live.Shared(clock)
        assert figures.get("area", lambda: "first") == "first"
        clock.seconds += 1

        def slow() -> str:
            assert gate.wait(60)
            return "second"

        assert figures.get("area", slow) == "first"
        assert figures.get("area", _never) == "first", "it is being counted already"
        gate.set()
        _all_counted()
        assert figures.get("area", _never) == "second"

    def test_what_is_a_minute_old_is_shown_to_nobody(self) -> None:
        clock = Clock()
        figures: live.Shared[str] = live.Shared(clock)
        figures.get("area", lambda: "first")
        clock.seconds += live.OLD_S
        assert figures.get("area", lambda: "second") == "second"

    def test_a_count_that_fails_leaves_the_last_picture_and_is_tried_again(self) -> None:
        clock = Clock()
        figures: live.Shared[str] = live.Shared(clock)
        figures.get("area", lambda: "first")
        clock.seconds += 1

        def fails() -> str:
            raise OperationalError

        assert figures.get("area", fails) == "first"
        _all_counted()
        assert figures.get("area", lambda: "second") == "first"
        _all_counted()
        assert figures.get("area", _never) == "second"

    @pytest.mark.django_db(transaction=True)
    def test_counting_has_a_connection_of_its_own_and_a_limit(self) -> None:
        clock, found = Clock(), []
        figures: live.Shared[int] = live.Shared(clock)

        def count() -> int:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid(), current_setting('statement_timeout')")
                found.append(cursor.fetchone())
            return len(found)

        figures.get("area", count)
        clock.seconds += 1
        figures.get("area", count)
        _all_counted()
        (here, _), (behind, limit) = found
        assert behind != here
        assert limit == f"{settings.WRITE_WITHIN_MS // 1000}s"
        live.behind(connections.close_all)  # the database of this test is taken away
        _all_counted()


BEHIND = live.behind
"""As it is outside of tests."""


def _never() -> str:
    raise AssertionError("nobody has to count now")


def _all_counted() -> None:
    live._counter.submit(lambda: None).result(60)
