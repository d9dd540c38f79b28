"""Naming the people of a unit for a call, swapping one by name, and taking one off, until they arrive."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import secrets, trail
from linli.duty import booking
from linli.muster import ages
from linli.muster.models import Call, Deployed
from linli.muster.units import queries
from linli.muster.units.answering import hold
from linli.muster.units.errors import DeployedOver, ListedElsewhere, TooManyListed
from linli.muster.units.sheet import Named
from linli.people.models import REGISTER, SERVICE, Identity
from linli.people.rules import name_key
from linli.people.tails import tail_indexes

State = Call.State
LISTED = Deployed.State.LISTED


# A unit names five thousand at once: made one by one, they would take three times as long.
_PERSONS = "INSERT INTO people_person (counted_in_id) SELECT NULL FROM generate_series(1, %s) RETURNING id"
_IDENTITIES = """
INSERT INTO people_identity (person_id, holder, name, name_key, sex, phone, phone_index, phone_tail, needs)
SELECT person, %(holder)s, name, key, '', phone, index, tail, 0
FROM unnest(%(people)s::bigint[], %(names)s::text[], %(keys)s::text[], %(phones)s::bytea[], %(indexes)s::bytea[],
            %(tails)s::bytea[]) AS new (person, name, key, phone, index, tail)
"""
_LISTED = """
INSERT INTO muster_deployed (call_id, person_id, during, skills, state, listed_by, listed_at)
SELECT %(call)s, person, %(during)s, skills, 'listed', %(by)s, %(at)s
FROM unnest(%(people)s::bigint[], %(skills)s::int[]) AS new (person, skills)
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a list.

    Attributes:
        listed: people newly named; there: who was named for this call already; twice: who stands in the list twice.
        elsewhere: rows of people whom this unit or another names for that time; they are left out.
        young: rows of people who are known to be too young; they are left out.
    """

    listed: int = 0
    there: int = 0
    twice: int = 0
    elsewhere: list[Named] = field(default_factory=list)
    young: list[Named] = field(default_factory=list)


@transaction.atomic
def name_people(call: Call, named: Sequence[Named], *, by: Caller, at: datetime) -> Taken:
    """Name people for a call or an offer. Who is named elsewhere for that time is left out and told; never doubled.

    So is who is known to be too young. Whom the register or the service knows under the same name and phone is that
    person, so that somebody in both pools is one.

    Raises:
        NotFound: the caller does not speak for this unit.
        UnitAnswered: it has answered, or is no longer asked.
        TooManyListed: more than are asked for; nobody is named.
    """
    by_account = queries.require_liaison(by, call.organisation_id)
    held = hold(call, State.ASKED, State.OFFERED)
    marks: dict[tuple[str, bytes], Named] = {}
    for each, index in zip(named, secrets.index_many([each.phone for each in named]), strict=True):
        marks.setdefault((each.name, index), each)
    people = _people(marks, by=by, at=at)
    here = set(held.people.filter(state=LISTED).values_list("person", flat=True))
    new = {person: marks[mark] for mark, person in people.items() if person not in here}
    booking.hold(new)
    busy = set(_busy(new, held))
    young = ages.too_young(new, held.event, at) - busy
    listed = {person: each for person, each in new.items() if person not in busy | young}
    if len(here) + len(listed) > held.heads:
        raise TooManyListed(asked=held.heads, named=len(here) + len(listed))
    with connection.cursor() as cursor:
        facts = {"people": sorted(listed), "skills": [listed[person].skills for person in sorted(listed)]}
        cursor.execute(_LISTED, facts | {"call": held.pk, "during": held.during, "by": by_account, "at": at})
    trail.record_many(
        "deployed.listed",
        who=by,
        subjects=[f"person:{person}" for person in listed],
        at=at,
        area=held.organisation.area_id,
    )
    return Taken(
        listed=len(listed),
        there=len(people) - len(new),
        twice=len(named) - len(marks),
        elsewhere=[each for person, each in new.items() if person in busy],
        young=[each for person, each in new.items() if person in young],
    )


@transaction.atomic
def swap(deployed: Deployed, named: Named, *, by: Caller, at: datetime) -> Deployed:
    """Send somebody else in the place of somebody who has not arrived yet.

    Raises:
        NotFound: the caller does not speak for this unit.
        DeployedOver: they have arrived, or are off the list.
        ListedElsewhere: the other one is named for that time already.
        TooYoung: the other one is known to be.
        UnitAnswered: nobody is asked for any more.
    """
    by_account = queries.require_liaison(by, deployed.call.organisation_id)
    held = hold(deployed.call, State.ASKED, State.COMMITTED, State.OFFERED)
    [person] = _people({(named.name, secrets.index(named.phone)): named}, by=by, at=at).values()
    ages.require_of_age(person, held.event, at)
    booking.hold([deployed.person_id, person])
    _off(deployed, by_account, at)
    try:
        with transaction.atomic():
            made = Deployed.objects.create(
                call=held,
                person_id=person,
                during=deployed.during,
                skills=named.skills,
                instead_of=deployed,
                listed_by=by_account,
                listed_at=at,
            )
    except IntegrityError as error:
        if "deployed_by_one_unit_at_a_time" not in str(error):
            raise
        raise ListedElsewhere from error
    for kind, who in (("deployed.off", deployed.person_id), ("deployed.listed", person)):
        trail.record(
            kind, who=by, subject=f"person:{who}", at=at, area=held.organisation.area_id, facts={"call": held.pk}
        )
    return made


@transaction.atomic
def take_off(deployed: Deployed, *, by: Caller, at: datetime) -> None:
    """Take somebody off the list who has not arrived; a unit that has promised them promises one less.

    Raises:
        NotFound: the caller does not speak for this unit.
        DeployedOver: they have arrived, or are off the list.
    """
    by_account = queries.require_liaison(by, deployed.call.organisation_id)
    held = Call.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=deployed.call_id)
    _off(deployed, by_account, at)
    if held.state == State.COMMITTED:
        if held.committed > 1:
            Call.objects.filter(pk=held.pk).update(committed=held.committed - 1)
        else:
            Call.objects.filter(pk=held.pk).update(committed=0, state=State.ENDED)
    trail.record("deployed.off", who=by, subject=f"person:{deployed.person_id}", at=at, area=held.organisation.area_id)


def deployed_of_unit(caller: Caller, deployed_id: int) -> Deployed:
    """One person on the list of a unit that the caller speaks for.

    Raises:
        NotFound: there is none, or it is another unit's.
    """
    found = (
        Deployed.objects.select_related("call__organisation")
        .filter(pk=deployed_id, call__organisation__in=queries.own_units(caller))
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _off(deployed: Deployed, by_account: int, at: datetime) -> None:
    off = {"state": Deployed.State.OFF, "left_by": by_account, "left_at": at}
    if not Deployed.objects.filter(pk=deployed.pk, state=LISTED).update(**off):
        raise DeployedOver


_BUSY = """
SELECT DISTINCT person_id FROM muster_deployed
WHERE person_id = ANY(%s) AND state IN ('listed', 'arrived') AND during && %s
"""


def _busy(people: Sequence[int] | dict[int, Named], call: Call) -> list[int]:
    """Who of these is named for some of a call's time; asked while their rows are held."""
    with connection.cursor() as cursor:
        cursor.execute(_BUSY, [list(people), call.during])
        return [row[0] for row in cursor.fetchall()]


