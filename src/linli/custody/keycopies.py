"""Copies of the keyring in other places, each with a name; new keys reach them before anything is written under them.

Copies only gain: a key or a line of the destruction list is never taken out of one because the keyring lacks it. The
one thing that goes is the key of a backup that stands on the destruction list.
"""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from linli.custody import destroyed, keyring
from linli.custody.errors import CopiesDiffer, CopyOutOfReach, KeyDamaged, KeyringError, NoSuchCopy
from linli.custody.keyring import KEY_BYTES, REGISTER

Copies = Sequence[tuple[str, Path]]
WANTED = 2
"""How many copies beside the keyring itself are wanted before a real community relies on them."""


@dataclass(frozen=True, slots=True)
class State:
    """How one copy stands.

    Attributes:
        name, folder: as configured.
        lacks: keys of the keyring that are not in it.
        differ: keys that are another key there.
        why_not: why it cannot be used now; None where it can.
    """

    name: str
    folder: Path
    lacks: tuple[str, ...]
    differ: tuple[str, ...]
    why_not: str | None


def states(data_dir: Path, copies: Copies) -> list[State]:
    """How each copy stands beside the keyring. Changes nothing."""
    at = keyring.folder(data_dir)
    ours = {name: keyring.read(at / f"{name}.key") for name in keyring.names(at)}
    return [_state(name, folder, ours) for name, folder in copies]


def _state(name: str, folder: Path, ours: dict[str, bytes]) -> State:
    if not folder.is_dir():
        return State(name, folder, tuple(ours), (), f"There is no folder {folder}.")
    lacks, differ = [], []
    for each, key in ours.items():
        try:
            if keyring.read(folder / f"{each}.key") != key:
                differ.append(each)
        except FileNotFoundError:
            lacks.append(each)
        except KeyDamaged:
            differ.append(each)
        except (KeyringError, OSError) as error:
            return State(name, folder, (), (), str(error))
    return State(name, folder, tuple(lacks), tuple(differ), None)


def spread(data_dir: Path, copies: Copies) -> list[State]:
    """Bring every copy that can be reached up to date, the destruction lists too; then how each stands.

    A copy's folder is not made: where a stick is not plugged in, the keys would land on the wrong disk.
    """
    at = keyring.folder(data_dir)
    for _, folder in copies:
        if not folder.is_dir():
            continue
        try:
            for name in keyring.names(at):
                source = at / f"{name}.key"
                keyring.write(folder / f"{name}.key", keyring.read(source), made_at=source.stat().st_mtime)
            together = destroyed.lines([at, folder])
            destroyed.add(folder, together)
            destroyed.add(at, together)
            for place in (at, folder):
                _remove_dead(place, together)
        except KeyringError:
            continue  # its state says so
    return states(data_dir, copies)


def add(data_dir: Path, copies: Copies, name: str, key: bytes, *, all_copies: bool) -> list[State]:
    """Add a key: to every copy first, then to the keyring.

    Args:
        all_copies: refuse where a copy cannot be reached; else it is left behind, as its state then says.

    Raises:
        CopyOutOfReach: a copy cannot be, and all were wanted; the keyring was not changed.
        KeyringError: the keyring itself cannot be written.
    """
    made_at = time.time()
    for called, folder in copies:
        try:
            if not folder.is_dir():
                raise CopyOutOfReach(name=called, where=folder)
            keyring.write(folder / f"{name}.key", key, made_at=made_at, over=True)
        except KeyringError as error:
            if all_copies:
                raise CopyOutOfReach(name=called, where=folder) from error
    keyring.write(keyring.folder(data_dir) / f"{name}.key", key, made_at=made_at)
    return states(data_dir, copies)


def older_backups(data_dir: Path, copies: Copies, *, than: str) -> list[str]:
    """Ids of every backup whose key lies in the keyring or in a copy in reach, but for the one named."""
    places = [keyring.folder(data_dir), *(folder for _, folder in copies)]
    found = {name.removeprefix("backups/") for place in places for name in keyring.names(place) if "/" in name}
    return sorted(found - {than})


