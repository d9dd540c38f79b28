"""The command line's own manners: exit codes, sentences, and no traces."""

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import OperationalError

from linli.cli.main import COMMANDS, linli, main
from linli.ops import privileges


def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """One command in a process of its own, on the tests' database unless told otherwise."""
    return subprocess.run(
        [sys.executable, "-m", "linli", *words],
        env=os.environ | {"LANG": "C.UTF-8"} | settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_is_listed_explains_itself(name: str) -> None:
    told = CliRunner().invoke(linli, [name, "--help"])
    assert told.exit_code == 0, told.output
    assert told.output.startswith("Usage: linli ")


def test_an_unknown_command_exits_2() -> None:
    assert CliRunner().invoke(linli, ["nothing"]).exit_code == 2


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *[("LINLI_PORT", text) for text in ("eighty", "70000", "²")],
        *[("DATABASE_URL", f"postgresql://{text}") for text in ("u:p@h:notaport/x", "[bad/x", "h")],
        ("LINLI_HOSTS", "*"),
    ],
)
def test_a_senseless_setting_is_named_without_a_trace(setting: str, value: str) -> None:
    told = run("db", "where", **{setting: value})
    assert told.returncode == 2
    assert setting in told.stderr
    assert "[bad_setting]" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_database_that_does_not_answer_is_one_sentence_with_a_code(tmp_path: Path) -> None:
    told = run("db", "beside", "true", DATABASE_URL=f"postgresql://linli@/linli?host={tmp_path}")
    assert told.returncode == 1
    assert "[database_unreachable]" in told.stderr
    assert "Traceback" not in told.stderr


def refused(error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said where any command ends with that error."""

    def fails(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(linli, "main", fails)
    monkeypatch.setattr(privileges, "drop", lambda arguments: None)
    with pytest.raises(SystemExit) as ended:
        main(["db", "where"])
    assert ended.value.code == 1
    return capsys.readouterr().err


def test_a_disk_that_fills_up_in_the_middle_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "areas.csv"))
    said = refused(full, monkeypatch, capsys)
    assert re.fullmatch(rf"linli: .*{tmp_path}/areas.csv.* \[disk_full\]\n", said)  # in either language


def test_a_database_that_goes_away_in_the_middle_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(OperationalError("server closed the connection\n\tunexpectedly"), monkeypatch, capsys)
    assert "server closed the connection unexpectedly." in said
    assert said.endswith("[database_lost]\n")


def test_a_fault_of_ours_is_not_dressed_up(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError):
        refused(ZeroDivisionError(), monkeypatch, capsys)


def test_a_program_beside_the_database_gets_its_url_and_gives_its_exit_code() -> None:
    told = run("db", "beside", "sh", "-c", "echo $DATABASE_URL; exit 7")
    assert (told.returncode, told.stdout.strip()) == (7, os.environ["DATABASE_URL"])


def test_a_database_that_was_given_to_us_is_never_wiped() -> None:
    told = run("db", "wipe", "--yes")
    assert told.returncode == 1
    assert "not ours to delete" in told.stderr