def _people(marks: dict[tuple[str, bytes], Named], *, by: Caller, at: datetime) -> dict[tuple[str, bytes], int]:
    """Who stands behind each name and phone: one whom the service or the register knows, else somebody new."""
    found: dict[tuple[str, bytes], set[int]] = defaultdict(set)
    known = Identity.objects.filter(
        holder__in=(SERVICE, REGISTER), phone_index__in=[index for _, index in marks], name__in={n for n, _ in marks}
    )
    for name, index, person in known.values_list("name", "phone_index", "person"):
        if index is not None:
            found[name, bytes(index)].add(person)
    same = {mark: min(found[mark]) for mark in marks if len(found[mark]) == 1}
    new = [mark for mark in marks if mark not in same]
    if not new:
        return same
    digits = [marks[mark].phone for mark in new]
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS, [len(new)])
        persons = sorted(row[0] for row in cursor.fetchall())
        facts = {
            "people": persons,
            "names": [name for name, _ in new],
            "keys": [name_key(name) for name, _ in new],
            "phones": secrets.seal_many(digits),
            "indexes": [index for _, index in new],
            "tails": tail_indexes(digits),
        }
        cursor.execute(_IDENTITIES, facts | {"holder": SERVICE})
    trail.record_many("person.added", who=by, subjects=[f"person:{person}" for person in persons], at=at)
    return same | dict(zip(new, persons, strict=True))
