"""Where our own database lies, whom it belongs to, and what is made there.

It lies in the data directory, unless we are root and the server's user cannot come there: then in a folder of the
system state directory named after the data directory, and a file `database-is-in` says so. No mode or owner of
anything that was there before is changed.
"""

import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from linli.ops import account
from linli.ops.account import Account, can_enter
from linli.ops.errors import DataNotOurs, DataNotWritable, DataOutOfReach

ROLE = "linli"
DATABASE = "linli"
PORT = 5432  # of the socket's name only: nothing listens on a network
LONGEST_SOCKET_DIR = 90  # a socket's path holds 107 bytes


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of one installation's own database.

    Attributes:
        data_dir: LINLI_DATA.
        home: the folder that holds cluster, socket, log and access files; usually the data directory.
        server: the user whom the cluster belongs to.
    """

    data_dir: Path
    home: Path
    server: Account

    @property
    def cluster(self) -> Path:
        return self.home / "postgres"

    @property
    def version_file(self) -> Path:
        return self.cluster / "PG_VERSION"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def socket_dir(self) -> Path:
        inside = self.home / "socket"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_DIR:
            return inside
        return Path(tempfile.gettempdir()) / f"linli-{self.server.uid}-{_digest(self.home)}"

    @property
    def owner_lock(self) -> Path:
        return self.data_dir / "linli.lock"

    @property
    def guest_lock(self) -> Path:
        return self.data_dir / "guests.lock"

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(self.socket_dir), safe='')}&port={PORT}"


def find(data_dir: Path, state_dir: Path | None = None) -> Layout:
    """Where the database of this data directory lies, or would.

    Raises:
        DataNotOurs: it belongs to somebody else and we are not root.
        DataOutOfReach: its user can no longer come to it.
        NoServerUser: there is none yet, we are root, and no user could run it.
    """
    data_dir = data_dir.absolute()  # other users are asked about it from other folders
    elsewhere = data_dir / "database-is-in"
    home = Path(elsewhere.read_text(encoding="utf-8").strip()) if elsewhere.is_file() else data_dir
    cluster = home / "postgres"
    if cluster.is_dir():
        owner = Account.of(cluster.stat().st_uid)
        if not owner.is_me and os.geteuid() != 0:
            raise DataNotOurs(where=data_dir, owner=owner.name)
        if owner.uid == 0:  # copied by root: never passed over for a new one, the server itself says what it lacks
            owner = account.server_account()
        if not owner.is_me and not can_enter(owner, home):
            raise DataOutOfReach(where=home, user=owner.name)
        return Layout(data_dir, home, owner)
    server = account.server_account()
    if home == data_dir and not server.is_me and not can_enter(server, _nearest_there_is(data_dir)):
        home = (state_dir or account.STATE_DIR) / _digest(data_dir)
    return Layout(data_dir, home, server)


def prepare_data_dir(at: Layout) -> None:
    """Make the data directory; what Linli keeps in it is readable by its owner only.

    Raises:
        DataNotWritable: it cannot be made or written.
    """
    try:
        _make_folder(at.data_dir)
        with tempfile.TemporaryFile(dir=at.data_dir):
            pass
    except OSError as error:
        reason = f"{error.strerror}." if error.strerror else ""
        raise DataNotWritable(where=at.data_dir, reason=reason, user=account.me().name) from error


def prepare(at: Layout) -> None:
    """Make the folders around the cluster, the socket's for the server's user alone.

    Raises:
        DataNotWritable: a folder cannot be made, or the socket's folder is somebody else's.
    """
    prepare_data_dir(at)
    if at.home != at.data_dir:
        _make_folder(at.home)
        (at.data_dir / "database-is-in").write_text(f"{at.home}\n", encoding="utf-8")
    give_folder(at.socket_dir, at.server)
    seen = at.socket_dir.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != at.server.uid or seen.st_mode & 0o077:
        raise DataNotWritable(where=at.socket_dir, reason="It is not the server's alone.", user=at.server.name)


def give_folder(folder: Path, to: Account) -> None:
    """Make a folder of mode 0700 that belongs to that user; one that is there stays as it is."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return
    if not to.is_me:
        os.chown(folder, to.uid, to.gid, follow_symlinks=False)


def write_access(at: Layout) -> None:
    """Say who may connect: root and the server's user, as the role `linli`, each proved by the kernel (peer)."""
    names = dict.fromkeys(("root", at.server.name))
    _write(hba_file(at), f"local all {ROLE} peer map=linli\n")
    _write(ident_file(at), "".join(f"linli {name} {ROLE}\n" for name in names))


def hba_file(at: Layout) -> Path:
    """Who may connect."""
    return at.home / "postgres-access.conf"


def ident_file(at: Layout) -> Path:
    """Which users of the machine are which role."""
    return at.home / "postgres-users.conf"


def remove(at: Layout) -> None:
    """Delete the database and everything else that Linli keeps in the data directory. Nothing may be running."""
    shutil.rmtree(at.socket_dir, ignore_errors=True)
    if at.home != at.data_dir:
        shutil.rmtree(at.home, ignore_errors=True)
    for inside in at.data_dir.iterdir():
        if inside.is_dir() and not inside.is_symlink():
            shutil.rmtree(inside)
        else:
            inside.unlink()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)


def _make_folder(folder: Path) -> None:
    """Make a folder that others may pass through but not list, whatever the umask."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
        one.chmod(0o711)


def _nearest_there_is(folder: Path) -> Path:
    return next(one for one in (folder, *folder.parents) if one.exists())


def _digest(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
