"""A cluster in a temporary folder, gone at the end: for tests and benches."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linli.ops.account import server_account
from linli.ops.cluster import Cluster
from linli.ops.layout import Layout


@contextmanager
def throwaway_database() -> Iterator[str]:
    """Start a fresh database that is fast and not durable; yields its URL. It ends with this process, however."""
    server = server_account()
    folder = Path(tempfile.mkdtemp(prefix="linli-"))
    cluster = Cluster(Layout(folder, folder, server), throwaway=True)
    try:
        if not server.is_me:
            os.chown(folder, server.uid, server.gid)
        cluster.start()
        yield cluster.at.url
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
