"""ID numbers and phones: unreadable in the database, findable by a blind index (DESIGN.md §3).

A sealed text is ``0x01 | nonce (12) | AES-256-GCM ciphertext and tag`` under the first register key, and
``0x02 | number of the key (2) | nonce …`` under a later one; the newest key seals. Nonces are random: 96 bits allow
four thousand million fields under one key before a repeat becomes likelier than one in 2**32. A blind index is the
first 16 bytes of HMAC-SHA256. Both are kept in ``BinaryField`` columns, so nothing is decrypted by being loaded
or printed: whoever wants the text calls ``unseal`` and says so.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from linli.custody import keyring
from linli.custody.errors import KeyMissing

INDEX_BYTES = 16
_FIRST = b"\x01"
_NUMBERED = b"\x02"
_NONCE = 12
_BLOCK = 64


class WrongKey(Exception):
    """A sealed text was not sealed with this installation's register key, or was changed since."""


@cache
def _cipher(number: int) -> AESGCM:
    return AESGCM(keyring.key(settings.ENV.data_dir, keyring.REGISTER, number))


def _newest() -> tuple[bytes, AESGCM]:
    """What a text sealed now begins with, and the cipher that seals it."""
    number = keyring.newest(settings.ENV.data_dir, keyring.REGISTER)
    return _FIRST if number == 1 else _NUMBERED + number.to_bytes(2, "big"), _cipher(number)


@cache
def _hmac_ends() -> tuple["hashlib._Hash", "hashlib._Hash"]:
    """The inner and outer half of HMAC-SHA256 with the key already in; copying them is thrice as fast as hmac."""
    key = keyring.key(settings.ENV.data_dir, keyring.INDEX).ljust(_BLOCK, b"\0")
    return hashlib.sha256(bytes(byte ^ 0x36 for byte in key)), hashlib.sha256(bytes(byte ^ 0x5C for byte in key))


def seal(text: str) -> bytes:
    """A text as it may be stored."""
    return seal_many((text,))[0]


def unseal(sealed: bytes | memoryview) -> str:
    """The text again.

    Raises:
        WrongKey: sealed under another key, or damaged.
    """
    raw = bytes(sealed)
    if raw[:1] == _FIRST:
        number, rest = 1, raw[1:]
    elif raw[:1] == _NUMBERED and len(raw) > 3:
        number, rest = int.from_bytes(raw[1:3], "big"), raw[3:]
    else:
        raise WrongKey("This is not a sealed text of a known version.")
    try:
        return _cipher(number).decrypt(rest[:_NONCE], rest[_NONCE:], None).decode()
    except (InvalidTag, KeyMissing) as error:
        raise WrongKey("Sealed under another key, or damaged: restore the keyring this database belongs to.") from error


def index(text: str) -> bytes:
    """The blind index of a text, 16 bytes: equal texts have equal ones."""
    return index_many((text,))[0]


def seal_many(texts: Sequence[str]) -> list[bytes]:
    """Seal many texts; the system is asked for randomness once."""
    start, cipher = _newest()
    encrypt = cipher.encrypt
    random = os.urandom(_NONCE * len(texts))
    nonces = [random[place : place + _NONCE] for place in range(0, len(random), _NONCE)]
    return [
        b"%b%b%b" % (start, nonce, encrypt(nonce, text.encode(), None))
        for nonce, text in zip(nonces, texts, strict=True)
    ]


def index_many(texts: Iterable[str]) -> list[bytes]:
    """Blind indexes of many texts, in order."""
    inner, outer = _hmac_ends()
    found = []
    for text in texts:
        first = inner.copy()
        first.update(text.encode())
        second = outer.copy()
        second.update(first.digest())
        found.append(second.digest()[:INDEX_BYTES])
    return found
