"""Our own database: made, joined, stopped, and never left behind."""

import os
import stat
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from linli.conf.env import Env
from linli.custody.errors import KeyMissing
from linli.ops import cluster, layout
from linli.ops.cluster import check_server, database_url, running, server_pid
from linli.ops.errors import DatabaseTooOld, DatabaseUnreachable, DataInUse, NoRoom, OtherVersion
from tests.ops.conftest import alive, soon

HOLD = """
import os, sys
from linli.conf.env import Env
from linli.custody.errors import KeyMissing
from linli.ops.cluster import running
with running(Env.read(os.environ)):
    print("up")
    sys.stdin.readline()
    print("done")
"""


def test_what_was_written_is_there_at_the_next_start(env: Env) -> None:
    with running(env) as url, psycopg.connect(url) as there:
        there.execute("CREATE TABLE kept AS SELECT 42 AS n")
    with running(env) as url, psycopg.connect(url) as there:
        assert there.execute("SELECT n FROM kept").fetchone() == (42,)
    assert server_pid(layout.find(env.data_dir)) is None


def test_nobody_can_come_in_over_a_network_and_only_two_users_over_the_socket(env: Env) -> None:
    with running(env) as url, psycopg.connect(url) as there:
        at = layout.find(env.data_dir)
        assert there.execute("SHOW listen_addresses").fetchone() == ("",)
        assert there.execute("SELECT DISTINCT type, auth_method FROM pg_hba_file_rules").fetchall() == [
            ("local", "peer")
        ]
        names = there.execute("SELECT sys_name FROM pg_ident_file_mappings").fetchall()
        assert {name for (name,) in names} == {"root", at.server.name}
    seen = at.socket_dir.stat()
    assert (stat.S_IMODE(seen.st_mode), seen.st_uid) == (0o700, at.server.uid)


def test_it_is_durable_and_its_log_holds_no_statements(env: Env) -> None:
    with running(env) as url, psycopg.connect(url, autocommit=True) as there:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert there.execute("SELECT current_setting(%s)", [name]).fetchone() == ("on",)
        there.execute("CREATE TABLE one (phone text PRIMARY KEY)")
        there.execute("INSERT INTO one VALUES ('13800000000')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            there.execute("INSERT INTO one VALUES ('13800000000')")
    log = layout.find(env.data_dir).log.read_text(encoding="utf-8")
    assert "duplicate key" in log
    assert "13800000000" not in log


def test_a_killed_parent_leaves_no_server_and_the_next_start_works(
    env: Env, script: Callable[[str], subprocess.Popen[str]]
) -> None:
    parent = script(HOLD)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "up\n"
    pid = server_pid(layout.find(env.data_dir))
    assert pid is not None
    assert alive(pid)
    parent.kill()
    assert soon(lambda: not alive(pid))
    with running(env) as url, psycopg.connect(url) as there:
        assert there.execute("SELECT 1").fetchone() == (1,)


def test_a_file_left_by_a_server_that_is_gone_is_no_obstacle(env: Env) -> None:
    with running(env):
        pass
    left = layout.find(env.data_dir).cluster / "postmaster.pid"
    left.write_text(f"{os.getpid()}\n", encoding="utf-8")  # a number that now belongs to another program
    with running(env) as url, psycopg.connect(url) as there:
        assert there.execute("SELECT 1").fetchone() == (1,)


def test_a_second_command_joins_and_the_first_waits_for_it(
    env: Env, script: Callable[[str], subprocess.Popen[str]]
) -> None:
    first = script(HOLD)
    assert first.stdout is not None
    assert first.stdin is not None
    assert first.stdout.readline() == "up\n"
    with running(env) as url, psycopg.connect(url, autocommit=True) as there:
        print(file=first.stdin, flush=True)
        assert first.stdout.readline() == "done\n"
        assert not soon(lambda: first.poll() is not None, 1.0)
        assert there.execute("SELECT 1").fetchone() == (1,)
    assert first.wait(timeout=20) == 0


def test_a_second_linli_is_told_who_uses_the_data(env: Env, script: Callable[[str], subprocess.Popen[str]]) -> None:
    first = script(HOLD)
    assert first.stdout is not None
    assert first.stdout.readline() == "up\n"
    with pytest.raises(DataInUse, match=f"process {first.pid}"), running(env, alone=True):
        pytest.fail("it started")


def test_a_cluster_of_another_version_is_refused_before_anything_is_started(env: Env) -> None:
    old = env.data_dir / "postgres"
    old.mkdir(parents=True)
    (old / "PG_VERSION").write_text("14\n", encoding="ascii")
    with pytest.raises(OtherVersion, match="PostgreSQL 14, and this Linli runs PostgreSQL 18"), running(env):
        pytest.fail("it started")
    assert [one.name for one in old.iterdir()] == ["PG_VERSION"]


def test_a_killed_initdb_is_done_again(env: Env) -> None:
    half = env.data_dir / "postgres.making"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n", encoding="ascii")
    with running(env) as url, psycopg.connect(url) as there:
        assert there.execute("SELECT current_user").fetchone() == ("linli",)
    assert not half.exists()


def test_a_server_that_is_too_old_is_named_with_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "OLDEST_SERVER", 99)
    with pytest.raises(DatabaseTooOld, match="Linli needs 99 or newer"):
        check_server(os.environ["DATABASE_URL"])


def test_a_server_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable) as told:
        check_server(f"postgresql://linli@/linli?host={tmp_path}")
    assert "\n" not in str(told.value)


def test_a_full_disk_is_said_in_megabytes(env: Env) -> None:
    with pytest.raises(NoRoom, match="MB are free"):
        cluster.check_room(env.data_dir, needed_mb=10**12)


def test_the_given_database_comes_first(env: Env) -> None:
    given = replace(env, database_url=os.environ["DATABASE_URL"])
    with running(given) as url:
        assert url == database_url(given) == os.environ["DATABASE_URL"]
    assert not env.data_dir.exists()


def test_a_start_without_its_keys_says_so_and_makes_none(env: Env) -> None:
    with running(env):
        pass
    (env.data_dir / "keyring").rename(env.data_dir / "keyring.lost")
    with pytest.raises(KeyMissing, match="recover"), running(env):
        pass
    assert not list((env.data_dir / "keyring").glob("*"))
    (env.data_dir / "keyring").rmdir()
    (env.data_dir / "keyring.lost").rename(env.data_dir / "keyring")
    with running(env) as url, psycopg.connect(url) as there:
        assert there.execute("SELECT 1").fetchone() == (1,)
