"""`linli city build`: where nothing can be written, it says so."""

import errno
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import translation

from linli.cli import city as command
from linli.cli.city import city


def test_a_folder_that_cannot_be_made_is_one_sentence_with_a_code() -> None:
    with translation.override("en"):
        told = CliRunner().invoke(city, ["build", "datong", "--out", "/proc/linli"])
    assert told.exit_code == 2
    assert "The folder /proc/linli cannot be made: " in told.output
    assert "[folder_not_made]" in told.output
    assert isinstance(told.exception, SystemExit)


def test_a_folder_below_a_file_is_one_sentence_too(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    told = CliRunner().invoke(city, ["build", "datong", "--out", str(tmp_path / "file" / "city")])
    assert (told.exit_code, "[folder_not_made]" in told.output) == (2, True)


def test_a_disk_that_is_full_is_left_to_what_says_so_for_every_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(command, "build", full)
    told = CliRunner().invoke(city, ["build", "datong", "--out", str(tmp_path / "city")])
    assert isinstance(told.exception, OSError)
