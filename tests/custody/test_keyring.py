"""The keyring: made once, kept in several places, rotated, sealed for the safe, and never made anew over old data."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings

from linli.cli.keys import keys as command
from linli.conf.env import BadSetting, Env
from linli.custody import destroyed, keycopies, keyring, keysealed, secrets
from linli.custody.errors import (
    CopiesDiffer,
    CopyOutOfReach,
    DestructionListUnreadable,
    KeyMissing,
    SealedKeyringUnreadable,
)
from linli.custody.secrets import WrongKey

PASSPHRASE = "four plain words here"


@pytest.fixture
def copies(tmp_path):
    made = (("stick", tmp_path / "stick"), ("office", tmp_path / "office"))
    for _, folder in made:
        folder.mkdir()
    return made


@pytest.fixture
def home(tmp_path):
    """An installation whose keys are made."""
    keyring.key(tmp_path / "var", keyring.DJANGO)
    return tmp_path / "var"


@pytest.fixture
def linli(home, copies, monkeypatch):
    monkeypatch.setenv("LINLI_DATA", str(home))
    monkeypatch.setenv("LINLI_KEYRING_COPIES", ",".join(f"{name}={folder}" for name, folder in copies))
    monkeypatch.setattr(keysealed.seal, "__kwdefaults__", {"cost": 2**4})
    return lambda *words, typed=None: CliRunner().invoke(command, words, input=typed)


@pytest.fixture
def own_keyring(home, monkeypatch):
    """`secrets` over a keyring of the test's own."""
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, data_dir=home))
    secrets._cipher.cache_clear()
    yield home
    secrets._cipher.cache_clear()


def test_the_first_keys_are_made_together(home):
    assert keyring.names(keyring.folder(home)) == ["django", "index", "register"]
    assert {path.stat().st_mode & 0o777 for path in keyring.folder(home).iterdir()} == {0o600}


@pytest.mark.parametrize("lost", ["register", "index", "django"])
def test_a_lost_key_is_said_and_not_made_anew(home, lost):
    (keyring.folder(home) / f"{lost}.key").unlink()
    with pytest.raises(KeyMissing, match=f"{lost}.key"):
        keyring.key(home, lost)
    assert not (keyring.folder(home) / f"{lost}.key").exists()


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_lost_keyring_is_not_made_anew_over_a_database(tmp_path, elsewhere):
    home = tmp_path / "far" if elsewhere else tmp_path
    (home / "postgres").mkdir(parents=True)
    if elsewhere:
        (tmp_path / "database-is-in").write_text(f"{home}\n", encoding="utf-8")
    with pytest.raises(KeyMissing):
        keyring.key(tmp_path, keyring.DJANGO)
    assert keyring.names(keyring.folder(tmp_path)) == []


def test_a_copy_gets_every_key_and_says_what_it_lacks(home, copies):
    assert [state.lacks for state in keycopies.states(home, copies)] == [("django", "index", "register")] * 2
    assert [(state.lacks, state.differ) for state in keycopies.spread(home, copies)] == [((), ())] * 2
    for _, folder in copies:
        assert keyring.read(folder / "register.key") == keyring.key(home, "register")
        assert (folder / "register.key").stat().st_mode & 0o777 == 0o600


def test_a_copy_that_is_not_there_is_told_and_not_made(home, tmp_path):
    gone = (("stick", tmp_path / "not-plugged-in"),)
    [state] = keycopies.spread(home, gone)
    assert state.why_not
    assert not gone[0][1].exists()
    with pytest.raises(CopyOutOfReach, match="stick"):
        keycopies.rotate(home, gone)
    assert keyring.newest(home, keyring.REGISTER) == 1


def test_after_rotation_old_texts_are_read_and_new_ones_are_under_the_new_key(own_keyring, copies):
    keycopies.spread(own_keyring, copies)
    before = secrets.seal("13812341234")
    assert keycopies.rotate(own_keyring, copies) == 2
    after = secrets.seal("13812341234")
    assert (before[:1], after[:3]) == (b"\x01", b"\x02\x00\x02")
    assert secrets.unseal(before) == secrets.unseal(after) == "13812341234"
    assert secrets.unseal(secrets.seal_many(["a", "b"])[1]) == "b"
    assert keyring.read(copies[0][1] / "register.2.key") == keyring.key(own_keyring, "register", 2)
    (keyring.folder(own_keyring) / "register.2.key").unlink()
    secrets._cipher.cache_clear()
    assert secrets.unseal(before) == "13812341234"
    with pytest.raises(WrongKey):
        secrets.unseal(after)


