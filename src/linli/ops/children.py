"""Processes that end with us: stopped in order when we stop, signalled by the kernel when we are killed."""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from linli.ops import account
from linli.ops.account import as_user

GRACE_S = 10.0
KEPT_LOG_BYTES = 5 * 1024 * 1024
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that started it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass
class Child:
    """One process in a group of its own, so that Ctrl-C reaches us alone and we decide the order.

    Attributes:
        name: as people call it.
        command: program and arguments.
        log: where its output goes; None: to ours.
        dies_of: what the kernel sends it when we die. TERM to whoever has children of its own to end; KILL to whoever
            would first finish something, with a database that has gone too.
    """

    name: str
    command: list[str]
    log: Path | None = None
    dies_of: str = "TERM"
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, environ: dict[str, str]) -> None:
        """Start it; the kernel ends it when we die."""
        with contextlib.ExitStack() as opened:
            output = None
            if self.log is not None:
                _keep_short(self.log)
                output = opened.enter_context(self.log.open("ab"))
            self._process = subprocess.Popen(
                [*as_user(account.me(), when_parent_dies=self.dies_of), *self.command],
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=0,
            )

    def code(self) -> int | None:
        """Its exit code once it has ended."""
        return None if self._process is None else self._process.poll()

    def keep_short(self) -> None:
        """Set a log aside that has grown too long, while the process goes on writing into it.

        It writes at the end, wherever that is. A line written between the copy and the cut is lost.
        """
        if self.log is not None and self.log.exists() and self.log.stat().st_size > KEPT_LOG_BYTES:
            shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)

    def stop(self) -> None:
        """Ask it to end, then end it and whatever it started. Stopping twice is nothing."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=GRACE_S)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _keep_short(log: Path) -> None:
    if log.exists() and log.stat().st_size > KEPT_LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
