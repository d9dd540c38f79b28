"""What a backup looks like on the disk: a manifest, and the database sealed under the backup's own key.

    linli-20261124t205500z-1a2b3c/
        manifest.json      what is in it, with checksums; authenticated under the key
        database.sealed    pg_dump's custom format in pieces, each AES-256-GCM

A piece is its length (4 bytes), then ciphertext and tag. Its nonce is its number and whether it is the last, so that
pieces cannot be left out, reordered or cut off; every backup has a key of its own, so that no nonce comes twice.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from linli.ops.errors import BackupAltered, BackupNewer, NoBackup

FORMAT = 1
MANIFEST = "manifest.json"
CONTENTS = "database.sealed"
PIECE = 1024 * 1024
_TAG = 16
_LENGTH = 4


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        linli_backup: the format's number.
        id: its name, and that of its key in the keyring.
        made_at: the moment it shows, ISO 8601.
        linli, server_version: who made it.
        trail_link: the newest link of the trail in it, 64 hexadecimal digits; None: nothing was sealed.
        unsealed: entries of the trail newer than that link.
        migrations: "room.name" of each that had been applied.
        tables: rows by table.
        keys: marks of the keys its contents need, by name.
        size, sha256: of the sealed contents.
    """

    linli_backup: int
    id: str
    made_at: str
    linli: str
    server_version: int
    trail_link: str | None
    unsealed: int
    migrations: list[str]
    tables: dict[str, int]
    keys: dict[str, str]
    size: int
    sha256: str


def manifest_text(manifest: Manifest, key: bytes) -> str:
    """The manifest as it is written, with what authenticates it."""
    said = asdict(manifest)
    return json.dumps({**said, "mac": _mac(said, key)}, indent=1, ensure_ascii=False) + "\n"


def read_manifest(folder: Path) -> tuple[Manifest, str]:
    """The manifest of the backup in that folder and its mac, not yet authenticated: that needs the key.

    Raises:
        NoBackup: there is none, or it was never finished.
        BackupNewer: its format is younger than this Linli.
        BackupAltered: it cannot be read.
    """
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NoBackup(where=folder) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BackupAltered(file=MANIFEST) from error
    try:
        said: dict[str, Any] = json.loads(text)
        number = said["linli_backup"]
        if isinstance(number, int) and number > FORMAT:
            raise BackupNewer(made_by=str(said.get("linli")))
        mac = said.pop("mac")
        manifest = Manifest(**said)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupAltered(file=MANIFEST) from error
    if not isinstance(mac, str) or manifest.linli_backup != FORMAT or folder.name.startswith("."):
        raise BackupAltered(file=MANIFEST)
    return manifest, mac


def check_manifest(manifest: Manifest, mac: str, key: bytes) -> None:
    """See that the manifest was written with this key.

    Raises:
        BackupAltered: it was not, or was changed since.
    """
    if not hmac.compare_digest(mac.encode(), _mac(asdict(manifest), key).encode()):
        raise BackupAltered(file=MANIFEST)


def check_sum(folder: Path, manifest: Manifest) -> None:
    """See that the contents are whole, by size and checksum: needs no key.

    Raises:
        BackupAltered: they are not.
    """
    try:
        with (folder / CONTENTS).open("rb") as opened:
            size = opened.seek(0, 2)
            opened.seek(0)
            if size != manifest.size or hashlib.file_digest(opened, "sha256").hexdigest() != manifest.sha256:
                raise BackupAltered(file=CONTENTS)
    except OSError as error:
        raise BackupAltered(file=CONTENTS) from error


def seal(source: Readable, into: IO[bytes], key: bytes) -> tuple[int, str]:
    """Seal a stream piece by piece. Returns the bytes written and their SHA-256.

    Raises:
        OSError: it cannot be written.
    """
    cipher, digest, size, number = _cipher(key), hashlib.sha256(), 0, 0
    piece = _full(source)
    while True:
        following = _full(source) if len(piece) == PIECE else b""
        sealed = cipher.encrypt(_nonce(number, last=not following), piece, None)
        written = len(sealed).to_bytes(_LENGTH, "big") + sealed
        into.write(written)
        digest.update(written)
        size, number = size + len(written), number + 1
        if not following:
            return size, digest.hexdigest()
        piece = following


def unseal(source: BufferedReader, key: bytes) -> Iterator[bytes]:
    """The pieces again, each authenticated before it is given out.

    Raises:
        BackupAltered: a piece is not what was sealed, or the last is not there.
    """
    cipher, number, last = _cipher(key), 0, False
    while not last:
        length = int.from_bytes(source.read(_LENGTH), "big")
        sealed = source.read(length) if _TAG <= length <= PIECE + _TAG else b""
        last = not source.peek(1)
        try:
            yield cipher.decrypt(_nonce(number, last=last), sealed, None)
        except (InvalidTag, ValueError) as error:
            raise BackupAltered(file=CONTENTS) from error
        number += 1


def _full(source: Readable) -> bytes:
    """A whole piece from a pipe, which gives what it has; less only at its end."""
    found = bytearray()
    while len(found) < PIECE and (more := source.read(PIECE - len(found))):
        found += more
    return bytes(found)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(hmac.digest(key, b"linli backup: contents", "sha256"))


def _mac(said: dict[str, Any], key: bytes) -> str:
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hmac.digest(hmac.digest(key, b"linli backup: manifest", "sha256"), text.encode(), "sha256").hex()
