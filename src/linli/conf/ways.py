"""Three ways to run Linli, told by the settings: for this machine alone, for an office, for everybody."""

import ipaddress
from enum import StrEnum

from linli.conf.env import Env, authority_folder

_LOCAL = (".local", ".lan", ".home.arpa", ".internal", ".localdomain")


class Way(StrEnum):
    """Who can open it."""

    ALONE = "alone"
    OFFICE = "office"
    PUBLIC = "public"


def way_of(env: Env) -> Way:
    """Which way this installation runs: by the names it answers to beside its own machine's, and by its certificate.

    Where other machines can come over plain http alone, nobody signs in from there: that is this machine alone.
    """
    if not env.names or not (env.tls_cert is not None or env.behind_proxy):
        return Way.ALONE
    if env.tls_cert == authority_folder(env.data_dir) / "server.crt":
        return Way.OFFICE
    return Way.OFFICE if all(map(_only_inside, env.names)) else Way.PUBLIC


def _only_inside(host: str) -> bool:
    """Whether a name or number means something inside a building's network only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_private
    except ValueError:
        return "." not in host or host.lower().endswith(_LOCAL)
