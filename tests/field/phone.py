"""A phone of a grid worker, as the server sees one: it seals what it writes, as frontend/src/field/seal.ts does."""

import hmac
import json
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.ids import uuid7
from linli.field import envelopes, leases, outbox
from linli.field.models import Lease
from linli.people.models import Household, Person

SOMEBODY = Caller(user=999)  # who brings what others wrote


def door_of(person: Person) -> int:
    """The door somebody lives behind."""
    return Household.objects.get(stays__person=person).dwelling_id


def brought(*envelopes: dict[str, Any], by: Caller = SOMEBODY) -> list[tuple[str, str]]:
    """Bring envelopes: what became of each, and the code of why not."""
    answers = outbox.take_all(envelopes, by=by, at=now())
    return [(each.state, each.problem.code if each.problem else "") for each in answers]


def sealed(key: UUID, lease: UUID, inside: dict[str, Any]) -> dict[str, Any]:
    """An envelope, whatever lies in it."""
    number, point = envelopes.public_key()
    ours = ec.generate_private_key(ec.SECP256R1())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b64decode(point))
    cipher = AESGCM(
        HKDF(SHA256(), 32, salt=None, info=b"linli field envelope 1").derive(ours.exchange(ec.ECDH(), theirs))
    )
    nonce = os.urandom(12)
    data = cipher.encrypt(nonce, json.dumps(inside).encode(), f"{key}|{lease}".encode())
    made = ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    texts = {"from": made, "iv": nonce, "data": data}
    return {
        "v": 1,
        "key": str(key),
        "lease": str(lease),
        "k": number,
        **{name: b64encode(raw).decode() for name, raw in texts.items()},
    }


@dataclass
class Phone:
    """One phone with a lease."""

    by: Caller
    device: UUID = field(default_factory=uuid7)
    role: str = "grid_worker"

    def __post_init__(self) -> None:
        self.borrow(at=now())

    def borrow(self, *, at: datetime) -> Lease:
        """Get the doors anew."""
        self.lease, self.secret = leases.start(self.device, by=self.by, at=at)
        return self.lease

    def write(
        self,
        kind: str,
        *,
        key: UUID | None = None,
        at: datetime | None = None,
        offset: timedelta = timedelta(0),
        secret: bytes | None = None,
        **says: Any,
    ) -> dict[str, Any]:
        """Something written down, as an envelope. `at`: by the phone's clock. `says` may say anything otherwise."""
        key = key or uuid7()
        body = {
            "kind": kind,
            "key": str(key),
            "lease": str(self.lease.pk),
            "author": self.by.user,
            "role": self.role,
            "at": int((at or now()).timestamp() * 1000),
            "offset": int(offset.total_seconds() * 1000),
        } | says
        text = json.dumps(body)
        mac = hmac.digest(secret or self.secret, text.encode(), "sha256")
        return sealed(key, self.lease.pk, {"body": text, "mac": b64encode(mac).decode()})

    def found(self, sweep: int, door: int, result: str = "answered", **more: Any) -> dict[str, Any]:
        """What was found at a door."""
        return self.write("finding", sweep=sweep, door=door, result=result, **{"how": "door", **more})
