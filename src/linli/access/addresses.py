"""E-mail addresses that people proved to be theirs, so that the next code can be sent there."""

from datetime import datetime

from django.db import transaction

from linli.access import codes
from linli.access.models import MailAddress, OneTimeCode
from linli.common.caller import Caller
from linli.common.compiled import Compiled, Given
from linli.common.errors import NotFound
from linli.custody import secrets, trail

_OF_PERSON = Compiled(lambda: MailAddress.objects.filter(person=Given("person")).order_by("pk"))
_AT = Compiled(lambda: MailAddress.objects.filter(address_index=Given("index")))


@transaction.atomic
def add(asked: OneTimeCode, *, by: Caller, at: datetime) -> MailAddress:
    """Keep the address that a code was sent to, for the person who asked to add it.

    Raises:
        NotFound: the device no longer speaks for that person.
        CodeSpent: another request was quicker.
    """
    if asked.adds_to is None or by.person != asked.adds_to:
        raise NotFound
    codes.use(asked, at=at)
    kept, made = MailAddress.objects.get_or_create(
        person=asked.adds_to,
        address_index=bytes(asked.to_index),
        defaults={"address": bytes(asked.to), "proved_at": at},
    )
    if made:
        trail.record("mail_address.added", who=by, subject=f"person:{asked.adds_to}", at=at)
    return kept


def addresses_of(caller: Caller) -> list[MailAddress]:
    """The addresses of the person that the caller's device speaks for."""
    return _OF_PERSON.all(person=caller.person) if caller.person is not None else []


def newest_of(person: int) -> str:
    """The address that a person proved last, in clear, for a message to them; empty where there is none."""
    found = MailAddress.objects.filter(person=person).order_by("-proved_at", "-pk").first()
    return secrets.unseal(bytes(found.address)) if found is not None else ""


def people_at(index: bytes) -> set[int]:
    """The people whose address has this blind index. Who may ask is decided by the caller."""
    return {each.person for each in _AT.all(index=index)}


@transaction.atomic
def remove(address_id: int, *, by: Caller, at: datetime) -> None:
    """Take one of one's own addresses away: no code goes there any more.

    Raises:
        NotFound: no such address of the caller's.
    """
    if by.person is None or not MailAddress.objects.filter(person=by.person, pk=address_id).delete()[0]:
        raise NotFound
    trail.record("mail_address.removed", who=by, subject=f"person:{by.person}", at=at)


def in_clear(address: MailAddress) -> str:
    """An address, for the mask of its owner's page."""
    return secrets.unseal(address.address)
