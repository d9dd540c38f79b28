"""`linli city report`: generated against source, assumptions named, bad folders refused."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from linli.cli.city import city
from linli.scenarios import errors
from linli.simulation import BadCity, build


def test_the_report_prints_each_figure_beside_its_source_and_every_assumption(tmp_path: Path) -> None:
    folder = build("datong", 1, tmp_path / "city")
    shown = CliRunner().invoke(city, ["report", str(folder)])
    assert shown.exit_code == 0
    assert "agrees   micro-grids: 259 against 259  [DOMAIN A.1: Datong Street 2022" in shown.stdout
    assert "assumed  elders living alone: 12 % of those of 65 and over" in shown.stdout
    assert "DIFFERS" not in shown.stdout


def test_a_folder_that_is_no_city_exits_1_and_says_why_with_the_code(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "linli", "city", "report", str(tmp_path)],
        env=os.environ | {"LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode == 1
    assert told.stderr.endswith("linli: city.json: is missing: this is not a finished city [bad_city]\n")


def test_what_is_wrong_with_a_folder_is_told_in_the_reader_s_language(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {
        "has {got} bytes where {expected} belong": "有 {got} 字节，应为 {expected}",
        "{file}: {reason}": "{file}：{reason}",
    }
    monkeypatch.setattr(errors, "gettext", words.__getitem__)
    bad = BadCity("register/areas.csv", "has {got} bytes where {expected} belong", got=3, expected=9)
    assert errors.BadCityFolder(bad).told() == "register/areas.csv：有 3 字节，应为 9"
