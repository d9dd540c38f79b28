"""A street, its first community's desk, and the worker of its first micro-grid."""

import pytest

from tests.factories import caller_for, tiny_city, user_with_role


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def desk(city):
    return caller_for(user_with_role("community_desk", city.communities[0], name="Li Min"))


@pytest.fixture
def worker(city):
    return caller_for(user_with_role("grid_worker", city.micro_grids[0], name="Zhou Jie"))
