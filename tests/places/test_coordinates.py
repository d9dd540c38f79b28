"""Conversion at the door, against points published in both systems."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.places.coordinates import gcj02_from_wgs84, wgs84_from, wgs84_from_gcj02
from tests.places.distance import metres_between

# Street seats of Chengdu, published in both systems: (lon, lat) WGS-84, then GCJ-02.
KNOWN = [
    ((104.085777, 30.653461), (104.088312, 30.651057)),
    ((104.098604, 30.621392), (104.101144, 30.618979)),
    ((104.097751, 30.604739), (104.100290, 30.602319)),
]


@pytest.mark.parametrize(("wgs84", "gcj02"), KNOWN)
def test_a_known_point_converts_both_ways_within_a_metre(wgs84, gcj02):
    assert metres_between(*gcj02_from_wgs84(*wgs84), *gcj02) < 1
    assert metres_between(*wgs84_from_gcj02(*gcj02), *wgs84) < 1


@given(st.floats(102.9, 104.9), st.floats(30.0, 31.5))
def test_there_and_back_is_the_same_point(lon, lat):
    back = wgs84_from_gcj02(*gcj02_from_wgs84(lon, lat))
    assert metres_between(lon, lat, *back) < 0.01


def test_outside_china_nothing_is_shifted():
    assert gcj02_from_wgs84(13.4, 52.5) == (13.4, 52.5)


def test_baidu_lies_beyond_the_other_two():
    lon, lat = wgs84_from("bd09", 104.0926, 30.6571)
    assert 300 < metres_between(lon, lat, 104.0926, 30.6571) < 1500


def test_an_undeclared_system_is_refused():
    with pytest.raises(ValueError, match="utm"):
        wgs84_from("utm", 1.0, 2.0)
