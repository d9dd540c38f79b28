"""Numba kernels are compiled once and kept: the second process starts with them ready.

Numba keeps them beside the source, else in the user's cache. Where neither can be written to (a read-only install, a
user without a home) they go to a folder of this user's own among the temporary files.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba import config, njit


def _writable(folder: Path) -> bool:
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK)


def _keep_somewhere() -> None:
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    if os.environ.get("NUMBA_CACHE_DIR") or _writable(Path(__file__).parent / "__pycache__") or _writable(home):
        return
    own = Path(tempfile.gettempdir()) / f"linli-kernels-{os.getuid()}"
    own.mkdir(mode=0o700, exist_ok=True)
    if own.stat().st_uid == os.getuid():  # somebody else's folder of that name is not ours to load code from
        config.CACHE_DIR = str(own)  # type: ignore[attr-defined]


_keep_somewhere()


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function over numbers and arrays; it lets other threads run."""
    return njit(cache=True, nogil=True)(function)
