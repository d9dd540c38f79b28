"""What the doctor finds, on a real database and real folders, and the remedy it names."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.utils import translation

from linli.common.clock import moved_to, now
from linli.conf.env import Env
from linli.custody import keyring
from linli.ops import doctor
from linli.ops.doctor import Fact, State, machine

pytestmark = pytest.mark.django_db


@pytest.fixture
def installation(tmp_path: Path) -> Env:
    """A data folder with a keyring, beside the database of the tests."""
    for name in (keyring.DJANGO, keyring.REGISTER):
        keyring.key(tmp_path, name)
    return Env(data_dir=tmp_path, port=1, database_url="postgresql:///linli")


@pytest.fixture
def database() -> doctor.Database:
    connection.ensure_connection()
    assert isinstance(connection.connection, psycopg.Connection)
    return connection.connection


def fact(key: str, env: Env, database: doctor.Database | None) -> Fact:
    return next(each for each in doctor.examine(env, database) if each.key == key)


def write(query: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)


def test_a_worker_that_is_seen_is_well_and_one_that_is_silent_or_gone_is_not(
    installation: Env, database: doctor.Database
) -> None:
    gone = fact("worker", installation, database)
    assert (gone.state, gone.stops) == (State.BAD, True)
    assert "worker.log" in gone.told()["remedy"]
    write("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert fact("worker", installation, database).state is State.GOOD
    assert doctor.ready(installation, database) == {"database": True, "tables": True, "worker": True, "key": True}
    write("UPDATE procrastinate_workers SET last_heartbeat = clock_timestamp() - interval '90 seconds'")
    silent = fact("worker", installation, database)
    assert (silent.state, silent.values["seconds"]) == (State.BAD, 90)
    assert doctor.ready(installation, database)["worker"] is False


def test_tables_that_lack_a_step_are_named(installation: Env, database: doctor.Database) -> None:
    assert fact("tables", installation, database).state is State.GOOD
    write("DELETE FROM django_migrations WHERE app = 'command'")
    behind = fact("tables", installation, database)
    assert (behind.state, behind.stops, behind.values) == (State.BAD, True, {"waiting": 1})


def test_an_entry_that_waits_for_its_seal_too_long_is_told(installation: Env, database: doctor.Database) -> None:
    from linli.common.caller import NOBODY
    from linli.custody import trail

    trail.record("event.opened", who=NOBODY, subject="event:1", at=now())
    assert fact("trail", installation, database).state is State.GOOD
    with moved_to(now() - timedelta(minutes=10)):
        trail.record("event.opened", who=NOBODY, subject="event:2", at=now())
    tail = fact("trail", installation, database)
    assert (tail.state, tail.values["number"]) == (State.WARN, 2)
    assert 590 < int(str(tail.values["seconds"])) < 660


@pytest.mark.parametrize("name", keyring.FIRST)
@pytest.mark.parametrize(
    ("harm", "says"), [(0o644, "Other users"), (b"short", "{name}.key is not a key"), (None, "{name}.key is not in")]
)
def test_what_is_wrong_with_the_keys_is_said_with_its_remedy(
    installation: Env, database: doctor.Database, name: str, harm: int | bytes | None, says: str
) -> None:
    assert fact("key", installation, database).state is State.GOOD
    key = installation.data_dir / "keyring" / f"{name}.key"
    there = set(key.parent.glob("*.key"))
    if isinstance(harm, int):
        key.chmod(harm)
    elif isinstance(harm, bytes):
        key.write_bytes(harm)
    else:
        key.unlink()
    with translation.override("en"):
        found = fact("key", installation, database).told()
    assert found["state"] == "bad"
    assert says.format(name=name) in found["sentence"]
    assert found["remedy"]
    assert doctor.ready(installation, database)["key"] is isinstance(harm, int)
    assert set(key.parent.glob("*.key")) | {key} == there, "looking makes no key"


def test_a_keyring_without_any_key_is_told(tmp_path: Path) -> None:
    with translation.override("en"):
        found = fact("key", Env(data_dir=tmp_path, port=1), None).told()
    assert (found["state"], "There is no key" in found["sentence"]) == ("bad", True)
    assert "make run makes one" in found["remedy"]


def test_a_clock_apart_from_the_databases_is_told(installation: Env, database: doctor.Database) -> None:
    assert fact("clock", installation, database).state is State.GOOD
    with moved_to(now() + timedelta(hours=3)):
        off = fact("clock", installation, database)
    assert off.state is State.BAD
    assert abs(int(str(off.values["seconds"])) - 3 * 3600) <= 5


def test_a_clock_that_was_set_back_shows_in_the_files(installation: Env) -> None:
    newer = installation.data_dir / "web.log"
    newer.write_text("x", encoding="utf-8")
    ahead = now() + timedelta(hours=1)
    os.utime(newer, (ahead.timestamp(), ahead.timestamp()))
    assert fact("clock", installation, None).state is State.BAD


@pytest.mark.parametrize(("free", "state"), [(100, State.BAD), (2000, State.WARN), (50_000, State.GOOD)])
def test_a_disk_that_fills_is_told_before_it_is_full(
    installation: Env, monkeypatch: pytest.MonkeyPatch, free: int, state: State
) -> None:
    monkeypatch.setattr(machine, "free_mb", lambda where: free)
    found = fact("disk", installation, None)
    assert (found.state, found.values["free_mb"], bool(found.remedy)) == (state, free, state is not State.GOOD)


def test_without_a_database_the_rest_is_still_looked_at(installation: Env) -> None:
    found = {each.key: each for each in doctor.examine(installation, None, "It sleeps.")}
    assert set(found) == {"database", "key", "clock", "disk", "port"}
    assert "It sleeps." in found["database"].told()["sentence"]
    assert doctor.ready(installation, None) == {"database": False, "tables": False, "worker": False, "key": True}


@pytest.fixture
def bare() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A database of the same server that has no tables of ours."""
    at = connection.settings_dict
    with psycopg.connect(
        host=at["HOST"], port=at["PORT"] or None, user=at["USER"] or None, dbname="postgres", autocommit=True
    ) as opened:
        yield opened


