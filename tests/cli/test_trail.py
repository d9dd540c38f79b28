"""`linli trail`: what it says, and its exit codes."""

import subprocess
import sys
from contextlib import nullcontext

import pytest
from click.testing import CliRunner
from django.db import connection

from linli.cli import trail as command
from linli.common.caller import NOBODY
from linli.common.clock import now
from linli.custody import trail
from linli.custody.models import Seal, TrailEntry


@pytest.fixture
def linli(transactional_db, monkeypatch):
    """The command, over the test's own database, which is there already."""
    monkeypatch.setattr(command, "database", nullcontext)
    return lambda *words: CliRunner().invoke(command.trail, words)


def write(number):
    return trail.record("sign_up.confirmed", who=NOBODY, subject=f"sign_up:{number}", at=now())


def test_an_empty_trail_has_nothing_to_prove(linli):
    told = linli("verify")
    assert told.exit_code == 0
    assert "nothing is sealed" in told.stdout
    assert "There is nothing to prove yet." in told.stdout


def test_sealing_says_how_many_and_verifying_says_what_is_proved(linli):
    write(1), write(2)
    assert linli("seal").stdout == "2 entries sealed.\n"
    assert linli("seal").stdout == "0 entries sealed.\n"
    write(3)
    newest = bytes(Seal.objects.get().chained).hex()
    told = linli("verify", "--anchor", newest)
    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        "seals: 1, of which 0 have let go of entries whose six months were over",
        "sealed entries: 2",
        "not yet sealed: 1",
        f"newest link: {newest}",
        "Nothing was changed, taken away or put in.",
    ]


def test_what_is_wrong_is_said_and_exits_1(linli):
    entry = write(1)
    linli("seal")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE custody_trailentry DISABLE TRIGGER USER")
        TrailEntry.objects.filter(pk=entry.pk).update(subject="sign_up:99")
        cursor.execute("ALTER TABLE custody_trailentry ENABLE TRIGGER USER")
    told = linli("verify")
    assert told.exit_code == 1
    assert f"wrong: entry {entry.pk} is not what was sealed" in told.stderr
    assert "Nothing was changed" not in told.stdout


def test_a_link_that_is_not_in_the_chain_exits_1(linli):
    write(1)
    linli("seal")
    told = linli("verify", "--anchor", "ab" * 32)
    assert (told.exit_code, told.stderr) == (1, "wrong: the link kept outside is not in this chain\n")


@pytest.mark.parametrize("text", ["", "ab", "zz" * 32, "ab" * 33])
def test_what_is_no_link_exits_2(linli, text):
    told = linli("verify", "--anchor", text)
    assert told.exit_code == 2
    assert "64 hexadecimal digits" in told.stderr


def test_a_proof_is_written_and_its_checker_printed(linli, tmp_path):
    write(1)
    linli("seal")
    told = linli("proof", "--out", str(tmp_path / "proof.jsonl"))
    assert told.exit_code == 0
    assert "1 entries, 1 links. Not yet sealed, so not in it: 0" in told.stdout
    (tmp_path / "check.py").write_text(linli("verifier").stdout)
    alone = [sys.executable, "-I", "-S", "check.py", "proof.jsonl"]
    done = subprocess.run(alone, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
