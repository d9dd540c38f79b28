"""`make check`: everything about the source that a machine can see without running Linli.

Each check is named with its time; what one of them says is shown only where it fails. Exits 1 if any did.
`python tools/check.py NAME …` runs some of them.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS: dict[str, list[str]] = {
    "wheels": [sys.executable, "tools/check_wheels.py"],
    "format": [str(BIN / "ruff"), "format", "--check", "."],
    "lint": [str(BIN / "ruff"), "check", "."],
    "types": [str(BIN / "mypy"), "--no-error-summary"],
    "imports": [str(BIN / "lint-imports")],
    "migrations": [sys.executable, "tools/check_migrations.py"],
    "words": [sys.executable, "tools/words.py", "check"],
    "bundle": [sys.executable, "tools/check_bundle.py"],
}


AT_ONCE = 2  # one of them mostly waits for the package index


def main(names: list[str]) -> int:
    """Run the named checks, or all of them, each told as soon as it is done."""
    failed = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for ran in as_completed([pool.submit(_run, name) for name in names or CHECKS]):
            name, done, seconds = ran.result()
            print(f"{name:<12}{'failed' if done.returncode else 'ok':<8}{seconds:6.1f} s", flush=True)
            if done.returncode:
                failed.append(name)
                print(done.stdout + done.stderr, flush=True)
    if failed:
        print(f"Failed: {', '.join(failed)}. Again, one alone: .venv/bin/python tools/check.py {failed[0]}")
    return 1 if failed else 0


def _run(name: str) -> tuple[str, subprocess.CompletedProcess[str], float]:
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "linli.conf.settings", "PYTHONPATH": str(HERE / "src")}
    started = time.monotonic()
    done = subprocess.run(CHECKS[name], cwd=HERE, env=environ, capture_output=True, text=True, check=False)
    return name, done, time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
