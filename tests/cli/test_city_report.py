"""`linli city report`: generated against source, assumptions named, bad folders refused."""

from pathlib import Path

from click.testing import CliRunner

from linli.cli.city import city
from linli.simulation import build


def test_the_report_prints_each_figure_beside_its_source_and_every_assumption(tmp_path: Path) -> None:
    folder = build("datong", 1, tmp_path / "city")
    shown = CliRunner().invoke(city, ["report", str(folder)])
    assert shown.exit_code == 0
    assert "agrees   micro-grids: 259 against 259  [DOMAIN A.1: Datong Street 2022" in shown.stdout
    assert "assumed  elders living alone: 12 % of those of 65 and over" in shown.stdout
    assert "DIFFERS" not in shown.stdout


def test_a_folder_that_is_no_city_exits_1_and_says_why(tmp_path: Path) -> None:
    shown = CliRunner().invoke(city, ["report", str(tmp_path)])
    assert shown.exit_code == 1
    assert "city.json: is missing: this is not a finished city" in shown.stderr
