"""The keyring sealed under a passphrase, for the safe: scrypt makes a key of it, AES-256-GCM seals with that.

A JSON file: how the key is made of the passphrase, and the sealed rest. The first part is authenticated too.
"""

import base64
import json
import os
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from linli.custody import destroyed, keyring
from linli.custody.errors import SealedKeyringUnreadable
from linli.custody.keyring import KEY_BYTES

SHORTEST_PASSPHRASE = 12
COST = 2**17  # with r = 8, 128 MB of memory for each guess
DEAREST = 2**20  # a forged file must not take all our memory
_FORMAT = 1


def seal(data_dir: Path, passphrase: str, *, cost: int = COST) -> bytes:
    """The whole keyring, with the destruction list, as a file for the safe.

    Args:
        cost: scrypt's n, a power of two.

    Raises:
        KeyringError: a key cannot be read.
    """
    at = keyring.folder(data_dir)
    keys = {
        name: {"key": keyring.read(at / f"{name}.key").hex(), "made_at": (at / f"{name}.key").stat().st_mtime}
        for name in keyring.names(at)
    }
    inside = json.dumps({"keys": keys, "destroyed": destroyed.lines([at])}).encode()
    how = {"linli_keyring": _FORMAT, "scrypt_n": cost, "salt": os.urandom(16).hex(), "nonce": os.urandom(12).hex()}
    sealed = _cipher(how, passphrase).encrypt(bytes.fromhex(how["nonce"]), inside, _authenticated(how))  # type: ignore[arg-type]
    return json.dumps({**how, "sealed": base64.b64encode(sealed).decode()}, indent=1).encode()


def unseal(path: Path, passphrase: str) -> tuple[dict[str, tuple[bytes, float]], list[str]]:
    """The keys by name, each with when it was made, and the lines of the destruction list.

    Raises:
        SealedKeyringUnreadable: another passphrase, or not such a file, or altered.
    """
    try:
        how: dict[str, Any] = json.loads(path.read_bytes())
        sealed = base64.b64decode(how.pop("sealed"), validate=True)
        if how["linli_keyring"] != _FORMAT or not 2 <= how["scrypt_n"] <= DEAREST:
            raise ValueError("unknown format")
        inside = json.loads(_cipher(how, passphrase).decrypt(bytes.fromhex(how["nonce"]), sealed, _authenticated(how)))
        keys = {name: (bytes.fromhex(one["key"]), float(one["made_at"])) for name, one in inside["keys"].items()}
        if any(not keyring.is_name(name) or len(key) != KEY_BYTES for name, (key, _) in keys.items()):
            raise ValueError("no key")
        return keys, list(inside["destroyed"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidTag) as error:
        raise SealedKeyringUnreadable(path=path) from error


def _cipher(how: dict[str, Any], passphrase: str) -> AESGCM:
    kdf = Scrypt(salt=bytes.fromhex(how["salt"]), length=KEY_BYTES, n=how["scrypt_n"], r=8, p=1)
    return AESGCM(kdf.derive(passphrase.encode()))


def _authenticated(how: dict[str, Any]) -> bytes:
    return json.dumps(how, sort_keys=True).encode()
