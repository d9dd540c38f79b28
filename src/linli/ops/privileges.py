"""As root, become the system user before anything is done, wherever that user can run this Python."""

import os
import sys
from pathlib import Path

from linli.conf.env import Env
from linli.ops.account import STATE_DIR, Account, as_user, can_run, system_account

KEPT = ("DATABASE_URL", "LANG", "LC_ALL", "LC_MESSAGES", "TERM", "COLUMNS", "NO_COLOR")


def drop(arguments: list[str]) -> None:
    """Exec this command again as the system user, with a home and caches of its own.

    Returns where there is nothing to drop: we are not root, there is no such user, or it cannot run this Python
    (a checkout or an interpreter under a home of mode 700), or LINLI_ROOT says `stays`. `stays_root` then says so.
    """
    account = system_account()
    stays = os.environ.get("LINLI_ROOT") == "stays"
    if os.geteuid() != 0 or stays or account is None or not _reaches(account):
        return
    home = prepare_home(account, STATE_DIR)
    data_dir = Env.read(os.environ).data_dir
    if not data_dir.exists():
        _give_new(data_dir, account)
    command = [*as_user(account, when_parent_dies="TERM"), sys.executable, "-m", "linli", *arguments[1:]]
    os.execve(command[0], command, environment(account, home, data_dir))  # noqa: S606


def stays_root() -> bool:
    """Whether this process works as root."""
    return os.geteuid() == 0


def environment(account: Account, home: Path, data_dir: Path) -> dict[str, str]:
    """What the dropped process may know of root's environment: Linli's settings and how to speak."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("LINLI_")}
    return kept | {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": str(home),
        "USER": account.name,
        "LOGNAME": account.name,
        "LINLI_DATA": str(data_dir),
        "NUMBA_CACHE_DIR": str(home / "numba"),
    }


def prepare_home(account: Account, state_dir: Path) -> Path:
    """The system user's home under the state directory, made if it is not there."""
    state_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
    home = state_dir / "home"
    if not home.exists():
        home.mkdir(mode=0o700)
        os.chown(home, account.uid, account.gid)
    return home


def _reaches(account: Account) -> bool:
    return can_run(account, Path(sys.executable), "-c", "import linli")


def _give_new(folder: Path, account: Account) -> None:
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir()
        one.chmod(0o711)
        os.chown(one, account.uid, account.gid)
