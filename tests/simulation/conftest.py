"""One datong city for all tests of this folder, built once."""

from pathlib import Path

import pytest

from linli.simulation import SIZES, CityFolder, build, source, tree
from linli.simulation.schema import Tables

SEED = 1
STREET = "510113003"


@pytest.fixture(scope="session")
def datong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("datong", SEED, tmp_path_factory.mktemp("city") / "datong")


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
