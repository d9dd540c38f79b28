"""Coming in by a one-time code: who may, under the number that was proved, and the device session that it opens."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from linli.access import addresses, codes, devices
from linli.access.models import DeviceSession, OneTimeCode, PaperCode
from linli.common.caller import Caller
from linli.common.compiled import Compiled, Given, OneOf
from linli.muster.models import SignUp
from linli.people.queries import name_of, people_under

_BY_NUMBER = Compiled(
    lambda: _of_today().filter(phone_index=Given("index"), state__in=[SignUp.State.CLAIMED, SignUp.State.CONFIRMED])
)
_OF_PEOPLE = Compiled(lambda: _of_today().filter(person=OneOf("people")))


def _of_today() -> QuerySet[SignUp]:
    return SignUp.objects.filter(event__ended_at__isnull=True).select_related("community").order_by("-made_at", "-pk")


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who may come in: a person, or a sign-up that nobody stands behind yet.

    Attributes:
        key: names the choice in a form.
        claims: ids of their sign-ups that are not over, the newest first.
        name: in clear; mask it before it is shown.
        community, number: where they signed up last, and the number they were given; empty where they did not.
        theirs: the number is theirs; else whoever holds it can only act for them.
    """

    key: str
    person: int | None
    claims: tuple[UUID, ...]
    name: str
    community: str
    number: str
    theirs: bool


def choices_under(asked: OneTimeCode) -> list[Choice]:
    """Who may come in by a code that was typed rightly. Three queries at most, whoever they are."""
    index = bytes(asked.to_index)
    by_number = _BY_NUMBER.all(index=index)
    # The desk has found that whoever signed up with this number is that person.
    confirmed = {claim.person_id for claim in by_number if claim.person_id is not None}
    known = people_under(index, addresses.people_at(index) | confirmed)
    signed_up: dict[int, list[SignUp]] = {}
    for claim in _OF_PEOPLE.all(people=[each.person for each in known]) if known else []:
        signed_up.setdefault(claim.person_id, []).append(claim)  # type: ignore[arg-type]
    people = [
        Choice(
            key=f"p{each.person}",
            person=each.person,
            claims=tuple(claim.pk for claim in signed_up.get(each.person, [])),
            name=each.name,
            community=signed_up[each.person][0].community.called if each.person in signed_up else "",
            number=signed_up[each.person][0].number if each.person in signed_up else "",
            theirs=each.theirs,
        )
        for each in known
    ]
    waiting = [
        Choice(f"c{claim.pk.hex}", None, (claim.pk,), claim.name, claim.community.called, claim.number, theirs=True)
        for claim in by_number
        if claim.person_id is None
    ]
    return people + waiting


def chosen(choices: Collection[Choice], key: str, *, for_another: bool) -> Choice | None:
    """The choice that somebody made; None where it was not offered so."""
    for each in choices:
        # For a sign-up nobody stands behind yet there is nobody to act for.
        if each.key == key and (each.theirs or for_another) and (each.person is not None or not for_another):
            return each
    return None


@transaction.atomic
def come_in(
    asked: OneTimeCode, choice: Choice, *, for_another: bool, kind: str, by: Caller, at: datetime
) -> tuple[DeviceSession, str]:
    """Open a device session by a code that was typed rightly; it is used up.

    Args:
        by: who this device spoke for until now; what it could see it still sees.

    Raises:
        CodeSpent: another request was quicker.
    """
    codes.use(asked, at=at)
    first, *more = choice.claims or (None,)
    return devices.start_device_session(
        first,
        person=choice.person if choice.person is not None else _stands_behind(first),
        more=[each for each in more if each is not None],
        way=DeviceSession.Way.CODE,
        for_another=for_another,
        kind=kind,
        instead_of=by,
        at=at,
    )


@transaction.atomic
def come_in_by_paper(paper: PaperCode, *, kind: str, by: Caller, at: datetime) -> tuple[DeviceSession, str]:
    """Open a device session by a code on paper; it is used up.

    Raises:
        PaperSpent: another request was quicker.
    """
    codes.use_paper(paper, at=at)
    first, *more = (sign_ups_of(paper.person) if paper.person is not None else [paper.claim]) or [None]
    return devices.start_device_session(
        first,
        person=paper.person if paper.person is not None else _stands_behind(first),
        more=[each for each in more if each is not None],
        way=DeviceSession.Way.PAPER,
        kind=kind,
        instead_of=by,
        at=at,
    )


def _stands_behind(claim: UUID | None) -> int | None:
    """Whom the desk has found behind a sign-up. Held, so that a desk that is confirming it binds this device too."""
    found = SignUp.objects.select_for_update().filter(pk=claim).first() if claim is not None else None
    return found.person_id if found is not None and found.state == SignUp.State.CONFIRMED else None


def sign_ups_of(person: int) -> list[UUID]:
    """Ids of a person's sign-ups that are not over, the newest first."""
    theirs = SignUp.objects.filter(person=person, event__ended_at__isnull=True).order_by("-made_at", "-pk")
    return list(theirs.values_list("pk", flat=True))


def whose(person: int) -> devices.Whose:
    """A person's phones: those that speak for them, and those that open one of their sign-ups."""
    return devices.Whose(person, tuple(sign_ups_of(person)))


def name_of_device(session: DeviceSession) -> str:
    """Whom a device speaks for, in clear: the person, else whoever the sign-up names."""
    return _name(session.person, session.claim)


def name_of_paper(paper: PaperCode) -> str:
    """For whom a code on paper was printed, in clear."""
    return _name(paper.person, paper.claim)


def _name(person: int | None, claim: UUID | None) -> str:
    if person is not None:
        return name_of(person)
    found = SignUp.objects.filter(pk=claim).first() if claim is not None else None
    return found.name if found is not None else ""
