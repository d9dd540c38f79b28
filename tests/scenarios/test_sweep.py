"""A sweep played on a small city: the register's gap closes, and the balance explains every name."""

from dataclasses import replace
from pathlib import Path

import pytest

from linli.access.actions import TERMINAL
from linli.common.clock import now
from linli.people import register
from linli.people.models import Identity
from linli.rolls import explaining, proving, queries
from linli.rolls.models import Cause, State
from linli.scenarios import sweep
from linli.scenarios.city import FolderRegister
from linli.simulation import SIZES, CityFolder, build

pytestmark = pytest.mark.django_db(transaction=True)


def nothing_is_said(share: float, step: str) -> None:
    """Nobody watches."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CityFolder:
    monkeypatch.setitem(SIZES, "datong", replace(SIZES["datong"], residents=1_200, grids=8, micro_grids=16))
    build("datong", 1, tmp_path / "city")
    found = CityFolder(tmp_path / "city")
    register.load(FolderRegister(found), synthetic=True, by=TERMINAL, at=now(), progress=nothing_is_said)
    return found


def test_the_gap_to_the_truth_closes_and_every_name_is_explained(folder: CityFolder) -> None:
    listed = folder.counts["register"]["persons"]

    done = sweep.play(folder, 1, progress=nothing_is_said)

    area = done.sweep.persons.area_id
    told = explaining.since(done.sweep.persons, area, done.before, now())
    assert (told.before.known, told.unexplained) == (listed, {})
    assert told.found == done.found == Identity.objects.filter(holder=done.sweep.persons.event_id).count()
    assert told.went[Cause.MOVED_OUT] == sum(told.went.values()) == done.left > 0
    assert told.after.known == listed + done.found - done.left
    assert abs(done.truly - told.after.known) < abs(done.truly - listed) / 5, "what nobody answered for is left"
    assert told.after.states[State.NOT_REACHED] > 0, "some never answered, and they are not called gone"
    doors = queries.balance(done.sweep.doors, area, now())
    assert doors.known == folder.counts["truth"]["dwellings"]
    assert done.doors_found == doors.known - folder.counts["register"]["dwellings"]
    assert proving.wrong_with(done.sweep.persons) == proving.wrong_with(done.sweep.doors) == {}
