"""A small city and the desk of its first community, signed in."""

import pytest

from tests.factories import sign_in, tiny_city, user_with_role


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def desk(client, city):
    user = user_with_role("community_desk", city.communities[0])
    sign_in(client, user)
    return user
