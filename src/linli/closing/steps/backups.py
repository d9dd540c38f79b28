"""Fourth and fifth step: a new backup, restored on trial; then the keys of all older ones are destroyed."""

from pathlib import Path
from typing import Any

from linli.closing.errors import BackupAtWork
from linli.closing.models import Closing, Debt, Step
from linli.common.clock import now
from linli.conf.env import Env
from linli.custody import keycopies, seals
from linli.ops import backup, scheduled
from linli.ops.jobs import known


def make(env: Env, step: Step) -> dict[str, Any]:
    """Make a backup and restore it on trial; one that was made before a kill is tried, not made again.

    Raises:
        BackupAtWork: another one is being made or tried.
        LinliError: it cannot be made, or not restored.
    """
    seals.seal()  # so that its link covers what was done here
    with scheduled.at_work(env.data_dir) as ours:
        if not ours:
            raise BackupAtWork
        said = dict(step.facts)
        if not said.get("folder") or not Path(said["folder"]).is_dir():
            made = backup.make(env, (env.backups_to or env.data_dir / "backups").absolute())
            scheduled.note_made(env.data_dir, made)
            said = {"folder": str(made.folder), "backup": made.manifest.id, "sha256": made.manifest.sha256}
            said |= {"made_at": made.manifest.made_at, "trail_link": made.manifest.trail_link}
            Step.objects.filter(pk=step.pk).update(facts=said)
        scheduled.prove(env, Path(said["folder"]), known)
        at = now()
        scheduled.note_proved(env.data_dir, said["folder"], at)
    return said | {"tested_at": at.isoformat(timespec="seconds")}


def destroy_keys(env: Env, closing: Closing) -> dict[str, Any]:
    """Destroy the keys of every backup but the new one, in the keyring and in every copy in reach.

    A copy out of reach becomes a debt, settled when it comes back.

    Raises:
        KeyringError: the keyring itself cannot be written.
    """
    kept = str(Step.objects.get(closing=closing, what=Step.What.BACKUP).facts["backup"])
    with backup.none_under_way(env.data_dir):
        dead = keycopies.older_backups(env.data_dir, env.keyring_copies, than=kept)
        states = keycopies.destroy_backups(env.data_dir, env.keyring_copies, dead, at=now())
    reached = {state.name: state.why_not is None and not holds_dead(env, state.folder) for state in states}
    for name in (name for name, there in reached.items() if not there):
        Debt.objects.get_or_create(closing=closing, copy=name, defaults={"named_at": now()})
    return {"unreadable": dead, "copies": [{"name": name, "reached": there} for name, there in reached.items()]}


def holds_dead(env: Env, folder: Path) -> bool:
    """Whether a copy of the keyring still has the key of a backup that was to be destroyed."""
    return keycopies.holds_dead(folder, env.data_dir)


def settle(env: Env, closing: Closing) -> int:
    """Destroy old keys in copies that have come back. Returns how many debts were settled."""
    open_debts = list(closing.debts.filter(settled_at__isnull=True))
    folders = dict(env.keyring_copies)
    if not any(debt.copy in folders and folders[debt.copy].is_dir() for debt in open_debts):
        return 0
    keycopies.spread(env.data_dir, env.keyring_copies)
    settled = 0
    for debt in open_debts:
        folder = folders.get(debt.copy)
        if folder is not None and folder.is_dir() and not holds_dead(env, folder):
            settled += Debt.objects.filter(pk=debt.pk, settled_at__isnull=True).update(settled_at=now())
    return settled
