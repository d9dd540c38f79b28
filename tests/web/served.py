"""The web server as `linli run` starts it, over the test's own database."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from linli.conf.env import Env
from linli.ops import asking


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        found: int = trial.getsockname()[1]
    return found


@contextmanager
def served(**settings: str) -> Iterator[Env]:
    """The server with these settings, once it answers; yields what it read. It ends with the block."""
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}:{at['PASSWORD']}@/{at['NAME']}?host={at['HOST']}"
    url += f"&port={at['PORT']}" if at["PORT"] else ""
    environ = os.environ | {"DATABASE_URL": url, "LINLI_PORT": str(free_port())} | settings
    env = Env.read(environ)
    server = subprocess.Popen([sys.executable, "-m", "linli.ops.web"], env=environ)
    try:
        while not _alive(env):
            assert server.poll() is None
            time.sleep(0.1)
        yield env
    finally:
        server.terminate()
        server.wait(20)


def _alive(env: Env) -> bool:
    asked = asking.connection(env, 30)
    try:
        asked.request("GET", "/")
        return asked.getresponse().status == 200
    except OSError:
        return False
    finally:
        asked.close()
