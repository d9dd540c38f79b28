"""The destruction list: what was destroyed for good and must not come back with a backup.

``keyring/destroyed.jsonl``, in each copy of the keyring too; one JSON object a line, oldest first, only ever added to:

    {"at": "2026-11-24T20:00:00+00:00", "table": "people_person", "ids": [17, 18]}
    {"at": …, "table": "people_identity", "ids": [[17, -2]]}
    {"at": …, "table": "people_stay", "by": "person_id", "ids": [17]}
    {"at": …, "table": "people_identity", "by": "person_id", "ids": [4], "set": {"phone": null, "phone_index": null}}
    {"at": …, "table": "rolls_standing", "call": "rolls_forget", "ids": [17]}
    {"at": …, "backup": "linli-20261124t200000-1a2b3c"}

The first deletes rows by their primary key (rows that refer to others stand before them), the second where the key has
several columns, the third by another column; the fourth overwrites columns; the fifth has a function of the database do
it, where several tables have to agree; the last says that the key of a backup was destroyed. It holds numbers and names
of columns, no contents.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from linli.custody import keyring
from linli.custody.errors import DestructionListUnreadable

FILE = "destroyed.jsonl"


def lines(folders: Iterable[Path]) -> list[str]:
    """The lines of several copies of the list together, each once, oldest first. A copy without one adds nothing.

    Raises:
        DestructionListUnreadable: a line makes no sense; its number is told.
    """
    found: dict[str, str] = {}
    for folder in folders:
        path = folder / FILE
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError) as error:
            raise DestructionListUnreadable(path=path, line=0) from error
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                found.setdefault(line.strip(), _parsed(line, path, number)["at"])
    return sorted(found, key=lambda line: found[line])


def add(folder: Path, entries: Sequence[str]) -> None:
    """Make these lines part of the list in that folder; those that are there stay.

    Raises:
        KeyringError, DestructionListUnreadable: nothing was changed.
    """
    before = lines([folder])
    path = folder / FILE
    after = list(dict.fromkeys([*before, *(entry.strip() for entry in entries)]))
    if after != before:
        for number, line in enumerate(after, start=1):
            _parsed(line, path, number)
        keyring.write(path, "".join(f"{line}\n" for line in after).encode(), over=True)


def rows(entries: Iterable[str]) -> list[dict[str, Any]]:
    """What is to be done to the database, in order."""
    parsed = [json.loads(line) for line in entries]
    return [entry for entry in parsed if "table" in entry]


def backups(entries: Iterable[str]) -> dict[str, str]:
    """The backups whose keys were destroyed, and when."""
    parsed = [json.loads(line) for line in entries]
    return {entry["backup"]: entry["at"] for entry in parsed if "backup" in entry}


def _parsed(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise DestructionListUnreadable(path=path, line=number) from error
    if not isinstance(entry, dict) or not isinstance(entry.get("at"), str) or not _makes_sense(entry):
        raise DestructionListUnreadable(path=path, line=number)
    return entry


def _makes_sense(entry: dict[str, Any]) -> bool:
    if set(entry) == {"at", "backup"}:
        return isinstance(entry["backup"], str)
    if "call" in entry and {"set", "by"} & set(entry):
        return False
    if set(entry) - {"set", "by", "call"} != {"at", "table", "ids"}:
        return False
    if not all(isinstance(entry.get(name, ""), str) for name in ("table", "by", "call")):
        return False
    ids, to = entry["ids"], entry.get("set", {"": None})
    return (
        isinstance(ids, list)
        and all(_is_id(one) or (isinstance(one, list) and len(one) > 0 and all(map(_is_id, one))) for one in ids)
        and isinstance(to, dict)
        and len(to) > 0
        and all(value is None or isinstance(value, (str, int)) for value in to.values())
    )


def _is_id(one: object) -> bool:
    return isinstance(one, (int, str)) and not isinstance(one, bool)
