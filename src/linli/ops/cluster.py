"""Our own database: made, started, joined and stopped by this launcher.

The server is exec'ed as a child and not detached: the kernel interrupts it when its parent dies, so that nothing
is left even after kill -9. It listens on a socket in a folder of mode 0700 with a peer map that names root and the
server's user, and on no network. Whoever starts it holds the lock of the data directory; a command that finds it
running joins it, and the starter waits for those before it stops. Nothing here needs Django's settings.

    with running(env) as url:
        ...   # psycopg.connect(url)
"""

import contextlib
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from linli.conf.env import Env
from linli.custody import keyring
from linli.ops import binaries, layout, locks
from linli.ops.account import as_user, plain_environment
from linli.ops.errors import (
    DatabaseBroken,
    DatabaseTooOld,
    DatabaseUnreachable,
    DataInUse,
    NoRoom,
    OtherVersion,
)
from linli.ops.layout import DATABASE, ROLE, Layout
from linli.ops.tuning import server_options

OLDEST_SERVER = 15
NEEDED_FREE_MB = 1024
PATIENCE_S = 30.0
RECOVERY_PATIENCE_S = 300.0  # after a crash the server first replays its log


def database_url(env: Env) -> str:
    """The libpq URL of this installation's database, whether it runs or not: DATABASE_URL, else our own.

    Raises:
        LinliError: where our own would lie cannot be told (layout.find).
    """
    return env.database_url or layout.find(env.data_dir).url


@contextlib.contextmanager
def running(env: Env, *, alone: bool = False) -> Iterator[str]:
    """Have a database for as long as the block runs, and yield its URL.

    DATABASE_URL where it is set; else the running server of this data directory; else one started here and
    stopped at the end, after whoever joined it meanwhile has finished. With `alone` (the web server) an already
    running one is refused, and nobody is waited for.

    Raises:
        DataInUse: `alone`, and another Linli uses the data.
        KeyMissing: there is data, and a key of it is not in the keyring.
        LinliError: the database is too old, cannot be reached or started; nothing was changed.
    """
    if env.database_url:
        check_server(env.database_url)
        if _has_tables(env.database_url):
            keyring.ensure(env.data_dir, old_data=True)
        yield env.database_url
        return
    at = layout.find(env.data_dir)
    layout.prepare_data_dir(at)
    check_version(at)
    keyring.ensure(env.data_dir, old_data=at.version_file.exists())  # before there is anything to protect
    while True:
        with locks.owning(at.owner_lock) as ours:
            if ours:
                cluster = Cluster(at)
                cluster.start()
                try:
                    yield at.url
                finally:
                    with contextlib.nullcontext() if alone else locks.alone(at.guest_lock):
                        cluster.stop()
                return
        if alone:
            raise DataInUse(where=at.data_dir, who=locks.owner(at.owner_lock))
        with locks.shared(at.guest_lock):
            if _joined(at):
                yield at.url
                return


