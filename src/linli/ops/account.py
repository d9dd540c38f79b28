"""Which user does what on this machine.

PostgreSQL refuses to run as root. As root, the server therefore runs as the system user `linli`, which
`make setup` creates after naming it; as anyone else it runs as oneself. Children are exec'ed through setpriv,
which lets the kernel signal them when their parent dies: nothing outlives even kill -9.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from linli.ops.errors import NoServerUser, ToolMissing

SYSTEM_USER = "linli"
STATE_DIR = Path("/var/lib/linli")


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine: its name, numbers, and whether we would have to become it."""

    name: str
    uid: int
    gid: int

    @property
    def is_me(self) -> bool:
        return self.uid == os.geteuid()

    @classmethod
    def of(cls, uid: int) -> "Account":
        """The account with this number; one without a name is called by its number."""
        try:
            found = pwd.getpwuid(uid)
        except KeyError:
            return cls(str(uid), uid, uid)
        return cls(found.pw_name, found.pw_uid, found.pw_gid)


def me() -> Account:
    """Who runs this process."""
    return Account.of(os.geteuid())


def system_account() -> Account | None:
    """The system user `linli`, where it exists."""
    try:
        found = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return None
    return Account(found.pw_name, found.pw_uid, found.pw_gid)


def server_account() -> Account:
    """Who a database server started from here runs as.

    Raises:
        NoServerUser: we are root and the system user does not exist.
    """
    if os.geteuid() != 0:
        return me()
    account = system_account()
    if account is None:
        raise NoServerUser(user=SYSTEM_USER)
    return account


def as_user(account: Account, *, when_parent_dies: str | None = None) -> list[str]:
    """The words to put before a command so that it runs as that user, with an environment of its own.

    `when_parent_dies` names the signal the kernel sends it when the thread that started it ends.

    Raises:
        ToolMissing: setpriv (util-linux) is not on this machine.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise ToolMissing(tool="setpriv", remedy="It is part of util-linux: apt-get install util-linux")
    words = [setpriv]
    if not account.is_me:
        words += [f"--reuid={account.uid}", f"--regid={account.gid}", "--init-groups"]
    if when_parent_dies:
        words += ["--pdeathsig", when_parent_dies]
    return words if len(words) > 1 else []


def plain_environment(home: Path) -> dict[str, str]:
    """What a server process may know of ours: nothing but where programs are and where its home is."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "HOME": str(home), "TZ": "UTC"}


def can_enter(account: Account, folder: Path) -> bool:
    """Whether that user may come into the folder, asked of the kernel rather than read from modes."""
    return _answers(account, ["test", "-x", str(folder)])


def can_run(account: Account, program: Path, *arguments: str) -> bool:
    """Whether that user can execute the program, libraries and all."""
    return _answers(account, [str(program), *arguments])


def _answers(account: Account, command: list[str]) -> bool:
    # Through a shell: setpriv keeps its capabilities until it execs, so that it can execute what the user cannot.
    through_shell = ["/bin/sh", "-c", 'exec "$@"', "sh", *command]
    try:
        done = subprocess.run(
            [*as_user(account), *through_shell],
            cwd="/",
            env=plain_environment(Path("/")),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0
