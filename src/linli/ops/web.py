"""The web server: granian, two workers of twenty-one threads, over WSGI.

Of those at most five work for pages, forms and sign-in, and thirteen may wait for one of those (``access.lanes``):
three are left for whatever is written. Sync views under ASGI were measured four to five times slower (docs/decisions).
`python -m linli.ops.web` runs it in the foreground on LINLI_PORT of LINLI_BIND, with TLS where a certificate is named.
"""

import logging
import os
import signal
import threading
import time

from granian import Granian
from granian.constants import Interfaces, SSLProtocols
from granian.log import LogLevels

from linli.common.clock import now
from linli.common.errors import LinliError
from linli.conf.env import Env
from linli.ops import tls

WORKERS = 2
THREADS = 21
LOOK_EVERY_S = 2.0
OVERLAP_S = 8.0  # how long an old worker goes on while its successor, with the new certificate, comes up
# granian's own words as JSON lines too: what it says of an exception would quote it.
_LOGS = {
    "formatters": {name: {"()": "linli.common.logs.JsonLines"} for name in ("generic", "access")},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
log = logging.getLogger("linli.ops.web")


def serve(env: Env) -> None:
    """Serve until told to stop. A renewed certificate is served within half a minute, without a restart.

    Raises:
        LinliError: the certificate will not do.
    """
    found = tls.pair(env, now())
    served = tls.keep(env, found) if found is not None else None
    server = Granian(
        "linli.ops.wsgi:application",
        address=env.bind,
        port=env.port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=_LOGS,
        ssl_cert=served,
        ssl_key=served,
        ssl_protocol_min=SSLProtocols.tls12,  # the oldest phones among those that our pages are for
        respawn_failed_workers=True,
        respawn_interval=OVERLAP_S,
        workers_kill_timeout=5,
    )
    if served is not None:
        server.on_startup(threading.Thread(target=_watch, args=(env,), daemon=True).start)
    server.serve()


def _watch(env: Env) -> None:
    """Have the workers replaced, one after the other, when a good new pair lies where the settings say."""
    seen = tls.stamps(env)
    while True:
        time.sleep(LOOK_EVERY_S)
        if (found := tls.stamps(env)) == seen:
            continue
        seen = found
        try:
            pair = tls.pair(env, now())
            assert pair is not None
            tls.keep(env, pair)
        except LinliError as error:  # between the two files, or a mistake: the old pair is served on
            log.warning("the renewed certificate is not served: %s [%s]", error, error.code)
            continue
        os.kill(os.getpid(), signal.SIGHUP)


if __name__ == "__main__":
    serve(Env.read(os.environ))