def destroy_backups(data_dir: Path, copies: Copies, backups: Sequence[str], *, at: datetime) -> list[State]:
    """Destroy the keys of these backups, in the keyring and in every copy in reach; then how each copy stands.

    They stand on the destruction list before the first key goes: a restore refuses them from then on, and a copy that
    comes back later lets go of them (``spread``).

    Raises:
        KeyringError: the keyring itself cannot be written; done again, it goes on.
    """
    here = keyring.folder(data_dir)
    with keyring.changing(data_dir):
        gone = destroyed.backups(destroyed.lines([here]))
        fresh = [one for one in backups if one not in gone]
        destroyed.add(here, [json.dumps({"at": at.isoformat(), "backup": one}) for one in fresh])
        _remove_dead(here, destroyed.lines([here]))
    return spread(data_dir, copies)


def holds_dead(folder: Path, data_dir: Path) -> bool:
    """Whether a copy still has the key of a backup that the keyring's list says was destroyed."""
    gone = destroyed.backups(destroyed.lines([keyring.folder(data_dir)]))
    return any(name.removeprefix("backups/") in gone for name in keyring.names(folder))


def _remove_dead(folder: Path, entries: list[str]) -> None:
    gone = destroyed.backups(entries)
    for name in keyring.names(folder):
        if name.removeprefix("backups/") in gone:
            keyring.destroy(folder / f"{name}.key")


def rotate(data_dir: Path, copies: Copies) -> int:
    """Make a new register key; from now on it seals, and older ones still open what they sealed. Returns its number.

    Raises:
        CopyOutOfReach: not every copy can be reached; nothing was rotated.
        CopiesDiffer: a copy holds another keyring; nothing was rotated.
        KeyMissing: there is no register key yet.
    """
    with keyring.changing(data_dir):
        keyring.key(data_dir, REGISTER)
        for state in states(data_dir, copies):
            if state.differ:
                raise CopiesDiffer(name=state.name, where=state.folder, key=state.differ[0])
        number = keyring.newest(data_dir, REGISTER) + 1
        add(data_dir, copies, f"{REGISTER}.{number}", os.urandom(KEY_BYTES), all_copies=True)
        return number


def find(data_dir: Path, copies: Copies, name: str) -> tuple[bytes, Path] | None:
    """A key, and the folder it was found in: the keyring first, then the copies. None: it is nowhere."""
    for folder in (keyring.folder(data_dir), *(folder for _, folder in copies)):
        try:
            return keyring.read(folder / f"{name}.key"), folder
        except (FileNotFoundError, NotADirectoryError):
            continue
    return None


def recover(data_dir: Path, copies: Copies, called: str) -> list[str]:
    """Bring into the keyring whatever it lacks from the copy of that name. Returns the names of the keys.

    Keys on the destruction list stay away.

    Raises:
        NoSuchCopy, CopyOutOfReach, CopiesDiffer: nothing was changed.
    """
    folder = dict(copies).get(called)
    if folder is None:
        raise NoSuchCopy(name=called, names=", ".join(name for name, _ in copies) or "–")
    if not folder.is_dir():
        raise CopyOutOfReach(name=called, where=folder)
    there = {name: (keyring.read(folder / f"{name}.key"), _made_at(folder, name)) for name in keyring.names(folder)}
    return take_in(data_dir, there, destroyed.lines([folder]), source=called, where=folder)


def take_in(
    data_dir: Path, keys: dict[str, tuple[bytes, float]], entries: list[str], *, source: str, where: Path
) -> list[str]:
    """Add keys and destruction lines that came from elsewhere: all, or none where one differs. Returns what was new.

    Raises:
        CopiesDiffer: a key of that name is another key here; nothing was changed.
    """
    with keyring.changing(data_dir):
        at = keyring.folder(data_dir)
        gone = destroyed.backups([*destroyed.lines([at]), *entries])
        wanted = {name: found for name, found in keys.items() if name.removeprefix("backups/") not in gone}
        here = {name: keyring.read(at / f"{name}.key") for name in keyring.names(at)}
        for name, (key, _) in wanted.items():
            if here.get(name, key) != key:
                raise CopiesDiffer(name=source, where=where, key=name)
        destroyed.add(at, entries)
        new = [name for name in wanted if name not in here]
        for name in new:
            keyring.write(at / f"{name}.key", wanted[name][0], made_at=wanted[name][1])
        return new


def _made_at(folder: Path, name: str) -> float:
    return (folder / f"{name}.key").stat().st_mtime
