"""`linli run`: the database, the tables and the city, the web server and the worker, under one supervisor.

The supervisor imports no Django and holds no connection: it starts the others, in order, waits, and stops them in
the reverse order on Ctrl-C, SIGTERM or SIGHUP. When it is killed, the kernel tells each of them.
"""

import contextlib
import errno
import http.client
import io
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import NoReturn

from linli.common.clock import now
from linli.conf.env import Env
from linli.ops import account, asking, layout, tls
from linli.ops.account import SYSTEM_USER
from linli.ops.children import Child
from linli.ops.cluster import check_room, running, server_pid
from linli.ops.errors import AddressNotHere, ChildEnded, PortForbidden, PortTaken
from linli.ops.privileges import stays_root

READY_PATIENCE_S = 120.0
LAST_ROOM_MB = 16  # with less than a segment of its log, the database ends


class Stopped(Exception):
    """We were told to stop."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What to run, as arguments of this Python.

    Attributes:
        prepare: ends when tables and city are there, having printed what a visitor needs.
        web: the web server, on the port of the settings, until it is stopped.
        worker: the background worker, until it is stopped.
    """

    prepare: list[str]
    web: list[str]
    worker: list[str]


def run(env: Env, steps: Steps, say: Callable[[str], None]) -> None:
    """Run Linli until it is told to stop.

    Raises:
        PortTaken, NoRoom, DataInUse, OtherVersion, DatabaseTooOld, TlsExpired, …: and nothing is left running.
        ChildEnded: a process ended by itself; the others have been stopped.
    """
    tls.pair(env, now())
    check_port(env.port, env.bind)
    check_room(env.data_dir)
    if stays_root():
        say(
            f"Warning: serving as root, because the user {SYSTEM_USER} cannot reach this Python ({sys.executable}). "
            "That is for a synthetic city only; a real one is refused. Only the database runs as that user."
        )
    with _told_to_stop() as told, contextlib.suppress(Stopped), running(env, alone=True) as url:
        _say_where(env, say)
        environ = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "linli.conf.settings"}
        with contextlib.ExitStack() as stack:
            look = _Watch(env, told)
            _run_through(Child("preparation", [sys.executable, *steps.prepare]), environ, look)
            logs = env.data_dir
            web = Child("web server", [sys.executable, *steps.web], logs / "web.log")
            worker = Child("background worker", [sys.executable, *steps.worker], logs / "worker.log", dies_of="KILL")
            for child in (web, worker):
                stack.callback(child.stop)
                child.start(environ)
            _wait_until_it_answers(env, (web, worker), look)
            _say_address(env, say)
            while True:
                look.after(web, worker)
                web.keep_short()
                worker.keep_short()
                time.sleep(0.2)
    say("Linli has stopped.")


def check_port(port: int, bind: str = "127.0.0.1") -> None:
    """See that nobody listens there.

    Raises:
        PortTaken: somebody does.
        PortForbidden: this user may not.
        AddressNotHere: this machine has no such address.
    """
    with socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((bind, port))
        except OSError as error:
            if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise AddressNotHere(address=bind) from error
            if error.errno == errno.EACCES:
                raise PortForbidden(port=port, user=account.me().name, other=8000) from error
            raise PortTaken(port=port, other=port + 1 if port < 65535 else 8001) from error


@contextlib.contextmanager
def _told_to_stop() -> Iterator[list[int]]:
    """Collect the signals that mean stop, instead of dying of them in the middle of a step."""
    told: list[int] = []
    before = {
        number: signal.signal(number, lambda number, frame: told.append(number))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say_where(env: Env, say: Callable[[str], None]) -> None:
    if env.database_url:
        say("The database is the one DATABASE_URL names.")
        return
    at = layout.find(env.data_dir)
    say(f"The data lies in {at.data_dir}.")
    if at.home != at.data_dir:
        say(f"The database lies in {at.home}: its user {at.server.name} cannot come to {at.data_dir}.")


def _say_address(env: Env, say: Callable[[str], None]) -> None:
    """The address, and on a terminal the one for phones as a picture to photograph."""
    here = f"{'https' if env.tls_cert else 'http'}://{asking.reached(env.bind)}:{env.port}"
    if env.url and sys.stdout.isatty():
        import segno

        drawn = io.StringIO()
        segno.make(env.url, error="m", micro=False).terminal(drawn, compact=True)
        say(drawn.getvalue().rstrip("\n"))
    if not ip_address(env.bind).is_loopback and env.tls_cert is None:
        say("This is plain http: whoever comes from another machine may read, and nobody may sign in from there.")
    say(f"Linli is ready: {env.url or here}  (Ctrl-C stops it)")


class _Watch:
    """Sees when we are told to stop, when a process has ended, and when our own database has."""

    def __init__(self, env: Env, told: list[int]) -> None:
        self.told = told
        self.at = None if env.database_url else layout.find(env.data_dir)

    def after(self, *children: Child) -> None:
        """Look once.

        Raises:
            Stopped: we were told to.
            NoRoom, ChildEnded: as `ended`.
        """
        if self.told:
            raise Stopped
        for child in children:
            if (code := child.code()) is not None:
                self.ended(child.name, code, _seen(child))
        if self.at is not None and server_pid(self.at) is None:
            self.ended("database", "none: it is gone", f"Its log is {self.at.log}.")

    def ended(self, name: str, code: object, seen: str) -> NoReturn:
        """Say why a process ended.

        Raises:
            NoRoom: the disk is full, which is why.
            ChildEnded: it ended by itself.
        """
        if self.at is not None:
            for folder in (self.at.data_dir, self.at.home):
                check_room(folder, LAST_ROOM_MB)
        raise ChildEnded(name=name, exit_code=code, seen=seen)


def _seen(child: Child) -> str:
    return "What it said stands above." if child.log is None else f"Its log is {child.log}."


def _run_through(child: Child, environ: dict[str, str], look: _Watch) -> None:
    """Run a step to its end, stopping it where we are told to stop."""
    child.start(environ)
    try:
        while (code := child.code()) is None:
            look.after()
            time.sleep(0.05)
    finally:
        child.stop()
    if code:
        look.ended(child.name, code, _seen(child))


def _wait_until_it_answers(env: Env, children: tuple[Child, ...], look: _Watch) -> None:
    patience = time.monotonic() + READY_PATIENCE_S
    while time.monotonic() < patience:
        look.after(*children)
        with contextlib.suppress(OSError, http.client.HTTPException):
            asked = asking.connection(env, 10)
            asked.request("GET", "/")
            answered = asked.getresponse().status
            asked.close()
            if answered < 500:
                return
        time.sleep(0.1)
    raise ChildEnded(name=children[0].name, exit_code="none: it does not answer", seen=_seen(children[0]))
