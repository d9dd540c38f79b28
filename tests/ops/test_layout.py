"""Where the database lies, and whom this machine lets run what."""

import os
from pathlib import Path

import pytest

from linli.conf.env import Env
from linli.ops import account, binaries, layout, privileges
from linli.ops.account import Account, can_run
from linli.ops.errors import DataNotOurs, DataNotWritable, DataOutOfReach, NoServerUser

STRANGER = Account("stranger", 54321, 54321)


def test_a_folder_the_servers_user_cannot_reach_gives_way_to_the_state_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(account, "server_account", lambda: STRANGER)
    monkeypatch.setattr(layout, "can_enter", lambda who, folder: False)
    hidden, other = tmp_path / "home" / "var", tmp_path / "other"
    at = layout.find(hidden, state_dir=tmp_path / "state")
    assert at.home.parent == tmp_path / "state"
    assert at.home != layout.find(other, state_dir=tmp_path / "state").home
    monkeypatch.setattr(layout, "can_enter", lambda who, folder: True)
    assert layout.find(hidden, state_dir=tmp_path / "state").home == hidden


def test_where_the_database_once_went_is_remembered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "database-is-in").write_text(f"{tmp_path / 'there'}\n", encoding="utf-8")
    monkeypatch.setattr(account, "server_account", account.me)
    assert layout.find(tmp_path).cluster == tmp_path / "there" / "postgres"


def test_a_cluster_that_is_there_is_never_passed_over_for_a_new_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "postgres").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(Account, "of", lambda uid: STRANGER if os.getuid() else Account("root", 0, 0))
    monkeypatch.setattr(account, "server_account", lambda: STRANGER)
    monkeypatch.setattr(layout, "can_enter", lambda who, folder: False)
    with pytest.raises(DataOutOfReach, match="stranger can no longer reach"):
        layout.find(tmp_path, state_dir=tmp_path / "state")


def test_somebody_elses_cluster_is_said_to_be_theirs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: STRANGER.uid)
    monkeypatch.setattr(Account, "of", lambda uid: Account("root", 0, 0))
    with pytest.raises(DataNotOurs, match="belongs to the user root"):
        layout.find(tmp_path)


def test_a_deep_folder_gets_a_socket_whose_path_fits(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    at = layout.Layout(deep, deep, account.me())
    assert len(str(at.socket_dir)) <= layout.LONGEST_SOCKET_DIR


def test_a_folder_that_cannot_be_made_is_said_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    blocked = tmp_path / "file" / "var"
    with pytest.raises(DataNotWritable, match="set LINLI_DATA to another"):
        layout.prepare_data_dir(layout.Layout(blocked, blocked, account.me()))


def test_root_without_the_system_user_is_told_to_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(account, "system_account", lambda: None)
    with pytest.raises(NoServerUser, match="make setup"):
        account.server_account()


def test_the_programs_run_from_their_copy(tmp_path: Path) -> None:
    copied = binaries.copy(binaries.folder(account.me()).parent, tmp_path)
    for program in ("initdb", "postgres", "pg_dump"):
        assert can_run(account.me(), copied / program, "--version")
    assert binaries.copy(binaries.folder(account.me()).parent, tmp_path) == copied


def test_a_dropped_process_inherits_settings_and_nothing_else_of_roots(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LINLI_PORT", "8123")
    monkeypatch.setenv("SECRET_OF_ROOT", "x")
    kept = privileges.environment(STRANGER, tmp_path, tmp_path / "var")
    assert (kept["LINLI_PORT"], kept["HOME"], kept["LINLI_DATA"]) == ("8123", str(tmp_path), str(tmp_path / "var"))
    assert "SECRET_OF_ROOT" not in kept


@pytest.mark.parametrize("stays", [False, True])
def test_root_becomes_the_system_user_unless_it_is_told_to_stay(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stays: bool
) -> None:
    began: list[list[str]] = []
    monkeypatch.setenv("LINLI_DATA", str(tmp_path))
    monkeypatch.setenv("LINLI_ROOT", "stays" if stays else "")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "execve", lambda program, words, environ: began.append([program, *words]))
    monkeypatch.setattr(privileges, "system_account", lambda: STRANGER)
    monkeypatch.setattr(privileges, "_reaches", lambda who: True)
    monkeypatch.setattr(privileges, "prepare_home", lambda who, where: tmp_path)
    privileges.drop(["linli", "worker"])
    assert len(began) == (0 if stays else 1)
    assert stays or began[0][-3:] == ["-m", "linli", "worker"]


def test_wiping_leaves_an_empty_folder(tmp_path: Path) -> None:
    env = Env(data_dir=tmp_path / "var")
    at = layout.Layout(env.data_dir, tmp_path / "state", account.me())
    layout.prepare(at)
    (at.data_dir / "keys").mkdir()
    layout.remove(at)
    assert list(at.data_dir.iterdir()) == []
    assert not at.home.exists()
