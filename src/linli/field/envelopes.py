"""Sealed envelopes: readable by this installation alone, and vouched for by the phone that wrote them.

    {"v": 1, "key": UUID, "lease": UUID, "k": number of the key, "from": raw P-256 point, "iv": 12 bytes, "data": …}

`data` is AES-256-GCM over ``{"body": text, "mac": …}`` with ``key|lease`` as additional data. Its key is HKDF-SHA256 of
the ECDH secret between a key pair that the phone made for this envelope and threw away, and ours. So whoever holds the
phone, its author too, cannot read it any more. `mac` is HMAC-SHA256 of the body under the secret of the lease: anybody
could seal, and only the phone the lease was given to can vouch. Bytes are base64.
docs/decisions/field-envelopes.md says why.
"""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from linli.custody import keyring
from linli.field.errors import EnvelopeBroken

VERSION = 1
_INFO = b"linli field envelope 1"
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
MOST_BYTES = 32_768


@dataclass(frozen=True, slots=True)
class Opened:
    """What lay in an envelope. Nobody has vouched for it yet.

    Attributes:
        key, lease: as they stand outside; sealed with the rest, so that they cannot be swapped.
        body: the text, as the phone wrote it. mac: 32 bytes.
    """

    key: UUID
    lease: UUID
    body: str
    mac: bytes

    @property
    def digest(self) -> bytes:
        """Of the body, 32 bytes."""
        return hashlib.sha256(self.body.encode()).digest()

    def vouched_by(self, secret: bytes) -> bool:
        """Whether the phone that holds the secret wrote it."""
        return hmac.compare_digest(hmac.digest(secret, self.body.encode(), "sha256"), self.mac)


@cache
def _private(number: int) -> ec.EllipticCurvePrivateKey:
    """Ours, worked out from a register key: it is backed up, rotated and copied with it, and needs no file more."""
    register = keyring.key(settings.ENV.data_dir, keyring.REGISTER, number)
    seed = HKDF(SHA256(), 48, salt=None, info=b"linli field private key").derive(register)
    return ec.derive_private_key(int.from_bytes(seed, "big") % (_ORDER - 1) + 1, _CURVE)


def public_key() -> tuple[int, str]:
    """What phones seal to now: the number of the key, and its point."""
    number = keyring.newest(settings.ENV.data_dir, keyring.REGISTER)
    point = _private(number).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return number, b64encode(point).decode()


def key_of(raw: object) -> str:
    """The key that an envelope names, as far as it can be read, to answer under it."""
    said = raw.get("key") if isinstance(raw, Mapping) else None
    return said[:36] if isinstance(said, str) else ""


def opened(raw: object) -> Opened:
    """What lies in an envelope.

    Raises:
        EnvelopeBroken: it is none, was sealed to another installation, or was changed.
    """
    try:
        if not isinstance(raw, Mapping) or raw["v"] != VERSION:
            raise EnvelopeBroken
        key, lease = UUID(raw["key"]), UUID(raw["lease"])
        point, nonce, data = (b64decode(raw[part], validate=True) for part in ("from", "iv", "data"))
        if len(data) > MOST_BYTES or not isinstance(raw["k"], int) or raw["k"] < 1:
            raise EnvelopeBroken
        shared = _private(raw["k"]).exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point))
        cipher = AESGCM(HKDF(SHA256(), 32, salt=None, info=_INFO).derive(shared))
        inside = json.loads(cipher.decrypt(nonce, data, f"{key}|{lease}".encode()))
        mac = b64decode(inside["mac"], validate=True)
        body = inside["body"]
        body.encode()
    except (AttributeError, InvalidTag, KeyError, NotBase64, TypeError, ValueError) as error:
        raise EnvelopeBroken from error
    except keyring.KeyringError as error:  # a number that was never ours
        raise EnvelopeBroken from error
    return Opened(key, lease, body, mac)
