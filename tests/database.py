"""A pytest plugin (`-p tests.database`): a throwaway PostgreSQL, there before Django's settings are read.

With DATABASE_URL set, that server is used and left as it was; Django makes its own test database in either.
The workers of pytest-xdist inherit the controller's.
"""

import atexit
import os
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

_held = ExitStack()
atexit.register(_held.close)  # also where pytest gives up before its own end


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start the database unless we were given one."""
    if os.environ.get("DATABASE_URL"):
        return
    from linli.ops.throwaway import throwaway_database

    os.environ["DATABASE_URL"] = _held.enter_context(throwaway_database())


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop what we started."""
    _held.close()
