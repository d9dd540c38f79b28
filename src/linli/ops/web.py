"""The web server: granian, two workers of twelve threads, over WSGI.

Of the twelve at most four work for pages, forms and sign-in, and five may wait for one of those (``access.lanes``):
three are left for whatever is written. Sync views under ASGI were measured four to five times slower (docs/decisions).
`python -m linli.ops.web` runs it in the foreground on LINLI_PORT of the loopback address.
"""

import os

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from linli.conf.env import Env

WORKERS = 2
THREADS = 12
# granian's own words as JSON lines too: what it says of an exception would quote it.
_LOGS = {"formatters": {name: {"()": "linli.common.logs.JsonLines"} for name in ("generic", "access")}}


def serve(port: int) -> None:
    """Serve until told to stop."""
    Granian(
        "linli.ops.wsgi:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=_LOGS,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve()


if __name__ == "__main__":
    serve(Env.read(os.environ).port)
