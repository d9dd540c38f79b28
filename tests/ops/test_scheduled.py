"""Backups by the clock: made when they are due, restored on trial, and what was wrong is kept to be said."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django.fixtures import Settings

from linli.common.clock import now
from linli.conf.env import BadSetting, Env
from linli.ops import doctor, notes, scheduled
from linli.ops.doctor import State
from tests.factories import sign_in, user_with_role

AT = datetime(2026, 9, 2, 12, tzinfo=UTC)

ROUND = """
import os
from linli.cli.session import database
from linli.conf.env import Env
from linli.ops import scheduled
env = Env.read(os.environ)
with database():
    from linli.common.clock import now
    from linli.ops.jobs import known
    scheduled.run(env, known, now())
    first = scheduled.status(env.data_dir)
    assert first.proved is not None, first
    scheduled.run(env, known, now())
    assert scheduled.status(env.data_dir) == first, "a second one was made before it was due"
    assert not (env.data_dir / "restore-test").exists()
    [made] = env.backups_to.glob("linli-*")
    assert first.folder == str(made)
    contents = made / "database.sealed"
    os.truncate(contents, contents.stat().st_size - 1)
    from dataclasses import asdict, replace
    from linli.ops import notes
    notes.write(env.data_dir / "backups.json", asdict(replace(first, tested="", tested_at="")))
    scheduled.run(env, known, now())
    last = scheduled.status(env.data_dir)
    assert (last.failed, last.proved) == ("backup_altered", None), last
    assert not (env.data_dir / "restore-test").exists()
print("whole", flush=True)
"""


@pytest.mark.usefixtures("installed")
def test_one_that_is_due_is_made_and_restored_on_trial_and_one_that_was_harmed_is_noted(env: Env) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environ |= {"LINLI_DATA": str(env.data_dir), "LINLI_BACKUPS": str(env.data_dir.parent / "backups")}
    command = [sys.executable, "-c", ROUND]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=600, check=False)
    assert done.stdout.endswith("whole\n"), done.stdout + done.stderr


@pytest.mark.parametrize(
    ("made", "due"), [(None, True), (timedelta(hours=5), False), (timedelta(hours=5, minutes=56), True)]
)
def test_one_is_due_when_the_last_is_as_old_as_was_said(tmp_path: Path, made: timedelta | None, due: bool) -> None:
    if made is not None:
        notes.write(tmp_path / "backups.json", {"made_at": (AT - made).isoformat(), "folder": "/x"})
    assert scheduled.is_due(Env(tmp_path, backups_to=tmp_path, backups_every_h=6), AT) is due


def test_the_oldest_go_and_what_is_none_of_ours_stays(tmp_path: Path) -> None:
    names = [f"linli-202609{day:02}t000000z-aaaaaa" for day in range(1, scheduled.KEPT + 4)]
    for name in [*names, "other"]:
        (tmp_path / name).mkdir()
    scheduled._thin(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [*names[3:], "other"]


MADE = {"made_at": (AT - timedelta(hours=3)).isoformat(), "folder": "/b/linli-1"}
PROVED = {"tested_at": (AT - timedelta(hours=2)).isoformat(), "tested": "/b/linli-1"}
OLD = {"made_at": (AT - timedelta(hours=49)).isoformat(), "folder": "/b/linli-1"}


@pytest.mark.parametrize(
    ("noted", "by_the_clock", "state", "says", "remedy"),
    [
        ({}, False, State.BAD, "There is no backup.", "LINLI_BACKUPS"),
        ({}, True, State.WARN, "There is no backup.", "within the hour"),
        (MADE, True, State.WARN, "not yet restored", "within the hour"),
        (MADE | PROVED, True, State.GOOD, "restored on trial", ""),
        (MADE | PROVED | {"folder": "/b/linli-2"}, True, State.WARN, "not yet restored", "within the hour"),
        (OLD | PROVED, True, State.BAD, "too old", "background worker"),
        (OLD | PROVED, False, State.BAD, "too old", "LINLI_BACKUPS"),
        (MADE | {"failed": "backup_no_room"}, True, State.BAD, "[backup_no_room]", "linli backup"),
        ({"failed": "backup_no_room"}, True, State.BAD, "The only try failed", "linli backup"),
    ],
)
def test_the_doctor_says_how_backups_stand_and_what_to_do(
    tmp_path: Path, noted: dict[str, str], by_the_clock: bool, state: State, says: str, remedy: str
) -> None:
    notes.write(tmp_path / "backups.json", noted)
    found = doctor.backups(Env(tmp_path, backups_to=Path("/b") if by_the_clock else None), AT)
    with translation.override("en"):
        told = found.told()
    assert (found.state, says in told["sentence"], remedy in told["remedy"]) == (state, True, True)
    assert bool(told["remedy"]) is (state is not State.GOOD)


@pytest.mark.django_db
def test_the_page_says_the_same_to_the_administrator(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.ENV = Env(tmp_path, backups_to=Path("/b"))
    sign_in(client, user_with_role("administrator"))
    at = now()
    said = {"made_at": at.isoformat(), "folder": "/b/linli-1", "tested_at": at.isoformat(), "tested": "/b/linli-1"}
    notes.write(tmp_path / "backups.json", said)
    page = client.get(reverse("backups"), headers={"accept-language": "en"}).content.decode()
    assert "it was restored on trial" in page
    assert "/b/linli-1" in page
    (tmp_path / "backups.json").unlink()
    assert "There is no backup." in client.get(reverse("backups"), headers={"accept-language": "en"}).content.decode()
    assert reverse("backups") in client.get(reverse("health")).content.decode()


@pytest.mark.parametrize(
    "said", [{"LINLI_BACKUPS": "backups"}, *({"LINLI_BACKUPS_EVERY": n} for n in ("0", "169", "x"))]
)
def test_senseless_settings_are_named(said: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match=next(iter(said))):
        Env.read(said)
    assert Env.read({"LINLI_BACKUPS": "/b"}).backups_to == Path("/b")


@pytest.mark.usefixtures("installed")
def test_a_manual_backup_counts_too(env: Env) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environ |= {"LINLI_DATA": str(env.data_dir), "LANG": "C.UTF-8"}
    for words in (["trail", "seal"], ["backup"]):
        command = [sys.executable, "-m", "linli", *words]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
    [made] = (env.data_dir / "backups").iterdir()
    assert scheduled.status(env.data_dir).folder == str(made)
    shutil.rmtree(made)