def test_a_database_without_tables_is_told_and_breaks_nothing(
    installation: Env, bare: psycopg.Connection[tuple[object, ...]]
) -> None:
    found = {each.key: each.state for each in doctor.examine(installation, bare)}
    assert (found["database"], found["tables"]) == (State.GOOD, State.BAD)
    assert not {"worker", "trail"} & set(found)


def test_the_command_speaks_both_languages_makes_nothing_and_fails_where_something_is_bad(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    said = {}
    for language in ("en_US.UTF-8", "zh_CN.UTF-8"):
        environ = {name: value for name, value in os.environ.items() if name not in ("LC_ALL", "LC_MESSAGES")}
        environ |= {"LANG": language, "LINLI_DATA": str(tmp_path / "none"), "LINLI_PORT": "1"}
        environ["DATABASE_URL"] = "postgresql://nobody@/nothing?host=/nowhere"
        done = subprocess.run(
            [sys.executable, "-m", "linli", "doctor", "--json"],
            env=environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        said[language[:2]] = {row["key"]: row for row in json.loads(done.stdout)}
    assert said["en"]["key"]["name"] == "Keys"
    assert said["en"]["database"]["state"] == "bad"
    assert said["zh"].keys() == said["en"].keys()
    assert not (tmp_path / "none" / "keyring").exists()


def sending(env: Env, *, real: bool = True) -> dict[str, tuple[State, bool]]:
    return {each.key: (each.state, bool(each.remedy)) for each in doctor.sending(env, real=real)}


@pytest.fixture
def listening() -> Iterator[int]:
    """The port of somebody who listens on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_real_city_that_can_send_no_code_is_told_and_a_demo_is_not(installation: Env) -> None:
    assert sending(installation) == {"sending": (State.WARN, True)}
    assert sending(installation, real=False) == {}


def test_whoever_takes_codes_is_asked_whether_they_are_there(installation: Env, listening: int) -> None:
    mail = {"smtp": f"smtp://127.0.0.1:{listening}", "smtp_from": "linli@example.org"}
    sms = {"sms": f"http://127.0.0.1:{listening}/send", "sms_key": "k" * 32}
    assert sending(replace(installation, **mail, **sms)) == {"mail": (State.GOOD, False), "sms": (State.GOOD, False)}


def test_whoever_does_not_answer_is_named_with_what_follows(installation: Env) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        gone = server.getsockname()[1]
    env = replace(installation, smtp=f"smtp://secret:word@127.0.0.1:{gone}", smtp_from="linli@example.org")
    (found,) = doctor.sending(env, real=True)
    told = found.told()
    assert (found.state, f"127.0.0.1:{gone}" in told["sentence"]) == (State.BAD, True)
    assert "secret" not in str(told)
    assert "word" not in str(told)


def test_settings_that_make_no_sense_are_told(installation: Env) -> None:
    env = replace(installation, smtp="mail.example.org", smtp_from="x", sms="https://sms.example.org", sms_key="short")
    assert sending(env) == {"mail": (State.BAD, True), "sms": (State.BAD, True)}


def test_a_drill_on_a_real_city_is_told(installation: Env) -> None:
    env = replace(installation, sms="drill")
    assert sending(env) == {"sms": (State.WARN, True)}
    assert sending(env, real=False) == {"sms": (State.GOOD, False)}
