"""A street, and its first community's desk."""

import pytest

from tests.factories import caller_for, tiny_city, user_with_role


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def desk(city):
    return caller_for(user_with_role("community_desk", city.communities[0]))
