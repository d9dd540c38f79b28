"""However many look, figures are counted at most twice a second in a process, the first picture of a page too."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from linli.web import areas, briefing
from tests.factories import TinyCity, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
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
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    stands = Clock()
    for module in (areas, briefing):
        module.forget_shared()
        monkeypatch.setattr(module._shared, "_clock", stands)
    yield stands
    for module in (areas, briefing):
        module.forget_shared()


@pytest.mark.parametrize(
    ("pages", "where", "what"),
    [
        (["area", "area_live", "area_map"], areas, "picture"),
        (["briefing"], briefing.queries, "facts"),
    ],
)
def test_many_requests_in_a_second_count_at_most_twice(
    client: Client,
    city: TinyCity,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    pages: list[str],
    where: ModuleType,
    what: str,
) -> None:
    counted, really = [], getattr(where, what)

    def count(*args: Any, **kwargs: Any) -> Any:
        counted.append(clock.seconds)
        return really(*args, **kwargs)

    monkeypatch.setattr(where, what, count)
    sign_in(client, user_with_role("street", city.street))
    for number in range(A_SECOND):
        reply = client.get(reverse(pages[number % len(pages)], args=[city.street.pk]))
        assert reply.status_code == 200
        clock.seconds += 1 / A_SECOND
    assert 1 <= len(counted) <= 2
    client.get(reverse(pages[0], args=[city.street.pk]))
    assert counted[-1] >= 1001.0, "and a second later they are counted again"
