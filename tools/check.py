"""`make check`: everything about the source that a machine can see without running Linli.

Each check is named with its time; what one of them says is shown only where it fails. Exits 1 if any did.
`python tools/check.py NAME …` runs some of them.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS: dict[str, list[str]] = {
    "format": [str(BIN / "ruff"), "format", "--check", "."],
    "lint": [str(BIN / "ruff"), "check", "."],
    "types": [str(BIN / "mypy"), "--no-error-summary"],
    "imports": [str(BIN / "lint-imports")],
    "migrations": [sys.executable, "tools/check_migrations.py"],
    "words": [sys.executable, "tools/words.py", "check"],
    "wheels": [sys.executable, "tools/check_wheels.py"],
    "bundle": [sys.executable, "tools/check_bundle.py"],
}


def main(names: list[str]) -> int:
    """Run the named checks, or all of them."""
    failed = []
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "linli.conf.settings", "PYTHONPATH": str(HERE / "src")}
    for name in names or CHECKS:
        started = time.monotonic()
        done = subprocess.run(CHECKS[name], cwd=HERE, env=environ, capture_output=True, text=True, check=False)
        word = "failed" if done.returncode else "ok"
        print(f"{name:<12}{word:<8}{time.monotonic() - started:6.1f} s", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    if failed:
        print(f"Failed: {', '.join(failed)}. Again, one alone: .venv/bin/python tools/check.py {failed[0]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
