"""An upgrade that is killed at every step and begun again; one that must not begin."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from linli.conf.env import Env
from linli.ops import backup_format
from tests.ops.conftest import soon

Script = Callable[[str], "subprocess.Popen[str]"]

PREPARE = """
import os, pathlib, signal, sys
from linli.cli.session import database
from linli.conf.env import Env
from linli.ops import upgrade
env = Env.read(os.environ)
to = env.data_dir / "backups"
def older():
    # As an older Linli left it: a room is not there yet, and somebody has done something.
    from django.core.management import call_command
    from linli.common.caller import NOBODY
    from linli.common.clock import now
    from linli.custody import trail
    call_command("migrate", "command", "zero", verbosity=0)
    call_command("migrate", "muster", "zero", verbosity=0)
    trail.record("event.opened", who=NOBODY, subject="event:7", at=now())
"""

KILLED = (
    PREPARE
    + """
import psycopg
from linli.ops.cluster import database_url
from linli.ops.layout import DATABASE
def copy(of, to):
    # The database that is to be upgraded is made once: taking rooms away takes longer than an upgrade.
    from django.db import connections
    connections.close_all()
    with psycopg.connect(database_url(env).replace(f"/{DATABASE}?", "/postgres?"), autocommit=True) as there:
        there.execute(f"DROP DATABASE IF EXISTS {to} WITH (FORCE)")
        there.execute(f"CREATE DATABASE {to} TEMPLATE {of}")
def begin(kill_at):
    # In a process of its own, which is killed at that line of what it says. Returns whether it came to its end.
    from django.db import connections
    connections.close_all()
    if (child := os.fork()) == 0:
        said = 0
        def say(sentence):
            nonlocal said
            said += 1
            print("   ", sentence, flush=True)
            if said == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        try:
            upgrade.upgrade(env, database_url(env), to, say)
        except BaseException as error:
            print("failed", type(error), error, flush=True)
            os._exit(3)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL), code
    return code == 0
with database():
    from django.db import connection
    older()
    copy(DATABASE, "older")
    kill_at = 0
    while True:
        kill_at += 1
        copy("older", DATABASE)
        before = sorted(".".join(each) for each in upgrade.applied())
        there = set(to.glob("linli-*"))
        whole = begin(kill_at)
        again = begin(0)
        assert again, "it did not come to its end"
        assert not upgrade._waiting(), upgrade._waiting()
        assert not (env.data_dir / upgrade.STATE).exists()
        made = set(to.glob("linli-*")) - there
        from linli.ops import backup_format
        said = [backup_format.read_manifest(each)[0].migrations for each in made]
        assert said and all(each == before for each in said), (before, said)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM custody_trailentry WHERE subject = 'event:7'")
            assert cursor.fetchone() == (1,)
            cursor.execute("SELECT count(*) FROM custody_trailentry WHERE kind = 'system.upgraded'")
            assert cursor.fetchone()[0] >= 1
        if whole:
            break
    print("steps", kill_at - 1, flush=True)
"""
)

REAL = PREPARE + "\nwith database():\n    older()\nprint('older', flush=True)\n"
NEWER = (
    PREPARE
    + """
with database():
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('muster', '0099_later', now())")
print("newer", flush=True)
"""
)
HELD = "from linli.ops.cluster import running\nfrom linli.conf.env import Env\nimport os, time\n" + (
    "with running(Env.read(os.environ)):\n    print('running', flush=True)\n    time.sleep(600)\n"
)


def linli(data_dir: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "linli", *words],
        env=environ | {"LINLI_DATA": str(data_dir), "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.usefixtures("installed")
def test_killed_at_every_step_it_goes_on_and_keeps_a_backup_from_before(env: Env, script: Script) -> None:
    said, _ = script(KILLED).communicate(timeout=600)
    assert said.splitlines()[-1].startswith("steps "), said
    # a backup, where it lies, two rooms, and the end
    assert int(said.splitlines()[-1].split()[1]) >= 5, said


@pytest.mark.usefixtures("installed")
def test_real_data_is_not_brought_up_to_date_without_a_backup(env: Env, script: Script) -> None:
    said, _ = script(REAL).communicate(timeout=300)
    assert said.endswith("older\n"), said
    refused = linli(env.data_dir, "trail", "seal")
    assert (refused.returncode, "[upgrade_needed]" in refused.stderr) == (1, True), refused.stderr
    done = linli(env.data_dir, "upgrade")
    assert done.returncode == 0, done.stderr
    [made] = (env.data_dir / "backups").iterdir()
    assert str(made) in done.stdout
    assert not [each for each in backup_format.read_manifest(made)[0].migrations if each.startswith("muster.")]
    assert linli(env.data_dir, "trail", "seal").returncode == 0
    assert "Nothing to do" in linli(env.data_dir, "upgrade").stdout
    shutil.rmtree(made)


@pytest.mark.usefixtures("installed")
def test_it_refuses_tables_of_a_newer_linli_and_a_database_in_use(env: Env, script: Script) -> None:
    said, _ = script(NEWER).communicate(timeout=300)
    assert said.endswith("newer\n"), said
    for words in (["upgrade"], ["trail", "seal"]):
        refused = linli(env.data_dir, *words)
        assert (refused.returncode, "[database_newer]" in refused.stderr) == (1, True), refused.stderr
        assert "muster.0099_later" in refused.stderr
    assert not (env.data_dir / "backups").exists()
    holder = script(HELD)
    assert holder.stdout is not None
    assert soon(lambda: holder.stdout.readline() == "running\n")  # type: ignore[union-attr]
    refused = linli(env.data_dir, "upgrade")
    assert (refused.returncode, "[data_in_use]" in refused.stderr) == (1, True), refused.stderr


@pytest.mark.django_db(transaction=True)
def test_on_a_database_of_ones_own_an_open_connection_of_linli_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg
    from django.db import connection

    from linli.ops import upgrade
    from linli.ops.errors import DataInUse

    at = connection.settings_dict
    url = f"postgresql://{at['USER']}:{at['PASSWORD']}@/{at['NAME']}?host={at['HOST']}"
    url += f"&port={at['PORT']}" if at["PORT"] else ""
    connection.close()
    with psycopg.connect(url, autocommit=True) as there:  # threads of earlier tests may hold a session still
        there.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    upgrade._see_nobody_else(url)
    monkeypatch.setattr(upgrade, "PATIENCE_S", 0.0)
    with (
        psycopg.connect(url, application_name="linli"),
        pytest.raises(DataInUse, match="1 connections are open"),
    ):
        upgrade.upgrade(Env(data_dir=tmp_path, database_url=url), url, tmp_path, print)
