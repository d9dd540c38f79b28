"""After a closing, what was planted is found in no row, no file, no log line and no backup that can be read.

Each test has a database of its own on the disk, begun from an empty one, and looks through its very files.
"""

import json
import os
import signal
import subprocess
import sys

import pytest

from linli.conf.env import Env
from tests.ops.conftest import data_dir, env, installation, installed  # noqa: F401 (fixtures)

pytestmark = pytest.mark.usefixtures("installed")

OPEN = """
import json, os, sys, time
from dataclasses import replace
from pathlib import Path
from linli.cli.session import database
from linli.conf.env import Env
env = Env.read(os.environ)
with database():
    from django.db import connection
    from linli.closing import work
    from linli.closing.models import Certificate, Closing, Debt, Line, Step
    from linli.closing.steps import files, log
    from linli.custody import destroyed, keycopies, keyring
    from linli.ops import backup, layout, restore, scheduled
    from linli.ops.errors import BackupDestroyed
    from linli.ops.jobs import known
    from tests.closing import planted as p
    from tests.factories import tiny_city
    cluster = layout.find(env.data_dir).cluster
"""
BEGIN = OPEN + "    planted = p.plant(tiny_city())\n"


def command(begin: str, text: str) -> list[str]:
    return [sys.executable, "-c", begin + "".join(f"    {line}\n" for line in text.strip().splitlines())]


def surroundings(env: Env) -> dict[str, str]:  # noqa: F811
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    above = env.data_dir.parent
    copies = []
    for name in ("office", "stick"):
        (above / name).mkdir(exist_ok=True)
        copies.append(f"{name}={above / name}")
    return environ | {
        "LINLI_DATA": str(env.data_dir),
        "LINLI_BACKUPS": str(above / "backups"),
        "LINLI_KEYRING_COPIES": ",".join(copies),
        "LANG": "C.UTF-8",
    }


