"""The person who works under an account: said by whoever was signed in on a phone that spoke for that person."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from linli.access.errors import SomebodyElses
from linli.access.models import AccountPerson, DeviceSession
from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import trail


def person_behind(by: Caller, device: DeviceSession | None) -> int | None:
    """The person that a caller may say they are: their browser speaks for that person, who holds it themselves."""
    if by.user is None or device is None or device.for_another:
        return None
    return device.person


@transaction.atomic
def say_it_is_me(by: Caller, device: DeviceSession | None, *, at: datetime) -> None:
    """Note that the caller's account and the person of their own phone are one. Saying it again changes nothing.

    Raises:
        NotFound: nobody is signed in, or the browser speaks for no person.
        SomebodyElses: the account or the person belongs to another already.
    """
    person = person_behind(by, device)
    if person is None or by.user is None:
        raise NotFound
    try:
        with transaction.atomic():
            made = AccountPerson.objects.get_or_create(user_id=by.user, person=person, defaults={"said_at": at})[1]
    except IntegrityError as clash:
        raise SomebodyElses from clash
    if made:
        trail.record("account.is_person", who=by, subject=f"user:{by.user}", at=at, facts={"person": person})


@transaction.atomic
def take_apart(by: Caller, *, at: datetime) -> None:
    """Forget which person works under the caller's account."""
    if AccountPerson.objects.filter(user=by.user).delete()[0]:
        trail.record("account.is_nobody", who=by, subject=f"user:{by.user}", at=at)


def person_of(user: int | None) -> int | None:
    """The person who works under an account, where they have said so. One query."""
    return AccountPerson.objects.filter(user=user).values_list("person", flat=True).first()


def is_oneself(by: Caller, people: Collection[int]) -> set[int]:
    """Of some people those who the caller is: by their browser, or by what they said of their account."""
    mine = {by.person, person_of(by.user) if by.user is not None else None}
    return mine & set(people)  # type: ignore[return-value]
