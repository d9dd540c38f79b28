"""Seconds, CPU seconds and peak memory of a piece of work and of every process it starts."""

import os
import subprocess
import sys
import threading
import time
from types import TracebackType

import psutil

LOOK_EVERY_S = 0.1
_WORK = """
import time
began, kept = time.process_time(), {}
for each in range(800_000):
    kept[each % 1000] = str(each)
print(time.process_time() - began)
"""


def machine_ms() -> int:
    """Milliseconds of processor that a fixed piece of Python takes on all cores at once, right now.

    A machine that is shared with others gives half as much from one minute to the next: a figure that depends on the
    processor is told with what this says before and after it.
    """
    started = [
        subprocess.Popen([sys.executable, "-c", _WORK], stdout=subprocess.PIPE, text=True)
        for _ in range(os.cpu_count() or 1)
    ]
    took = [float(each.communicate()[0]) for each in started]
    return round(1000 * sum(took) / len(took))


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
