"""`make setup`, run by the system's Python: .venv in the checkout, hash-pinned, and as root the system user.

Everything outside the checkout is named before it is touched. A stamp per requirements file makes the second run
take no time. `python3 tools/setup.py run|test|check`: what to install for.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
VENV = HERE / ".venv"
WHEELS = HERE / "wheels"  # there in a bundle (tools/bundle.py), which installs without internet
PYTHON = VENV / "bin" / "python"
OLDEST, NEWEST = (3, 11), (3, 13)
SYSTEM_USER = "linli"
STATE_DIR = "/var/lib/linli"
NO_LOGIN = ("--shell", "/usr/sbin/nologin")
TEST_PACKAGES = {
    "chromium-headless-shell": ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"),
    "fonts-noto-cjk": (),
}  # any of these programs will do: bench/browser.py takes the first that is there


def main(purpose: str) -> None:
    """Set up for running, testing or checking."""
    started = time.monotonic()
    see_python()
    if make_environment() | install(purpose):
        say(f"Set up for `{purpose}` in {time.monotonic() - started:.0f} s.")
    if os.geteuid() == 0:
        make_system_user()
    if purpose in ("test", "check"):
        have_test_packages()


def say(sentence: str) -> None:
    """Print at once, whatever the output is."""
    print(sentence, flush=True)


def give_up(sentence: str) -> None:
    """End with a sentence instead of a trace."""
    sys.exit(f"setup: {sentence}")


def see_python() -> None:
    """Refuse a Python that Linli does not run on."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = ".".join(map(str, sys.version_info[:3]))
        give_up(f"this python3 is {found}; Linli runs on 3.11, 3.12 and 3.13. Name one: make PYTHON=python3.12 run")


def make_environment() -> bool:
    """Make .venv where there is none for this Python; returns whether it did."""
    if PYTHON.exists() and _answer([str(PYTHON), "-c", "import pip"]):
        return False
    bare = not _answer([sys.executable, "-c", "import ensurepip, venv"])
    if bare and not WHEELS.is_dir():
        name = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            give_up(f"python3 cannot make virtual environments here. As root: apt-get install {name}")
        say(f"Outside the checkout: installing the system package {name} (apt-get), which makes virtual environments.")
        apt_install([name])
    say(f"Making the virtual environment {VENV} …")
    shutil.rmtree(VENV, ignore_errors=True)
    without_pip = ["--without-pip"] if bare and WHEELS.is_dir() else []
    _run([sys.executable, "-m", "venv", *without_pip, str(VENV)], "the virtual environment could not be made")
    if without_pip:
        wheel = max(WHEELS.glob("pip-*.whl"))
        installing = [str(PYTHON), f"{wheel}/pip", "install", "--no-index", str(wheel)]
        _run(installing, "pip could not be installed from the bundle")
    return True


def install(purpose: str) -> bool:
    """Install the pins of that purpose and Linli itself; returns whether there was something to do."""
    pins = HERE / "requirements" / f"{purpose}.txt"
    wanted = hashlib.sha256(pins.read_bytes() + (HERE / "pyproject.toml").read_bytes()).hexdigest()
    stamp = VENV / f".linli-{purpose}"
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return False
    total = sum(1 for line in pins.read_text(encoding="utf-8").splitlines() if "==" in line and line[:1].isalnum())
    say(f"Installing what `{purpose}` needs into .venv: at most {total} packages, each checked by its hash …")
    pip(["--require-hashes", "--only-binary=:all:", "--no-compile", "-r", str(pins)], total)
    pip(["--no-deps", "--no-build-isolation", "-e", str(HERE)], 1)
    compile_all()
    stamp.write_text(wanted, encoding="ascii")
    return True


def compile_all() -> None:
    """Compile every module on all cores: who runs Linli may not be allowed to write here, and starts faster so."""
    show("  compiling …", True)
    folders = [str(VENV / "lib"), str(HERE / "src")]
    subprocess.run([str(PYTHON), "-m", "compileall", "-q", "-j", "0", *folders], capture_output=True, check=False)
    clear()


def pip(arguments: list[str], total: int) -> None:
    """Run pip install quietly, showing how far it is; its whole output is kept in .venv/pip.log."""
    log = VENV / "pip.log"
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *arguments]
    command += ["--no-index", f"--find-links={WHEELS}"] if WHEELS.is_dir() else []
    seen = 0
    with log.open("w", encoding="utf-8") as kept:
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert running.stdout is not None
        for line in running.stdout:
            kept.write(line)
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                seen += 1
                show(f"  {min(seen, total)} of {total}: {line.split()[1 if line[0] == 'C' else 3]}", seen % 20 == 0)
            elif line.startswith("Installing collected packages"):
                show("  unpacking …", True)
        code = running.wait()
    clear()
    if code:
        print("".join(log.read_text(encoding="utf-8").splitlines(keepends=True)[-25:]), file=sys.stderr)
        give_up(f"pip could not install them (its output is in {log}). {_likely()}")


def _likely() -> str:
    """What to look at where pip failed."""
    if not WHEELS.is_dir():
        return "Is a package index reachable, the disk full?"
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return f"Was this bundle made for Python {here} and this kind of processor? Is the disk full?"


def show(text: str, worth_a_line: bool) -> None:
    """Show progress: one line rewritten on a terminal, now and then a line elsewhere."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text[:100]}", end="", flush=True)
    elif worth_a_line:
        say(text)


def clear() -> None:
    """Leave no half line on a terminal."""
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)


def make_system_user() -> None:
    """Make the user that PostgreSQL runs as, since it refuses to run as root."""
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        say(
            f"Outside the checkout: creating the system user {SYSTEM_USER} (no login, home {STATE_DIR}), because "
            "PostgreSQL refuses to run as root. Its state goes to that folder."
        )
        _run(
            [
                "useradd",
                "--system",
                "--user-group",
                "--home-dir",
                STATE_DIR,
                "--no-create-home",
                *NO_LOGIN,
                SYSTEM_USER,
            ],
            "the system user could not be created",
        )


def have_test_packages() -> None:
    """Have a browser and a Chinese font: by apt as root, else with the remedy."""
    missing = [name for name, programs in TEST_PACKAGES.items() if not _is_there(name, programs)]
    if not missing:
        return
    wanted = " ".join(missing)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        give_up(f"the tests need {wanted}. As root: apt-get install --no-install-recommends {wanted}")
    say(f"Outside the checkout: installing the system packages {wanted} (apt-get), which only the tests need …")
    apt_install(missing)


def apt_install(packages: list[str]) -> None:
    """Install system packages, saying only what went wrong."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    _run(["apt-get", "update", "-qq"], "apt-get update failed", quiet)
    _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], "apt-get install failed", quiet)


def _is_there(package: str, programs: tuple[str, ...]) -> bool:
    if programs:
        return any(shutil.which(program) for program in programs)
    if shutil.which("fc-list"):
        return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())
    return _answer(["dpkg", "-s", package])


def _answer(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _run(command: list[str], trouble: str, more: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=os.environ | (more or {}), capture_output=True, text=True, check=False)
    if done.returncode:
        print((done.stdout + done.stderr)[-3000:], file=sys.stderr)
        give_up(trouble + ".")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
