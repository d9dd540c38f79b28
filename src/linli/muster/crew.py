"""Whom people are who are booked somewhere, for whoever leads them; and for whom a phone speaks."""

from collections.abc import Collection
from dataclasses import dataclass

from linli.common.caller import Caller
from linli.custody import secrets
from linli.muster.models import SignUp
from linli.muster.queries import claims_of_device
from linli.people import queries


@dataclass(frozen=True, slots=True)
class Called:
    """A person's name and phone number in clear: mask them where nothing was revealed."""

    name: str
    phone: str


def called(event_id: int, people: Collection[int]) -> dict[int, Called]:
    """What some people said of themselves when they signed up, else the name under which somebody knows them."""
    rows = SignUp.objects.filter(event=event_id, person__in=people, state=SignUp.State.CONFIRMED)
    found = {row.person_id: Called(row.name, secrets.unseal(bytes(row.phone))) for row in rows if row.person_id}
    rest = queries.names_of([person for person in people if person not in found])
    return {person: Called(name, "") for person, name in rest.items()} | found


def names_of(event_id: int, people: Collection[int]) -> dict[int, str]:
    """The names alone, as ``called`` has them. Two queries."""
    rows = SignUp.objects.filter(event=event_id, person__in=people, state=SignUp.State.CONFIRMED)
    found = {person: name for person, name in rows.values_list("person", "name") if person is not None}
    return queries.names_of([person for person in people if person not in found]) | found


@dataclass(frozen=True, slots=True)
class Own:
    """Somebody a phone speaks for: the person and the sign-up that stands behind it."""

    person: int
    claim: SignUp


def people_of_device(caller: Caller) -> list[Own]:
    """For whom the caller's device speaks and the desk has confirmed, each once: a family may share a phone."""
    confirmed = [each for each in claims_of_device(caller) if each.state == SignUp.State.CONFIRMED]
    found: dict[int, Own] = {}
    for claim in confirmed:
        if claim.person_id is not None:
            found.setdefault(claim.person_id, Own(claim.person_id, claim))
    return list(found.values())
