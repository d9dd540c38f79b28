"""Seconds, CPU seconds and peak memory of a piece of work and of every process it starts."""

import os
import threading
import time
from types import TracebackType

import psutil

LOOK_EVERY_S = 0.1


class Measured:
    """Measures what runs inside its `with` block.

    Looking at memory costs some milliseconds a process: `look_every_s` is longer where that would disturb.

    Attributes (after the block):
        seconds: wall clock. cpu_seconds: user and system, children included.
        peak_mib: most of the summed PSS (proportional share: shared pages
            count once) of this process and its children, looked at ten times a second.
    """

    seconds: float
    cpu_seconds: float
    peak_mib: float

    def __init__(self, look_every_s: float = LOOK_EVERY_S) -> None:
        self._look_every_s = look_every_s

    def __enter__(self) -> "Measured":
        self._done = threading.Event()
        self.peak_mib = _pss_mib()
        self._watcher = threading.Thread(target=self._look, daemon=True)
        self._watcher.start()
        self._began, self._cpu = time.perf_counter(), _cpu_seconds()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds, self.cpu_seconds = time.perf_counter() - self._began, _cpu_seconds() - self._cpu
        self._done.set()
        self._watcher.join()
        self.peak_mib = max(self.peak_mib, _pss_mib())

    def _look(self) -> None:
        while not self._done.wait(self._look_every_s):
            self.peak_mib = max(self.peak_mib, _pss_mib())


def _cpu_seconds() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _pss_mib() -> float:
    """Summed PSS of the process tree, in MiB; resident memory where the system does not tell PSS."""
    me = psutil.Process()
    total = 0
    for process in [me, *me.children(recursive=True)]:
        try:
            memory = process.memory_full_info()
            total += getattr(memory, "pss", 0) or memory.rss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue  # ended while we looked
    return total / 2**20
