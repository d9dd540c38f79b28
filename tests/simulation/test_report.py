"""The report compares what the files hold with the source, and says which figures have none."""

import shutil
from pathlib import Path

import pytest

from linli.simulation import CityFolder, report, sizes
from linli.simulation.report import _row
from linli.simulation.schema import NEED_BIT
from linli.simulation.store import packed
from tests.simulation.test_folder import rewrite


def test_every_share_of_datong_is_within_one_percent_or_one_of_its_source(datong: Path) -> None:
    rows = report(datong)
    compared = [row for row in rows if row.within is not None]
    assert len(compared) > 35
    assert [row.what for row in compared if not row.within] == []
    assert all(row.source for row in rows)


def test_every_assumption_is_printed_as_one(datong: Path) -> None:
    assumed = {row.what: row.expected for row in report(datong) if row.source == "assumption: no source found"}
    assert assumed == dict(sizes.ASSUMPTIONS)


def test_the_report_counts_from_the_files(datong: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(datong, tmp_path / "copy"))
    tables = CityFolder(copy).street("truth", "510113003")
    tables["persons"]["needs"] = tables["persons"]["needs"] & ~NEED_BIT["disabled"]
    rewrite(copy, "truth/streets/510113003.npz", packed(tables))
    wrong = [row for row in report(copy) if row.within is False]
    assert [(row.what, row.generated) for row in wrong] == [("disabled", "0")]


@pytest.mark.parametrize(
    ("generated", "expected", "within"), [(1010, 1000, True), (1011, 1000, False), (9, 8, True), (10, 8, False)]
)
def test_a_figure_agrees_to_one_percent_or_to_one(generated: int, expected: int, within: bool) -> None:
    assert _row("x", generated, expected, "y").within is within
