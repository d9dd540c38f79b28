"""Engines that cannot be stopped run in a child process, which can.

Arrays go over in anonymous shared memory (no name, so nothing is left behind
even after kill -9). The engine is a script of its own, started by its path:
it needs numpy and its engine, not us.
"""

import json
import mmap
import os
import select
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from linli.planning.errors import EngineFailed, OutOfTime
from linli.planning.frame.watch import Watch

LOOK_EVERY_S = 0.05


class SharedArrays:
    """Named arrays in one block of anonymous shared memory.

    Use as a context manager; the views are dead once it is left.
    """

    def __init__(self, shapes: dict[str, tuple[tuple[int, ...], str]]) -> None:
        offset = 0
        self.layout: dict[str, tuple[int, tuple[int, ...], str]] = {}
        for name, (shape, dtype) in shapes.items():
            self.layout[name] = (offset, shape, dtype)
            offset += -(-int(np.prod(shape)) * np.dtype(dtype).itemsize // 64) * 64
        self.size = max(offset, 64)
        if hasattr(os, "memfd_create"):
            self.handle = os.memfd_create("linli-planning", 0)
        else:
            with tempfile.TemporaryFile() as nameless:
                self.handle = os.dup(nameless.fileno())
        os.ftruncate(self.handle, self.size)
        self._map = mmap.mmap(self.handle, self.size)
        self._block = np.frombuffer(self._map, np.uint8)

    def __enter__(self) -> "SharedArrays":
        return self

    def __exit__(self, *_: object) -> None:
        # the mapping itself goes with its last view; the handle must not wait for that
        del self._block
        os.close(self.handle)

    def __getitem__(self, name: str) -> np.ndarray:
        offset, shape, dtype = self.layout[name]
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        return self._block[offset : offset + size].view(dtype).reshape(shape)


def run_engine(script: Path, shared: SharedArrays, watch: Watch) -> None:
    """Run a script over the shared arrays until it ends, is asked to stop or is out of time.

    The script gets one JSON argument {"handle", "size", "layout"}, writes its
    results into the arrays and exits 0; else its last line of stderr says why.

    Raises:
        OutOfTime: killed at max(1.05 budget, budget + 0.2 s).
        Cancelled: killed because the caller asked to stop.
        EngineFailed: it ended with an error.
    """
    task = json.dumps({"handle": shared.handle, "size": shared.size, "layout": shared.layout, "parent": os.getpid()})
    with subprocess.Popen(
        [sys.executable, "-P", str(script), task],
        pass_fds=(shared.handle,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as child:
        try:
            told = _wait(child, watch)
        finally:
            child.kill()
    if child.returncode != 0:
        last = told.decode(errors="replace").strip().splitlines()[-1:] or ["no word"]
        raise EngineFailed(f"the engine ended with {child.returncode}: {last[0]}")


def _wait(child: subprocess.Popen[bytes], watch: Watch) -> bytes:
    """What the child said on stderr, once it has closed it; the child has ended then."""
    assert child.stderr is not None
    told = b""
    while True:
        watch.check_cancelled()
        left = watch.kill_after_s()
        if left is not None and left <= 0:
            raise OutOfTime(f"the budget of {watch.budget_s} s was spent; the engine was killed")
        ready, _, _ = select.select([child.stderr], [], [], LOOK_EVERY_S if left is None else min(left, LOOK_EVERY_S))
        if ready:
            said = os.read(child.stderr.fileno(), 65536)
            if not said:
                child.wait()
                return told
            told = (told + said)[-65536:]