def test_a_keyring_comes_back_from_a_copy(home, copies, tmp_path):
    keycopies.rotate(home, copies)
    keycopies.spread(home, copies)
    fresh = tmp_path / "fresh"
    assert sorted(keycopies.recover(fresh, copies, "office")) == ["django", "index", "register", "register.2"]
    assert keyring.key(fresh, "register", 2) == keyring.key(home, "register", 2)
    assert keycopies.recover(fresh, copies, "office") == []


def test_another_keyring_is_never_mixed_in(home, copies, tmp_path):
    keycopies.spread(home, copies)
    other = tmp_path / "other"
    mine = keyring.key(other, "register")
    with pytest.raises(CopiesDiffer, match="stick"):
        keycopies.recover(other, copies, "stick")
    with pytest.raises(CopiesDiffer):
        keycopies.rotate(other, copies)
    keycopies.spread(other, copies)
    assert keyring.read(copies[0][1] / "register.key") == keyring.key(home, "register") != mine


def test_destruction_lists_only_grow_and_keep_a_destroyed_key_away(home, copies, tmp_path):
    line = '{"at": "2026-11-24T20:00:00+00:00", "backup": "linli-1"}'
    earlier = '{"at": "2026-11-20T20:00:00+00:00", "table": "people_person", "ids": [7]}'
    keycopies.add(home, copies, "backups/linli-1", bytes(32), all_copies=True)
    destroyed.add(keyring.folder(home), [line])
    destroyed.add(copies[0][1], [earlier])
    keycopies.spread(home, copies)
    for folder in (keyring.folder(home), *(folder for _, folder in copies)):
        assert destroyed.lines([folder]) == [earlier, line]
    fresh = tmp_path / "fresh"
    assert "backups/linli-1" not in keycopies.recover(fresh, copies, "stick")
    assert destroyed.lines([keyring.folder(fresh)]) == [earlier, line]


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        '{"at": "x"}',
        '{"at": "x", "table": "t"}',
        '{"at": "x", "table": "t", "ids": 7}',
        '{"at": "x", "table": "t", "ids": [1], "set": {}}',
        '{"at": "x", "table": "t", "ids": [1], "more": 1}',
        '{"at": "x", "table": "t", "ids": [1], "call": 7}',
        '{"at": "x", "table": "t", "ids": [1], "call": "f", "by": "c"}',
    ],
)
def test_a_destruction_list_that_makes_no_sense_is_refused_by_line(tmp_path, line):
    (tmp_path / destroyed.FILE).write_text(f'{{"at": "x", "backup": "b"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(DestructionListUnreadable, match="line 2"):
        destroyed.lines([tmp_path])


def test_the_list_of_keys_shows_none(linli, home, copies):
    told = linli()
    assert told.exit_code == 1
    assert "lacks register" in told.stdout
    assert linli("copy").exit_code == 0
    told = linli()
    assert told.exit_code == 0
    assert told.stdout.count("complete") == 2
    assert "register  made 20" in told.stdout
    for path in keyring.folder(home).glob("*.key"):
        assert path.read_bytes().hex() not in told.output


def test_fewer_than_two_copies_are_warned_of(linli, monkeypatch, copies):
    monkeypatch.setenv("LINLI_KEYRING_COPIES", f"stick={copies[0][1]}")
    assert "at least 2" in linli("copy").stderr


def test_a_sealed_copy_brings_the_keyring_back(linli, home, tmp_path, monkeypatch):
    linli("copy")
    assert linli("rotate").exit_code == 0
    file = tmp_path / "safe.json"
    assert linli("export", str(file), typed=f"{PASSPHRASE}\n{PASSPHRASE}\n").exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    for path in keyring.folder(home).glob("*.key"):
        assert path.read_bytes().hex() not in file.read_text(encoding="utf-8")
    assert linli("export", str(file), typed=f"{PASSPHRASE}\n{PASSPHRASE}\n").exit_code == 1
    monkeypatch.setenv("LINLI_DATA", str(tmp_path / "fresh"))
    told = linli("import", str(file), typed=f"{PASSPHRASE}\n")
    assert told.stdout.endswith("4 keys added, 0 were here or are destroyed.\n")
    assert keyring.listed(keyring.folder(tmp_path / "fresh")) == keyring.listed(keyring.folder(home))


def test_a_short_passphrase_is_refused(linli, tmp_path):
    assert linli("export", str(tmp_path / "safe.json"), typed="short\nshort\n").exit_code == 1
    assert not (tmp_path / "safe.json").exists()


def test_another_passphrase_or_an_altered_file_opens_nothing(home, tmp_path):
    file = tmp_path / "safe.json"
    file.write_bytes(keysealed.seal(home, PASSPHRASE, cost=2**4))
    with pytest.raises(SealedKeyringUnreadable):
        keysealed.unseal(file, "another one altogether")
    content = json.loads(file.read_text(encoding="utf-8"))
    for changed in ({"scrypt_n": 2**5}, {"scrypt_n": 2**40}, {"salt": "00" * 16}, {"linli_keyring": 2}, {"sealed": ""}):
        file.write_text(json.dumps(content | changed), encoding="utf-8")
        with pytest.raises(SealedKeyringUnreadable):
            keysealed.unseal(file, PASSPHRASE)
    file.write_text("[]", encoding="utf-8")
    with pytest.raises(SealedKeyringUnreadable):
        keysealed.unseal(file, PASSPHRASE)


def test_copies_are_named_and_absolute():
    env = Env.read({"LINLI_KEYRING_COPIES": "stick=/media/stick, office=/srv/keyring"})
    assert env.keyring_copies == (("stick", Path("/media/stick")), ("office", Path("/srv/keyring")))
    for text in ("/media/stick", "stick=", "stick=relative", "a=/x,a=/y", "a=/x,b=/x", "böse name=/x"):
        with pytest.raises(BadSetting, match="LINLI_KEYRING_COPIES"):
            Env.read({"LINLI_KEYRING_COPIES": text})


def with_backups(home, copies, *names):
    for name in names:
        keycopies.add(home, copies, f"backups/{name}", name.encode().ljust(32, b"0"), all_copies=False)


def backups_in(folder):
    return [name.removeprefix("backups/") for name in keyring.names(folder) if "/" in name]


AT = datetime(2026, 11, 28, tzinfo=UTC)


def test_the_key_of_a_backup_is_destroyed_in_the_keyring_and_in_every_copy(home, copies):
    with_backups(home, copies, "one", "two", "new")
    assert keycopies.older_backups(home, copies, than="new") == ["one", "two"]
    keycopies.destroy_backups(home, copies, ["one", "two"], at=AT)
    for place in (keyring.folder(home), *(folder for _, folder in copies)):
        assert backups_in(place) == ["new"]
        assert set(destroyed.backups(destroyed.lines([place]))) == {"one", "two"}
    before = destroyed.lines([keyring.folder(home)])
    keycopies.destroy_backups(home, copies, ["one", "two"], at=AT)
    assert destroyed.lines([keyring.folder(home)]) == before, "done twice, it is done once"


def test_a_key_that_only_a_copy_still_has_is_destroyed_too(home, copies):
    with_backups(home, copies, "one", "new")
    (keyring.folder(home) / "backups" / "one.key").unlink()
    assert keycopies.older_backups(home, copies, than="new") == ["one"]
    keycopies.destroy_backups(home, copies, ["one"], at=AT)
    assert [backups_in(folder) for _, folder in copies] == [["new"], ["new"]]


def test_a_copy_that_comes_back_lets_go_of_what_was_destroyed_and_gives_no_key_back(home, copies, tmp_path):
    with_backups(home, copies, "one", "new")
    stick = dict(copies)["stick"]
    away = stick.rename(tmp_path / "away")
    states = {state.name: state.why_not for state in keycopies.destroy_backups(home, copies, ["one"], at=AT)}
    assert states["office"] is None
    assert states["stick"] is not None
    away.rename(stick)
    assert keycopies.holds_dead(stick, home)
    assert keycopies.recover(home, copies, "stick") == []
    keycopies.spread(home, copies)
    assert not keycopies.holds_dead(stick, home)
    assert backups_in(keyring.folder(home)) == ["new"]


def test_a_destroyed_key_is_overwritten_before_it_goes(home):
    path = keyring.folder(home) / "backups" / "one.key"
    keyring.write(path, b"k" * 32)
    with path.open("rb") as still_open:
        keyring.destroy(path)
        assert still_open.read() == bytes(32)
    assert not path.exists()
    keyring.destroy(path)
