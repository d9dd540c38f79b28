"""Memory of a whole installation, part by part: what a street's machine has to hold, visitors apart."""

import threading
from collections.abc import Mapping
from types import TracebackType

import psutil

VISITORS = "visitors"


class Memory:
    """Looks at the proportional share (PSS) of each part for as long as its `with` block runs.

    Looking costs some milliseconds a process, so it is done seldom.

    Args:
        parts: for each part a word in the command line of the process that it began with; whatever such a process
            started belongs to it. This process and all else are the visitors.
        look_every_s: seconds between two looks.

    Attributes (after the block):
        apart: MiB of each part when all but the visitors held most.
    """

    apart: dict[str, float]

    def __init__(self, parts: Mapping[str, str], look_every_s: float = 2.0) -> None:
        self._parts, self._look_every_s = parts, look_every_s

    @property
    def installation_mib(self) -> float:
        """The most that the installation held, without the visitors."""
        return _without_visitors(self.apart)

    def __enter__(self) -> "Memory":
        self._done = threading.Event()
        self.apart = {}
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._watcher.join()

    def _watch(self) -> None:
        while True:
            now = self._look()
            if _without_visitors(now) > _without_visitors(self.apart):
                self.apart = now
            if self._done.wait(self._look_every_s):
                return

    def _look(self) -> dict[str, float]:
        me = psutil.Process()
        found = dict.fromkeys((*self._parts, VISITORS), 0.0)
        found[VISITORS] += _pss_mib(me)
        for child in me.children():
            part = self._part_of(child)
            found[part] += sum(_pss_mib(each) for each in (child, *_below(child)))
        return found

    def _part_of(self, child: psutil.Process) -> str:
        try:
            said = " ".join(child.cmdline())
        except psutil.Error:
            return VISITORS
        return next((part for part, word in self._parts.items() if word in said), VISITORS)


def _without_visitors(apart: Mapping[str, float]) -> float:
    return sum(mib for part, mib in apart.items() if part != VISITORS)


def _below(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.Error:
        return []


def _pss_mib(process: psutil.Process) -> float:
    """PSS in MiB; resident memory where the system does not tell PSS, 0 of a process that has ended."""
    try:
        memory = process.memory_full_info()
    except psutil.Error:
        return 0.0
    return float(getattr(memory, "pss", 0) or memory.rss) / 2**20
