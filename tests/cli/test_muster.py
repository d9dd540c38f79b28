"""`linli muster replace`: who moves and why, masked, for the account that decides there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner, Result
from django.utils import translation

from linli.cli import muster as cli
from linli.common.errors import NotFound
from linli.duty.models import Booking
from linli.muster.models import Allocation, Placement
from tests.factories import TinyCity, tiny_city, user_with_role
from tests.muster.test_repairing import a_chain
from tests.muster.units.test_pool_repair import two_placed_of_three
from tests.muster.units.world import units_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The test's own database, which is there already; and English."""

    @contextmanager
    def there() -> Iterator[None]:
        yield

    monkeypatch.setattr(cli, "database", there)
    with translation.override("en"):
        yield


def said(city: TinyCity, by: str, *words: str) -> Result:
    begun = ["replace", "--event", str(city.event.pk), "--area", str(city.street.pk), "--by", by]
    return CliRunner().invoke(cli.muster, [*begun, *words])


def by_the_desks(city: TinyCity) -> str:
    """An account that runs both desks, and so may free people there."""
    return user_with_role("community_desk", city.street).username


def test_it_says_who_moves_for_whom_and_what_that_saves() -> None:
    city = tiny_city()
    driver, _, _ = a_chain(city)
    gone = Placement.objects.get(person=driver)
    told = said(city, by_the_desks(city), "--gone", str(gone.pk))
    assert told.exit_code == 0, told.output
    assert "1 people would move, 1 would be called, 0 places stay empty." in told.output
    assert "青松第1网格: 王** moves from 白桦第1网格 to 青松第1网格" in told.output
    assert "; 王** is called to 白桦第1网格" in told.output
    assert "If nobody moved it would be worse by" in told.output
    assert Allocation.objects.latest("pk").state == Allocation.State.PROPOSED, "nothing is published by itself"


def test_it_says_of_people_of_work_units_where_they_come_from() -> None:
    made = units_world()
    (first, _), _ = two_placed_of_three(made)
    gone = Placement.objects.get(person=first)
    told = said(made.city, by_the_desks(made.city), "--gone", str(gone.pk), "--pool", "units")
    assert told.exit_code == 0, told.output
    assert "** is called to 青松第1网格" in told.output
    assert "m from where they meet)" in told.output


def test_as_json_it_gives_the_chains_and_the_prices_of_stability() -> None:
    city = tiny_city()
    driver, _, _ = a_chain(city)
    gone = Placement.objects.get(person=driver)
    told = said(city, by_the_desks(city), "--gone", str(gone.pk), "--mode", "exact", "--json")
    found = json.loads(told.stdout)
    assert (found["proved"], found["moved"], len(found["chains"]), len(found["alternatives"])) == (True, 1, 1, 5)


def test_who_may_not_see_the_people_replaces_nobody_and_a_wrong_number_is_not_found() -> None:
    city = tiny_city()
    driver, _, _ = a_chain(city)
    gone = Placement.objects.get(person=driver)
    street = user_with_role("street", city.street).username
    assert isinstance(said(city, street, "--gone", str(gone.pk)).exception, NotFound)
    assert isinstance(said(city, "nobody").exception, NotFound)
    assert Placement.objects.get(pk=gone.pk).during == gone.during


def test_a_repair_that_fails_says_so_and_exits_with_1() -> None:
    city = tiny_city()
    _, _other, _spare = a_chain(city)
    Booking.objects.update(place_id=city.grids[3].pk)
    for demand in city.event.demands.all():
        demand.want, demand.most = 0, 0
        demand.save()
    told = said(city, by_the_desks(city))
    assert told.exit_code == 1
    assert "The repair failed; whoever cannot come is free. [nothing_to_place]" in told.output
