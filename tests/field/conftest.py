"""A street with a sweep, a grid worker, and the phone in their hand."""

import pytest

from tests.factories import add_resident, begin_sweep, caller_for, tiny_city, user_with_role
from tests.field.phone import Phone


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def desk(city):
    return caller_for(user_with_role("community_desk", city.communities[0]))


@pytest.fixture
def people(city):
    return [add_resident(city, name=f"王{n}", phone=f"138000012{n:02}", door=f"{n + 1}01") for n in range(4)]


@pytest.fixture
def sweep(city, desk, people):
    return begin_sweep(city.event, city.communities[0], desk)


@pytest.fixture
def worker(city):
    return user_with_role("grid_worker", city.micro_grids[0], name="李敏")


@pytest.fixture
def phone(worker, sweep):
    return Phone(caller_for(worker))
