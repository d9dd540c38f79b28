"""Sealing as the app does it (frontend/src/field/seal.ts), from what the server told over HTTP alone."""

import hmac
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

INFO = b"linli field envelope 1"


def envelope(lent: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """One thing that was written down, so that the server alone reads it and knows which phone wrote it.

    Args:
        lent: the reply in which the phone was lent its doors. body: what was written, with its key and lease.
    """
    text = json.dumps(body, ensure_ascii=False)
    mac = hmac.digest(b64decode(lent["secret"]), text.encode(), "sha256")
    inside = json.dumps({"body": text, "mac": b64encode(mac).decode()}).encode()
    ours = ec.generate_private_key(ec.SECP256R1())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b64decode(lent["key"]["point"]))
    shared = ours.exchange(ec.ECDH(), theirs)
    nonce = os.urandom(12)
    outside = f"{body['key']}|{body['lease']}".encode()
    data = AESGCM(HKDF(SHA256(), 32, salt=None, info=INFO).derive(shared)).encrypt(nonce, inside, outside)
    point = ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {
        "v": 1,
        "key": body["key"],
        "lease": body["lease"],
        "k": lent["key"]["k"],
        "from": b64encode(point).decode(),
        "iv": b64encode(nonce).decode(),
        "data": b64encode(data).decode(),
    }
