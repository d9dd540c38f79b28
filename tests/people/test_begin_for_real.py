"""An installation for real people never becomes a demo, and a demo never becomes real."""

import pytest

from linli.common.clock import now
from linli.people import actions, queries, register
from linli.people.errors import RealCommunityHere, SyntheticCityHere
from linli.people.models import City
from tests.factories import SYSTEM, tiny_city

pytestmark = pytest.mark.django_db


def test_it_is_begun_once_and_no_synthetic_city_is_loaded_over_it():
    assert not queries.is_begun()
    assert actions.begin_for_real(by=SYSTEM, at=now())
    assert not actions.begin_for_real(by=SYSTEM, at=now())
    assert (queries.is_for_real(), queries.is_begun(), queries.city_is_synthetic()) == (True, True, False)
    with pytest.raises(RealCommunityHere):
        register.load(None, synthetic=True, by=SYSTEM, at=now(), progress=lambda share, step: None)  # type: ignore[arg-type]


def test_a_demo_says_what_to_do():
    tiny_city()
    with pytest.raises(SyntheticCityHere, match="make clean-data"):
        actions.begin_for_real(by=SYSTEM, at=now())
    assert City.objects.get().synthetic
