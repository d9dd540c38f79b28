"""Backups by the clock, and the proof of each: restored into an empty place beside the data, counted, thrown away.

What was done is noted in `backups.json` of the data folder and not in the database: it must not come back with a
restore, and the doctor reads it where no database runs.
"""

import contextlib
import logging
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from linli.common.errors import LinliError
from linli.conf.env import Env
from linli.custody import keyring
from linli.ops import backup, layout, locks, notes, restore

log = logging.getLogger(__name__)

KEPT = 14  # of those that lie in LINLI_BACKUPS
_NOTES, _LOCK, _SIDE = "backups.json", "backups.lock", "restore-test"


@dataclass(frozen=True, slots=True)
class Status:
    """How backups stand.

    Attributes:
        made_at, folder: the last one that was made; moments in ISO 8601, empty where there is none.
        tested_at, tested: the last one that was restored to see that it can be.
        failed_at, failed: the last try that failed since then, and its code.
    """

    made_at: str = ""
    folder: str = ""
    tested_at: str = ""
    tested: str = ""
    failed_at: str = ""
    failed: str = ""

    @property
    def made(self) -> datetime | None:
        return datetime.fromisoformat(self.made_at) if self.made_at else None

    @property
    def proved(self) -> datetime | None:
        """When the last backup was restored to see that it can be; None: it was not yet."""
        return datetime.fromisoformat(self.tested_at) if self.folder and self.tested == self.folder else None


def status(data_dir: Path) -> Status:
    """What was noted."""
    said = notes.read(data_dir / _NOTES)
    return Status(**{key: str(said[key]) for key in Status.__dataclass_fields__ if key in said})


def note_made(data_dir: Path, made: backup.Made) -> None:
    """Note a backup, whoever made it."""
    noted = replace(status(data_dir), made_at=made.manifest.made_at, folder=str(made.folder), failed_at="", failed="")
    notes.write(data_dir / _NOTES, asdict(noted))


def note_proved(data_dir: Path, folder: str, at: datetime) -> None:
    """Note that the backup in that folder was restored on trial."""
    noted = replace(status(data_dir), tested_at=at.isoformat(timespec="seconds"), tested=folder)
    notes.write(data_dir / _NOTES, asdict(replace(noted, failed_at="", failed="")))


def at_work(data_dir: Path) -> contextlib.AbstractContextManager[bool]:
    """Be the only one who makes and tries backups here; yields whether we are."""
    return locks.owning(data_dir / _LOCK)


def run(env: Env, known: Callable[[], frozenset[str]], at: datetime) -> None:
    """Make a backup where one is due, and restore the last one where that was not done yet.

    One at a time; what fails is noted with its code and tried again the next time.

    Args:
        known: the migrations this Linli knows, as "room.name".
    """
    if env.backups_to is None:
        return
    with at_work(env.data_dir) as ours:
        if not ours:
            return
        try:
            if is_due(env, at):
                note_made(env.data_dir, backup.make(env, env.backups_to))
                _thin(env.backups_to)
            last = status(env.data_dir)
            if last.folder and last.proved is None:
                prove(env, Path(last.folder), known)
                note_proved(env.data_dir, last.folder, at)
        except (LinliError, OSError) as error:
            code = error.code if isinstance(error, LinliError) else "backup_not_written"
            log.error("the backup by the clock failed [%s]", code)
            failed = replace(status(env.data_dir), failed_at=at.isoformat(timespec="seconds"), failed=code)
            notes.write(env.data_dir / _NOTES, asdict(failed))


def is_due(env: Env, at: datetime) -> bool:
    """Whether the last backup is as old as LINLI_BACKUPS_EVERY says; five minutes early is not early."""
    made = status(env.data_dir).made
    return made is None or at - made >= timedelta(hours=env.backups_every_h, minutes=-5)


def prove(env: Env, folder: Path, known: Callable[[], frozenset[str]]) -> None:
    """Restore a backup as whoever lost everything would, from the keyring of this place; nothing of it is left.

    Raises:
        LinliError: it cannot be restored, and why.
    """
    side = env.data_dir / _SIDE
    copies = (("own", keyring.folder(env.data_dir)), *env.keyring_copies)
    _clear(side)
    try:
        restore.restore(Env(data_dir=side, keyring_copies=copies), folder, known)
    finally:
        _clear(side)


def _clear(side: Path) -> None:
    if side.exists():
        with contextlib.suppress(LinliError, OSError):
            layout.remove(layout.find(side))
        shutil.rmtree(side, ignore_errors=True)


def _thin(to: Path) -> None:
    """Let the oldest go: names begin with the moment they show."""
    for old in sorted(to.glob("linli-*"))[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
