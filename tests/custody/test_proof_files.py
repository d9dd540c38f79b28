"""A proof of the trail, taken away and checked by a program that has nothing but Python."""

import json
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.common.caller import Caller
from linli.custody import proof_files, seals, trail, verify_proof
from linli.custody.errors import ProofNotWritten
from linli.custody.proof_files import VERIFIER
from linli.custody.verify_proof import NoProof, check

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DESK = Caller(user=7)


def told(number):
    return trail.record("sign_up.confirmed", who=DESK, subject=f"sign_up:{number % 4}", at=NOON, facts={"n": number})


@pytest.fixture
def sealed(transactional_db):
    """Seals over 5, 1, 8 and 3 entries about four subjects, and two entries that no seal covers yet."""
    number = 0
    for tick, size in enumerate((5, 1, 8, 3)):
        for _ in range(size):
            told(number)
            number += 1
        seals.seal(at=NOON + timedelta(seconds=10 * tick))
    told(number), told(number + 1)


def proof(subject=None):
    out = StringIO()
    kept = proof_files.write(out, subject=subject, at=NOON)
    return kept, [json.loads(line) for line in out.getvalue().splitlines()]


def found(lines):
    done, _ = check([json.dumps(line) for line in lines])
    return done.wrong


def entries(lines):
    return [each for line in lines[1:] for each in line["entries"]]


@pytest.mark.parametrize("subject", [None, "sign_up:2"])
def test_an_untouched_proof_is_good_for_a_program_without_anything(sealed, tmp_path, subject):
    kept = proof_files.write_file(tmp_path / "proof.jsonl", subject=subject, at=NOON)
    alone = [sys.executable, "-I", "-S", str(VERIFIER), str(tmp_path / "proof.jsonl"), "--anchor", kept.newest]
    done = subprocess.run(alone, capture_output=True, text=True, check=False, cwd="/")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"entries: {kept.entries}; links: {kept.links}," in done.stdout
    assert f"not yet sealed, so not in it: {kept.unsealed}" in done.stdout
    assert f"newest link: {kept.newest}" in done.stdout


def test_a_proof_holds_every_entry_of_its_subject_and_no_other(sealed):
    kept, lines = proof("sign_up:2")
    assert {each["subject"] for each in entries(lines)} == {"sign_up:2"}
    assert (kept.entries, kept.unsealed) == (4, 1)
    assert [each["facts"]["n"] for each in entries(lines)] == [2, 6, 10, 14]
    nobody, rest = proof("sign_up:99")
    assert (nobody.entries, found(rest)) == (0, [])


def test_a_link_kept_outside_has_to_stand_in_the_chain(sealed):
    kept, lines = proof()
    text = [json.dumps(line) for line in lines]
    assert check(text, bytes.fromhex(kept.newest))[0].wrong == []
    assert check(text, bytes(32))[0].wrong == ["the link kept outside is not in this chain"]


@pytest.mark.parametrize("subject", [None, "sign_up:2"])
@pytest.mark.parametrize(
    ("name", "value"),
    [("kind", "sign_up.declined"), ("user", 8), ("subject", "sign_up:7"), ("happened_at", "2020"), ("facts", {})],
)
def test_an_altered_entry_is_named(sealed, subject, name, value):
    _, lines = proof(subject)
    victim = entries(lines)[-1]
    victim[name] = value
    assert any(f"entry {victim['id']} is not what was sealed" in words for words in found(lines))


def test_an_entry_altered_with_its_digest_is_found_by_its_seal(sealed):
    _, lines = proof()
    victim = entries(lines)[6]
    victim["user"] = 8
    victim["digest"] = verify_proof.leaf(victim).hex()
    assert any("is not what was sealed" in words for words in found(lines))


def test_entries_removed_doubled_or_moved_are_named(sealed):
    _, lines = proof()
    gone = lines[3]["entries"].pop(2)
    assert f"the entry at place {gone['leaf']} of seal {lines[3]['seal']} is not here" in found(lines)
    lines[3]["entries"].insert(2, gone)
    lines[3]["entries"].append(gone)
    assert f"entry {gone['id']} was put under seal {lines[3]['seal']} later" in found(lines)
    lines[3]["entries"].pop()
    lines[3]["entries"].reverse()
    assert any("do not stand as they were sealed" in words for words in found(lines))


def test_a_chain_with_a_link_taken_out_put_in_or_moved_does_not_end_where_it_should(sealed):
    _, lines = proof()
    ends = "the chain does not end with the newest link that the head names: links were changed"
    assert ends in found([lines[0], *lines[1:2], *lines[3:]])
    assert ends in found([*lines[:3], lines[2], *lines[3:]])
    assert ends in found([*lines[:2], lines[3], lines[2], *lines[4:]])
    assert ends in found(lines[:-1])
    tail = [lines[0], {**lines[2], "previous": "00" * 32}, *lines[3:]]
    assert ends in found(tail)
    del lines[1]
    lines[1]["previous"] = "11" * 32
    assert any("is not the first of all" in words for words in found(lines))


def test_what_was_committed_late_is_in_the_next_link(transactional_db):
    early = told(1)
    seals.seal(at=NOON)
    late = told(2)  # written with an earlier time in it
    seals.seal(at=NOON + timedelta(seconds=10))
    _, lines = proof()
    assert [[each["id"] for each in line["entries"]] for line in lines[1:]] == [[early.pk], [late.pk]]
    assert found(lines) == []


def test_an_empty_trail_makes_an_empty_proof(transactional_db):
    kept, lines = proof()
    assert (kept.entries, kept.links, kept.newest, len(lines), found(lines)) == (0, 0, "", 1, [])


def test_a_file_that_is_there_is_left_alone(transactional_db, tmp_path):
    (tmp_path / "mine").write_text("kept")
    with pytest.raises(ProofNotWritten, match="mine: File exists"):
        proof_files.write_file(tmp_path / "mine", subject=None, at=NOON)
    assert (tmp_path / "mine").read_text() == "kept"


def test_a_proof_that_breaks_off_leaves_no_file(transactional_db, tmp_path, monkeypatch):
    monkeypatch.setattr(proof_files, "_line", lambda out, what: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(ProofNotWritten, match="No space left"):
        proof_files.write_file(tmp_path / "half", subject=None, at=NOON)
    assert not (tmp_path / "half").exists()


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_whatever_is_no_proof_is_said_to_be_none(text):
    with pytest.raises(NoProof):
        check([text])


@pytest.mark.parametrize("words", ["", "{}", "[]", "not json", "\x00\x01"])
def test_a_file_that_is_no_proof_exits_2(tmp_path, capsys, words):
    (tmp_path / "file").write_text(words)
    assert verify_proof.main([str(tmp_path / "file")]) == 2
    assert "This is no proof" in capsys.readouterr().err


@pytest.mark.parametrize("size", range(1, 18))
def test_the_way_of_each_leaf_leads_to_the_root(size):
    drawn = random.Random(size)
    some = [{"salt": drawn.randbytes(16).hex(), "leaf": at, **dict.fromkeys(verify_proof.SEALED)} for at in range(size)]
    levels = seals.merkle_levels([verify_proof.leaf(each) for each in some])
    for each in some:
        each["path"] = [node.hex() for node in proof_files._beside(levels, each["leaf"])]
        assert verify_proof.root_by(each, size) == levels[-1][0] == verify_proof.root_of(levels[0])