@dataclass
class Cluster:
    """A database server of ours, started by the thread that lives longest: the server ends with it.

    Attributes:
        at: where it lies.
        throwaway: trade durability for speed; for tests only.
    """

    at: Layout
    throwaway: bool = False
    _server: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Make the cluster where there is none, start the server, and return once the database answers.

        Raises:
            OtherVersion, NoRoom, DataInUse, DataNotWritable, ToolMissing: nothing was started or changed.
            DatabaseBroken: it did not start; its log says why.
        """
        check_version(self.at)
        if not self.throwaway:
            check_room(self.at.home)
        wait_for_an_orphan(self.at)
        programs = binaries.folder(self.at.server)
        layout.prepare(self.at)
        if not self.at.version_file.exists():
            self._make(programs)
        layout.write_access(self.at)
        self._exec(programs)
        try:
            self._wait_until_it_answers()
            _make_database(self.at)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop fast: open transactions are rolled back, what is committed stays. Stopping twice is nothing."""
        server, self._server = self._server, None
        if server is None:
            return
        for word in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            server.send_signal(word)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(timeout=PATIENCE_S)
                return

    def ended(self) -> bool:
        """Whether the server that was started has ended by itself."""
        return self._server is not None and self._server.poll() is not None

    def _make(self, programs: Path) -> None:
        """Run initdb beside the final place and rename: a killed one leaves no half cluster."""
        making = self.at.home / "postgres.making"
        shutil.rmtree(making, ignore_errors=True)
        layout.give_folder(making, self.at.server)
        words = ["--username=" + ROLE, "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        words += ["--locale=C", "--auth=peer", "--no-instructions", *(["--no-sync"] if self.throwaway else [])]
        done = subprocess.run(
            [*as_user(self.at.server, when_parent_dies="TERM"), str(programs / "initdb"), f"--pgdata={making}", *words],
            cwd="/",
            env=plain_environment(self.at.home),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            self.at.log.write_text(done.stdout + done.stderr, encoding="utf-8")
            raise DatabaseBroken(reason=_last_line(done.stderr), log=self.at.log)
        making.rename(self.at.cluster)

    def _exec(self, programs: Path) -> None:
        options = server_options(throwaway=self.throwaway) | {
            "unix_socket_directories": str(self.at.socket_dir),
            "hba_file": str(layout.hba_file(self.at)),
            "ident_file": str(layout.ident_file(self.at)),
            "port": str(layout.PORT),
        }
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with self.at.log.open("ab") as log:
            self._server = subprocess.Popen(
                [
                    *as_user(self.at.server, when_parent_dies="INT"),
                    str(programs / "postgres"),
                    "-D",
                    str(self.at.cluster),
                    *words,
                ],
                cwd="/",
                env=plain_environment(self.at.home),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,  # Ctrl-C is for us to hear: the server stops after its clients
            )

    def _wait_until_it_answers(self) -> None:
        patience = time.monotonic() + RECOVERY_PATIENCE_S
        while not _answers(self.at):
            if self.ended() or time.monotonic() > patience:
                log = self.at.log.read_text(encoding="utf-8", errors="replace")
                raise DatabaseBroken(reason=_last_line(log), log=self.at.log)
            time.sleep(0.02)


def check_server(url: str) -> None:
    """See that the server DATABASE_URL names answers and is new enough.

    Raises:
        DatabaseUnreachable, DatabaseTooOld.
    """
    try:
        with psycopg.connect(url, connect_timeout=10) as there:
            version = there.info.server_version
    except psycopg.OperationalError as error:
        raise DatabaseUnreachable(reason=" ".join(str(error).split())) from error
    if version // 10000 < OLDEST_SERVER:
        raise DatabaseTooOld(found=version // 10000, needed=OLDEST_SERVER)


def _has_tables(url: str) -> bool:
    with psycopg.connect(url, connect_timeout=10) as there:
        found = there.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone()
    return found == (True,)


def check_version(at: Layout) -> None:
    """See that an existing cluster was made by our PostgreSQL, before anything is started.

    Raises:
        OtherVersion: it was not.
    """
    if at.version_file.exists():
        found = at.version_file.read_text(encoding="ascii", errors="replace").strip()
        if found != str(binaries.MAJOR):
            raise OtherVersion(where=at.cluster, found=found, needed=binaries.MAJOR)


def check_room(where: Path, needed_mb: int = NEEDED_FREE_MB) -> None:
    """See that the disk has room.

    Raises:
        NoRoom: it has less than that.
    """
    if (free := free_mb(where)) < needed_mb:
        raise NoRoom(free_mb=free, needed_mb=max(needed_mb, NEEDED_FREE_MB), where=where)


def free_mb(where: Path) -> int:
    """Megabytes free where that path lies, or would lie."""
    there = next(one for one in (where, *where.parents) if one.exists())
    return shutil.disk_usage(there).free // (1024 * 1024)


def server_pid(at: Layout) -> int | None:
    """The process number of the server that runs on this cluster, whoever started it.

    A file left by a killed server may name a process that has since become something else: what counts is that
    the process works in the cluster's folder.
    """
    try:
        pid = int((at.cluster / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        return pid if Path(f"/proc/{pid}/cwd").samefile(at.cluster) else None
    except (OSError, ValueError):
        return None


def wait_for_an_orphan(at: Layout) -> None:
    """A server whose starter was killed is on its way out; once it is gone, so is its file.

    Raises:
        DataInUse: it stays.
    """
    patience = time.monotonic() + PATIENCE_S
    while (pid := server_pid(at)) is not None:
        if time.monotonic() > patience:
            raise DataInUse(where=at.data_dir, who=f"PostgreSQL (process {pid})")
        time.sleep(0.05)
    (at.cluster / "postmaster.pid").unlink(missing_ok=True)


def _joined(at: Layout) -> bool:
    """Wait for the server that another Linli started or is starting; False once that one has gone."""
    patience = time.monotonic() + RECOVERY_PATIENCE_S
    while locks.is_owned(at.owner_lock):
        if _answers(at, DATABASE):
            return True
        if time.monotonic() > patience:
            raise DataInUse(where=at.data_dir, who=locks.owner(at.owner_lock))
        time.sleep(0.05)
    return False


def _connect(at: Layout, database: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(at.socket_dir), port=layout.PORT, user=ROLE, dbname=database, connect_timeout=5, autocommit=True
    )


def _answers(at: Layout, database: str = "postgres") -> bool:
    if not (at.socket_dir / f".s.PGSQL.{layout.PORT}").exists():
        return False
    try:
        _connect(at, database).close()
    except psycopg.OperationalError:
        return False
    return True


def _make_database(at: Layout) -> None:
    with _connect(at, "postgres") as there:
        if there.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            there.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason."
