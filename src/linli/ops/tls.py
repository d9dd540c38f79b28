"""The certificate we serve: looked at before anything starts, and again whenever its files change.

What the web server reads is a copy of a pair that was found good, in one file: whoever renews a certificate replaces
two files, one after the other, and a worker that starts between the two would find a pair that does not match.
"""

import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from linli.conf.env import Env
from linli.custody import keyring
from linli.ops import account
from linli.ops.errors import TlsExpired, TlsMismatch, TlsNotYet, TlsUnreadable, TlsUnusable, TlsWrongName

SERVED = "served.pem"


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate with its chain and key that may be served.

    Attributes:
        leaf: the server's own certificate.
        pem: chain and key, as the web server reads them.
    """

    leaf: x509.Certificate
    pem: bytes

    @property
    def until(self) -> datetime:
        return self.leaf.not_valid_after_utc


def pair(env: Env, at: datetime) -> Pair | None:
    """The pair that the settings name, found good at that moment; None where none is named.

    Raises:
        TlsUnreadable, TlsUnusable, TlsMismatch, TlsExpired, TlsNotYet, TlsWrongName.
    """
    if env.tls_cert is None or env.tls_key is None:
        return None
    chain, key = _read(env.tls_cert), _read(env.tls_key)
    try:
        leaf = x509.load_pem_x509_certificates(chain)[0]
    except ValueError as error:
        raise TlsUnusable(file=env.tls_cert, what="certificate") from error
    try:
        opened = serialization.load_pem_private_key(key, password=None)
    except (ValueError, TypeError) as error:  # TypeError: it asks for a password
        raise TlsUnusable(file=env.tls_key, what="private key without a password") from error
    if _bare(opened.public_key()) != _bare(leaf.public_key()):
        raise TlsMismatch(cert=env.tls_cert, key=env.tls_key)
    if at >= leaf.not_valid_after_utc:
        raise TlsExpired(cert=env.tls_cert, until=leaf.not_valid_after_utc)
    if at < leaf.not_valid_before_utc:
        raise TlsNotYet(cert=env.tls_cert, since=leaf.not_valid_before_utc)
    host = urlsplit(env.url).hostname if env.url else None
    if host and not covers(names(leaf), host):
        raise TlsWrongName(cert=env.tls_cert, names=", ".join(names(leaf)) or "–", host=host)
    return Pair(leaf, chain.rstrip() + b"\n" + key)


def keep(env: Env, found: Pair) -> Path:
    """Put a good pair where the web server's workers read it, at one stroke, readable by Linli's user only."""
    served = env.data_dir / "tls" / SERVED
    keyring.write(served, found.pem, over=True)
    return served


def fingerprint(of: x509.Certificate) -> str:
    """SHA-256 of a certificate as phones show it: 32 pairs of hexadecimal digits with colons."""
    from cryptography.hazmat.primitives.hashes import SHA256

    return of.fingerprint(SHA256()).hex(":").upper()


def names(of: x509.Certificate) -> list[str]:
    """The names and addresses a certificate is for."""
    try:
        found = of.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [*found.get_values_for_type(x509.DNSName), *map(str, found.get_values_for_type(x509.IPAddress))]


def covers(named: Iterable[str], host: str) -> bool:
    """Whether one of the names is that host; a star stands for one label."""
    try:
        address = str(ipaddress.ip_address(host))
    except ValueError:
        host = host.lower()
        return any(one.lower() in (host, "*." + host.partition(".")[2]) for one in named)
    return address in named


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = f"{error.strerror}." if error.strerror else ""
        raise TlsUnreadable(file=file, user=account.me().name, reason=reason) from error


def _bare(key: object) -> bytes:
    encoding, shape = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(encoding, shape)  # type: ignore[attr-defined]


def stamps(env: Env) -> tuple[tuple[int, int] | None, ...]:
    """What changes when somebody replaces a file of the pair."""
    return tuple(_stamp(file) for file in (env.tls_cert, env.tls_key) if file is not None)


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        said = os.stat(file)
    except OSError:
        return None
    return said.st_ino, said.st_mtime_ns