def run(env: Env, text: str, begin: str = BEGIN) -> str:  # noqa: F811
    """Run the text in an installation of its own; what it printed. Where it fails, its complaint is shown."""
    done = subprocess.run(
        command(begin, text), env=surroundings(env), capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not any(marker in done.stderr for marker in ("标记", "13971117771")), "a marker stands in the log"
    return done.stdout


NOWHERE = """
after = p.files_with(env.data_dir.parent, planted.markers) | p.files_with(cluster, planted.markers)
assert after == {}, after
assert p.rows_of_the_event(planted) == {}
assert p.register_fields(planted) == p.EXPECTED
"""

WHOLE = f"""
before = p.files_with(cluster, planted.markers)
assert set(before) >= set(planted.sealed) | {{m.encode() for m in (p.NAME, p.DOOR, p.SUMMARY)}}, before
assert any("pg_wal" in file for files in before.values() for file in files)
old = backup.make(env, env.backups_to)
places = [keyring.folder(env.data_dir), *(folder for _, folder in env.keyring_copies)]
assert all(f"backups/{{old.manifest.id}}" in keyring.names(place) for place in places)
assert p.close(planted, env) == "", list(Step.objects.values())
{NOWHERE}
from linli.people.models import Person, Volunteer
assert Person.objects.filter(pk=planted.volunteer).exists(), "who serves is kept by the service"
assert Volunteer.objects.filter(pk=planted.volunteer).exists()
kept = Step.objects.get(what=4).facts
for place in places:
    assert [name for name in keyring.names(place) if "/" in name] == [f"backups/{{kept['backup']}}"]
    assert old.manifest.id in destroyed.backups(destroyed.lines([place]))
side = replace(env, data_dir=env.data_dir / "again", keyring_copies=(*env.keyring_copies, ("own", places[0])))
try:
    restore.restore(side, old.folder, known)
except BackupDestroyed:
    print("refused")
manifest = restore.restore(side, Path(kept["folder"]), known)
assert manifest.tables["muster_signup"] == 0
found = p.files_with(layout.find(side.data_dir).cluster, planted.markers)
assert found == {{}}, found
layout.remove(layout.find(side.data_dir))
certificate = Certificate.objects.get()
rows = {{line["model"]: line["rows"] for line in certificate.content["destroyed"]}}
assert rows["muster.SignUp"] == 1 and rows["people.Identity"] == 2 and rows["people.Person"] == 1, rows
assert certificate.content["unreadable_backups"] == [old.manifest.id]
assert certificate.content["limits"] == ["sealed_copies", "free_space"]
assert Closing.objects.get().state == "finished"
for _ in range(500):
    with connection.cursor() as cursor:
        cursor.execute("SHOW wal_recycle")
        if cursor.fetchone() == ("on",):
            break
    time.sleep(0.02)
else:
    raise AssertionError("files of the log are not used again after the closing")
print("whole")
"""


def test_what_was_planted_is_nowhere_afterwards(env: Env) -> None:  # noqa: F811
    assert run(env, WHOLE).split() == ["refused", "whole"]


ONLY_DELETED = """
from linli.closing.models import Step
closing = p.confirm(planted)
from linli.closing.steps import rows
step = Step.objects.create(closing=closing, what=1, begun_at=p.now())
rows.destroy(closing, step)
assert p.rows_of_the_event(planted) == {}
with connection.cursor() as cursor:
    cursor.execute("VACUUM ANALYZE")
    cursor.execute("CHECKPOINT")
left = p.files_with(cluster, planted.markers)
print(json.dumps(sorted({file.partition("/")[0] for files in left.values() for file in files})))
"""


def test_without_the_later_steps_it_would_still_be_on_the_disk(env: Env) -> None:  # noqa: F811
    """The twin: rows that are deleted and vacuumed stay in the log, in the statistics or in the table's file."""
    assert json.loads(run(env, ONLY_DELETED))


KILLS = f"""
class Killed(BaseException):
    pass

def once(module, name, at=1, after=False):
    true, calls = getattr(module, name), []
    def killed(*words, **more):
        calls.append(name)
        if len(calls) == at and not after:
            raise Killed
        said = true(*words, **more)
        if len(calls) == at:
            raise Killed
        return said
    setattr(module, name, killed)

def step_killed(what):
    true = work._steps
    def steps(*words):
        found = true(*words)
        whole = found[what]
        def killed():
            work._steps = true
            whole()
            raise Killed
        found[what] = killed
        return found
    work._steps = steps

closing = p.confirm(planted)
old = backup.make(env, env.backups_to)
kills = 0
def kill(how, *words, **more):
    global kills
    how(*words, **more)
    try:
        code = work.go_on(closing.pk, env)
    except Killed:
        kills += 1
    else:
        raise AssertionError(f"was not killed, said {{code}}")

from linli.closing import counting
from linli.closing.steps import backups, rows
kill(once, rows, "_delete", at=3)
assert p.rows_of_the_event(planted)["sign-ups"] == 1, "half the rows went"
kill(step_killed, 1)
kill(once, files, "drop_partition", after=True)
kill(once, files, "write_anew", at=4)
done = Step.objects.get(what=2).facts["tables"]
kill(step_killed, 2)
kill(once, log, "_files")
kill(step_killed, 3)
kill(once, scheduled, "prove")
made = Step.objects.get(what=4).facts["backup"]
kill(step_killed, 4)
kill(once, keyring, "destroy", at=2)
kill(step_killed, 5)
from linli.closing import certificate
kill(once, certificate, "issue", after=True)
assert Certificate.objects.count() == 0, "a certificate of what is not over"
assert work.go_on(closing.pk, env) == ""
assert work.go_on(closing.pk, env) == "", "done twice, it is done once"
{NOWHERE}
assert Step.objects.get(what=4).facts["backup"] == made, "the backup that was made was made again"
assert Certificate.objects.count() == 1 and Closing.objects.get().state == "finished"
assert set(done) < set(Step.objects.get(what=2).facts["tables"])
print(kills)
"""


def test_killed_at_every_step_it_goes_on_from_there(env: Env) -> None:  # noqa: F811
    assert int(run(env, KILLS)) == 12


STUCK = """
closing = p.confirm(planted)
markers = [marker.hex() for marker in planted.markers]
(env.data_dir.parent / "markers.json").write_text(json.dumps(markers), encoding="utf-8")
true = files.write_anew
def stuck(name):
    if name == "muster_signup":
        print("stuck", flush=True)
        time.sleep(300)
    true(name)
files.write_anew = stuck
work.go_on(closing.pk, env)
"""
AGAIN = """
at = env.data_dir.parent / "markers.json"
markers = [bytes.fromhex(marker) for marker in json.loads(at.read_text(encoding="utf-8"))]
at.unlink()
closing = Closing.objects.get()
assert work.go_on(closing.pk, env) == ""
after = p.files_with(env.data_dir.parent, markers) | p.files_with(cluster, markers)
assert after == {}, after
print("whole")
"""


def test_killed_together_with_the_database_it_goes_on(env: Env) -> None:  # noqa: F811
    process = subprocess.Popen(
        command(BEGIN, STUCK), env=surroundings(env), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "stuck\n"
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert run(env, AGAIN, OPEN) == "whole\n"


OWING = """
stick = dict(env.keyring_copies)["stick"]
old = backup.make(env, env.backups_to)
away = stick.rename(stick.with_name("away"))
assert p.close(planted, env) == ""
closing = Closing.objects.get()
assert list(closing.debts.values_list("copy", "settled_at")) == [("stick", None)]
first = Certificate.objects.get().content
assert first["keyring_copies"] == [{"name": "office", "reached": True}, {"name": "stick", "reached": False}]
assert "copies_out_of_reach" in first["limits"]
assert work.settle(env) == 0 and Certificate.objects.count() == 1
away.rename(stick)
assert f"backups/{old.manifest.id}" in keyring.names(stick), "the old key is still in it"
try:
    restore.restore(replace(env, data_dir=env.data_dir / "again"), old.folder, known)
except BackupDestroyed:
    print("refused")
assert work.settle(env) == 1
assert f"backups/{old.manifest.id}" not in keyring.names(stick)
second = Certificate.objects.get(number=2).content
assert second["debts"][0]["settled_at"] and "copies_out_of_reach" not in second["limits"]
assert work.settle(env) == 0 and Certificate.objects.count() == 2
print("settled")
"""


def test_a_copy_out_of_reach_is_owed_and_settled_when_it_comes_back(env: Env) -> None:  # noqa: F811
    assert run(env, OWING).split() == ["refused", "settled"]


HELD = """
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_create_physical_replication_slot('somebody', true)")
closing = p.confirm(planted)
assert work.go_on(closing.pk, env) == "closing_log_held"
step = Step.objects.get(what=3)
assert step.done_at is None and int(step.facts["why"]["n"]) > 0
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_drop_replication_slot('somebody')")
assert work.go_on(closing.pk, env) == "", Step.objects.get(what=3)
print("whole")
"""


def test_a_log_that_somebody_else_holds_is_said_and_waited_for(env: Env) -> None:  # noqa: F811
    assert run(env, HELD) == "whole\n"


ERASED = """
from linli.access.models import RoleGrant
from linli.closing import erasing, traces
from linli.custody import export
from linli.custody.models import ExportRows
from linli.events.models import Event
from linli.muster import takeout
from linli.people.models import Person
from tests.factories import add_claim, caller_for, note, user_with_role
Event.objects.update(ended_at=None)
desk = user_with_role("community_desk", planted.city.communities[0])
here = planted.city.communities[0].pk
planted.city.event.refresh_from_db()
claim = add_claim(planted.city, name=p.NAME, phone=p.EVENTS_PHONE)  # stands under nobody, as does who called
called = note(planted.city, desk, caller=f"{p.NAME} {p.EVENTS_PHONE}", about="3号门口", need="门口有积水")
listing = takeout.sign_ups(caller_for(desk), here, "claimed", p.now())
left = export.ask(listing, columns=["name", "phone"], purpose="call", by=caller_for(desk), at=p.now())
traced = [bytes(each) for each in (claim.phone, called.caller, called.phone)]
traced += [claim.number.encode(), bytes(ExportRows.objects.get(export=left).sealed)[:100]]
with connection.cursor() as cursor:
    cursor.execute("CHECKPOINT")
assert set(p.files_with(cluster, traced)) == set(traced)
old = backup.make(env, env.backups_to)
also = [each.code for each in traces.found(caller_for(desk), planted.alone) if each.key in (claim.pk, called.pk)]
assert len(also) == 2
asked = erasing.ask(planted.alone, here, scope="all", ground="over", also=also, by=caller_for(desk), at=p.now())
for who in (planted.officer, planted.second):
    erasing.confirm(asked, by=caller_for(who), at=p.now())
own = [planted.sealed[index] for index in (0, 1, 3, 4, 9, 10)]  # the entry about them, their phone, their mail
own += traced
assert p.files_with(cluster, own) != {}, "without the night they would be gone already"
assert erasing.tidy_files(env) == 1
assert erasing.tidy_files(env) == 0
left = p.files_with(env.data_dir.parent, own) | p.files_with(cluster, own)
assert left == {}, left
copies = (*env.keyring_copies, ("own", keyring.folder(env.data_dir)))
side = replace(env, data_dir=env.data_dir / "again", keyring_copies=copies)
manifest = restore.restore(side, old.folder, known)
assert manifest.tables["people_person"] == Person.objects.count() + 1
import psycopg
from linli.ops.cluster import running
with running(side) as url, psycopg.connect(url) as there:
    for table, column in (("people_person", "id"), ("people_identity", "person_id"), ("people_stay", "person_id"),
                          ("muster_placement", "person_id"), ("access_mailaddress", "person")):
        [rows] = there.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", [planted.alone]).fetchone()
        assert rows == 0, table
    assert there.execute("SELECT count(*) FROM people_person").fetchone() == (Person.objects.count(),)
    assert there.execute("SELECT count(*) FROM muster_signup WHERE id = %s", [claim.pk]).fetchone() == (0,)
    for table in ("ledger_said", "ledger_moveproposed"):
        assert there.execute(f"SELECT count(*) FROM {table} WHERE person_id = %s", [planted.alone]).fetchone() == (0,)
    assert there.execute("SELECT count(*) FROM ledger_paperline WHERE %s = ANY(persons)", [planted.alone]
        ).fetchone() == (0,)
    stand = there.execute("SELECT s.state FROM rolls_standing s JOIN rolls_roll r ON r.id = s.roll_id"
        " WHERE r.of = 'persons' AND s.subject = %s", [planted.alone]).fetchall()
    assert stand == [(0,)], "nobody is due who was erased since"
    counted = there.execute("SELECT sum(s0) FROM rolls_counter c JOIN rolls_roll r ON r.id = c.roll_id"
        " WHERE r.of = 'persons'").fetchone()
    assert counted == (1,), counted
    blank = there.execute("SELECT caller, phone, phone_index FROM desk_entry WHERE id = %s", [called.pk]).fetchone()
    assert blank == (b"", None, None), blank
layout.remove(layout.find(side.data_dir))
print("forgotten")
"""


def test_an_erased_person_is_in_no_file_after_the_night_and_a_restored_backup_forgets_them(env: Env) -> None:  # noqa: F811
    assert run(env, ERASED) == "forgotten\n"
