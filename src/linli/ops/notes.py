"""Small files in the data folder in which a command or a job writes down where it is, for the next one to read."""

import json
import os
from pathlib import Path
from typing import Any


def write(path: Path, said: dict[str, Any]) -> None:
    """Write it whole or not at all, and on the disk; the folder's own rights stay as they are.

    Raises:
        OSError: it cannot be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8") as opened:
            json.dump(said, opened)
            opened.flush()
            os.fsync(opened.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def read(path: Path) -> dict[str, Any]:
    """What was written; nothing where there is no file, or none that makes sense."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
