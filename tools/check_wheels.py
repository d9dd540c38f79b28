"""See that every pin of every requirements file has a wheel for each Python that Linli runs on.

uv asks the package index for each file's metadata and downloads nothing.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13")
FILES = ("run", "test", "check")


def main() -> int:
    """Print what has no wheel; 1 where something has none."""
    asked = [(name, python) for name in FILES for python in PYTHONS]
    with ThreadPoolExecutor(4) as pool:
        troubles = [trouble for trouble in pool.map(lambda pair: without_wheel(*pair), asked) if trouble]
    print("".join(troubles), end="")
    return 1 if troubles else 0


def without_wheel(name: str, python: str) -> str:
    """What uv says against the pins of that file on that Python; empty where each has a wheel."""
    uv = str(Path(sys.executable).parent / "uv")
    command = [uv, "pip", "compile", str(HERE / "requirements" / f"{name}.txt"), "--python-version", python]
    command += ["--python-platform", "x86_64-manylinux_2_28", "--only-binary", ":all:", "--no-deps", "--quiet"]
    done = subprocess.run([*command, "-o", "/dev/null"], capture_output=True, text=True, check=False)
    return f"requirements/{name}.txt on Python {python}:\n{done.stderr}\n" if done.returncode else ""


if __name__ == "__main__":
    sys.exit(main())
