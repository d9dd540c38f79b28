import pytest

from tests.factories import TinyCity, tiny_city


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()
