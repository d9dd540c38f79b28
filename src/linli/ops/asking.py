"""Asking our own web server on this machine, whether it speaks TLS or not."""

import http.client
import ssl
from ipaddress import ip_address

from linli.conf.env import Env


def connection(env: Env, timeout_s: float) -> http.client.HTTPConnection:
    """A connection to whatever listens at our address and port, not yet opened.

    The certificate is not verified: it is made out for a name of ours, and here only whether we answer is asked.
    """
    host = reached(env.bind)
    if env.tls_cert is None:
        return http.client.HTTPConnection(host, env.port, timeout=timeout_s)
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(host, env.port, timeout=timeout_s, context=anyone)


def reached(bind: str) -> str:
    """The address by which this machine reaches what listens there: that of all addresses is none to connect to."""
    if ip_address(bind).is_unspecified:
        return "::1" if ":" in bind else "127.0.0.1"
    return bind
