"""Certificates of hours: what is approved, by event and place, under the national number and never an ID number."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.access.models import User
from linli.common.caller import Caller
from linli.common.moments import local
from linli.custody import secrets, trail
from linli.duty.hours import queries
from linli.duty.hours.errors import NoHoursYet, VolunteerNumberWrong
from linli.duty.models import HoursCertificate, Service, VolunteerNumber
from linli.places.names import place_names

_NUMBER = re.compile(r"[A-Z0-9]{8,30}")
CODE = 16
"""Letters of the digest that are typed to look a certificate up: 64 bits."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate: its digest, and the content that the digest is of."""

    digest: str
    content: dict[str, Any]


def number_of(person: int) -> str:
    """The national number somebody gave; empty where they gave none."""
    sealed = VolunteerNumber.objects.filter(person=person).values_list("number", flat=True).first()
    return secrets.unseal(bytes(sealed)) if sealed is not None else ""


@transaction.atomic
def give_number(person: int, typed: str, *, by: Caller, at: datetime) -> None:
    """Keep the national number of a volunteer, sealed; given empty, it is forgotten.

    Raises:
        VolunteerNumberWrong: it can be none.
    """
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed[:80])).upper()
    if not number:
        VolunteerNumber.objects.filter(person=person).delete()
    elif _NUMBER.fullmatch(number) is None:
        raise VolunteerNumberWrong
    else:
        VolunteerNumber.objects.update_or_create(
            person_id=person, defaults={"number": secrets.seal(number), "given_at": at}
        )
    trail.record("volunteer.number_given", who=by, subject=f"person:{person}", at=at, facts={"given": bool(number)})


@transaction.atomic
def issue(person: int, name: str, *, synthetic: bool, by: Caller, at: datetime) -> Issued:
    """Certify what is approved of somebody's hours. Whoever asks twice gets two certificates, each of its own moment.

    Raises:
        NoHoursYet: nothing is approved.
    """
    services = [each for each in queries.own_services(person) if each.state in queries.COUNTED]
    if not services:
        raise NoHoursYet
    content: dict[str, Any] = {
        "name": name,
        "number": number_of(person),
        "lines": _lines(services[::-1]),
        "tenths": queries.total(services),
        "synthetic": synthetic,
        "issued_at": local(at),
    }
    digest = hashlib.sha256(canonical(content).encode()).hexdigest()
    HoursCertificate.objects.create(
        person_id=person,
        digest=digest,
        tenths=content["tenths"],
        lines=len(services),
        issued_by=by.user if by.person != person else None,
        issued_at=at,
    )
    trail.record(
        "hours.certified", who=by, subject=f"person:{person}", at=at, facts={"digest": digest, "duties": len(services)}
    )
    return Issued(digest, content)


def canonical(content: dict[str, Any]) -> str:
    """The one way in which a content is spelled."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _lines(services: Collection[Service]) -> list[dict[str, Any]]:
    places = place_names({each.place_id for each in services})
    who = dict(User.objects.filter(pk__in={each.decided_by for each in services}).values_list("pk", "display_name"))
    return [
        {
            "event": each.event.name,
            "event_en": each.event.name_en or each.event.name,
            "place": places.get(each.place_id, ""),
            "since": local(each.started_at),
            "until": local(each.finished_at),
            "tenths": queries.tenths_of(each),
            "approved_by": who.get(each.decided_by or 0, ""),
            "exercise": each.event.exercise,
        }
        for each in services
    ]


def certificate_of(typed: str) -> HoursCertificate | None:
    """The certificate that a digest, or the beginning of one, belongs to; it tells nobody whose it is."""
    code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed[:120])).lower()
    if len(code) < CODE or re.fullmatch(r"[0-9a-f]{16,64}", code) is None:
        return None
    return HoursCertificate.objects.filter(digest__startswith=code).first()
