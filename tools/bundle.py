"""`make bundle`: one archive that installs without internet: this commit, and a wheel of every pin `run` needs.

    python3 tools/bundle.py OUT [PYTHON ...]

Each wheel is checked by its hash as it comes, and again where it is installed: a folder `wheels` in the checkout makes
`tools/setup.py` take everything from there. With pip's own wheel beside them, a Python without ensurepip will do.
Wheels are for this machine's kind of processor.
"""

import hashlib
import platform
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
# Python 3.11 before 3.11.4, as Debian 12 has it, extracts without a filter; what is extracted is our own commit.
SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
PYTHONS = ("3.11", "3.12", "3.13")
PINS = HERE / "requirements" / "run.txt"
GLIBC = ("2_28", "2_27", "2_26", "2_24", "2_17")  # the newest first; 2_17 is also called manylinux2014


def main(out: Path, pythons: list[str]) -> Path:
    """Make the archive in that folder, with its checksum beside it."""
    name = f"linli-{_git('rev-parse', '--short=12', 'HEAD')}-{platform.machine()}"
    if _git("status", "--porcelain", "--untracked-files=no"):
        print("note: what is not committed is not in the bundle", flush=True)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".bundle-") as folder:
        root = Path(folder, name)
        root.mkdir()
        committed = subprocess.run(["git", "archive", "HEAD"], cwd=HERE, capture_output=True, check=True).stdout
        with tarfile.open(fileobj=BytesIO(committed)) as archive:
            archive.extractall(root, **SAFELY)  # noqa: S202 - see there
        for python in pythons:
            print(f"Fetching the wheels for Python {python} …", flush=True)
            fetch(root / "wheels", python)
        making = Path(folder, f"{name}.tar.gz")
        with tarfile.open(making, "w:gz", compresslevel=1) as archive:
            archive.add(root, name)
        done = making.rename(out / making.name)
    digest = hashlib.sha256(done.read_bytes()).hexdigest()
    done.with_name(done.name + ".sha256").write_text(f"{digest}  {done.name}\n", encoding="ascii")
    print(f"{done}: {done.stat().st_size / 1e6:.0f} MB, sha256 {digest}")
    print("Where there is no internet: tar xzf it, then `make run` in its folder.")
    return done


def fetch(wheels: Path, python: str) -> None:
    """Download what `run` needs on that Python, and pip itself; ends where an index does not have it."""
    machine = platform.machine()
    platforms = [f"manylinux_{each}_{machine}" for each in GLIBC] + [f"manylinux2014_{machine}", f"linux_{machine}"]
    kind = [f"--platform={each}" for each in platforms] + [f"--python-version={python}", "--implementation=cp"]
    for what in (["--no-deps", "--require-hashes", "-r", str(PINS)], ["--no-deps", "pip"]):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
        done = subprocess.run([*command, "--only-binary=:all:", *kind, "--dest", str(wheels), *what], check=False)
        if done.returncode:
            sys.exit(f"bundle: not every wheel for Python {python} could be fetched; nothing was made")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"bundle: a bundle is made from a git checkout: {done.stderr.strip()}")
    return done.stdout.strip()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(PYTHONS))
