"""The keyring: whether its keys are there, are keys, and are nobody else's to read."""

import stat
from pathlib import Path

from django.utils.translation.trans_null import gettext_noop

from linli.custody.keyring import FIRST, KEY_BYTES
from linli.ops.doctor.fact import Fact, State


def key(data_dir: Path) -> Fact:
    """Whether the keys that Linli begins with are there and whole, and closed to other users."""
    folder, name = data_dir / "keyring", gettext_noop("Keys")
    values: dict[str, object] = {"folder": folder}
    remedy = gettext_noop(
        "Put the copy of the keyring back, as the user Linli runs as. Without it, what was stored stays unreadable."
    )
    try:
        keys = {path.name: path.stat() for path in sorted(folder.glob("*.key"))}
        unfit = [path for path in folder.glob("*.key") if len(path.read_bytes()) != KEY_BYTES]
    except PermissionError:
        says = gettext_noop("The keys in {folder} belong to another user.")
        return Fact("key", State.BAD, name, says, remedy, values, stops=True)
    lost = [f"{name}.key" for name in FIRST if f"{name}.key" not in keys]
    if len(lost) == len(FIRST):
        says = gettext_noop("There is no key in {folder}.")
        first = gettext_noop(
            "Where nothing is stored yet, make run makes one. Else put the copy of the keyring back: without it, "
            "what was stored stays unreadable."
        )
        return Fact("key", State.BAD, name, says, first, values, stops=True)
    if lost or unfit:
        says = gettext_noop("The key {file} is not in {folder}.") if lost else gettext_noop("{file} is not a key.")
        values["file"] = lost[0] if lost else unfit[0].name
        return Fact("key", State.BAD, name, says, remedy, values, stops=True)
    open_to_others = [file for file, said in keys.items() if stat.S_IMODE(said.st_mode) & 0o077]
    if open_to_others or stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return Fact(
            "key",
            State.BAD,
            name,
            gettext_noop("Other users of this machine may look into {folder}."),
            gettext_noop("Take their right away: chmod 700 {folder}; chmod 600 {folder}/*.key"),
            values,
        )
    values["number"] = len(keys)
    return Fact("key", State.GOOD, name, gettext_noop("{number} keys, readable by Linli's user only."), values=values)
