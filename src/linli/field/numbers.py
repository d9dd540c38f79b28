"""Phone numbers at doors. Shown one at a time, for a reason, on record.

With a signal the number is asked for. In a high-risk zone ringing comes before knocking, so numbers of grown-ups behind
those doors lie on the phone under its PIN, `MOST_NUMBERS` at most; what is shown of them comes back with the outbox.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import reveals, secrets, trail
from linli.custody.roles import Reveal
from linli.events.models import Zone
from linli.events.queries import zone_levels_of_places
from linli.field.models import Lease
from linli.ledger import cards
from linli.ledger.lines import lines
from linli.people.models import REGISTER, SERVICE

MOST_NUMBERS = 200  # as many people as may leave in a file without a second person (DESIGN.md §4, promise 5)
_NUMBERS = """
SELECT DISTINCT ON (person_id) person_id, phone FROM people_identity
WHERE person_id = ANY(%s) AND phone IS NOT NULL AND holder <> %s
ORDER BY person_id, holder = %s DESC, holder DESC
"""


def lend(doors: Iterable[dict[str, Any]], at: datetime) -> int:
    """Put numbers to people behind doors in a high-risk zone, in walking order, and mark those doors. Returns how many.

    People are given as the list has them: i: id. c: whether a number of theirs may be asked for. t: the number.
    """
    doors = list(doors)
    levels = zone_levels_of_places([door["i"] for door in doors], at)
    there = [door for door in doors if levels.get(door["i"]) == Zone.Risk.HIGH]
    people = [each for door in there for each in door["p"] if each["c"]][:MOST_NUMBERS]
    known = _numbers([each["i"] for each in people])
    for door in there:
        door["h"] = True
    for each in people:
        if each["i"] in known:
            each["t"] = known[each["i"]]
    return len(known)


def _numbers(persons: Collection[int]) -> Mapping[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, [list(persons), SERVICE, REGISTER])
        return {person: secrets.unseal(bytes(phone)) for person, phone in cursor.fetchall()}


def note_lent(lease: Lease, numbers: int, *, by: Caller, at: datetime) -> None:
    """Put on record that a phone holds more numbers than before."""
    if numbers > lease.numbers:
        Lease.objects.filter(pk=lease.pk).update(numbers=numbers)
        trail.record("numbers.lent", who=by, subject=f"lease:{lease.pk}", at=at, facts={"numbers": numbers})


@transaction.atomic
def ask(person_id: int, reason: str, *, by: Caller, at: datetime) -> str:
    """The number of one person, once that whoever asks stands in the trail.

    Raises:
        NotFound: nobody of that number belongs to the caller's area, or nobody whose number may be shown.
        MayNotReveal, ReasonMissing, TooManyReveals: as ``custody.reveals`` says.
    """
    person, seats = cards.person_visible_to(by, person_id, at)
    line = lines([person.pk], by, at).get(person.pk)
    if line is None or line.child or not line.phone:
        raise NotFound
    reveals.reveal(by, subject=f"person:{person.pk}", field=Reveal.PHONE, reason=reason, at=at, area=seats[0])
    return cards.shown_in_full(by, person.pk, at)["phone"]
