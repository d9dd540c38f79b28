"""What the tests of this folder read of the datong city, once."""

from pathlib import Path

import pytest

from linli.simulation import SIZES, CityFolder, source, tree
from linli.simulation.schema import Tables

SEED = 1
STREET = "510113003"


@pytest.fixture(scope="session")
def city(datong: Path) -> CityFolder:
    return CityFolder(datong)


@pytest.fixture(scope="session")
def truth(city: CityFolder) -> Tables:
    return city.street("truth", STREET)


@pytest.fixture(scope="session")
def register(city: CityFolder) -> Tables:
    return city.street("register", STREET)


@pytest.fixture(scope="session")
def chengdu() -> tree.Tree:
    """The tree of the whole city: seconds to plan, so planned once."""
    return tree.plan(SIZES["chengdu"], SEED, source.load())
