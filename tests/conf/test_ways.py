"""Which of the three ways Linli runs, told by its settings."""

from pathlib import Path

import pytest

from linli.conf.env import Env
from linli.conf.ways import Way, way_of


@pytest.mark.parametrize(
    ("hosts", "way"),
    [
        ((), Way.ALONE),
        (("192.168.1.10",), Way.OFFICE),
        (("linli.lan", "desk"), Way.OFFICE),
        (("[fd00::1]",), Way.OFFICE),
        (("linli.example.org",), Way.PUBLIC),
        (("192.168.1.10", "linli.example.org"), Way.PUBLIC),
        (("8.8.8.8",), Way.PUBLIC),
    ],
)
def test_the_names_it_answers_to_say_who_can_open_it(hosts, way):
    assert way_of(Env(data_dir=Path("var"), hosts=hosts)) == way
