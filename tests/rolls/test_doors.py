"""A door that nobody knew of is known to every open roll of doors, once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from linli.common.clock import now
from linli.ledger import doors, errors
from linli.ledger.models import Sweep
from linli.places.models import Dwelling
from linli.rolls import queries
from linli.rolls.proving import wrong_with
from tests.factories import TinyCity, begin_sweep, caller_for, tiny_city, user_with_role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


@pytest.fixture
def sweep(city: TinyCity) -> Sweep:
    return begin_sweep(city.event, city.street, user_with_role("street", city.street))


def find(city: TinyCity, by: object, building: int = 0) -> Dwelling:
    facts = {"unit": 1, "floor": 9, "door": "901", "happened_at": now(), "by": by, "at": now()}
    return doors.found_door(city.buildings[building], **facts)


def test_two_who_find_one_door_at_once_find_one(city: TinyCity, sweep: Sweep) -> None:
    workers = [caller_for(user_with_role("grid_worker", city.micro_grids[0])) for _ in range(2)]

    def one(by: object) -> int:
        try:
            return find(city, by).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = set(pool.map(one, workers))
    assert len(found) == Dwelling.objects.count() == 1
    assert queries.balance(sweep.doors, city.micro_grids[0].pk, now()).known == 1
    assert wrong_with(sweep.doors) == {}


def test_a_building_of_somebody_else_is_refused(city: TinyCity, sweep: Sweep) -> None:
    with pytest.raises(errors.NotYourDoor):
        find(city, caller_for(user_with_role("grid_worker", city.micro_grids[0])), building=1)
    assert not Dwelling.objects.exists()
