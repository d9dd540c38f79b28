"""How doors and people stand in the sweeps that are open, by all that was found: asked while standings are locked."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import connection

from linli.ledger import rules
from linli.ledger.models import Finding, Sweep
from linli.rolls.models import Cause, State
from linli.rolls.moving import Fact

_SWEEPS_OF = """
SELECT DISTINCT w.id, w.persons_id FROM ledger_sweep w JOIN rolls_roll r ON r.id = w.persons_id
WHERE r.ready_at IS NOT NULL AND r.closed_at IS NULL
  AND (EXISTS (SELECT FROM rolls_standing s WHERE s.roll_id = r.id AND s.part = r.part AND s.subject = ANY(%(persons)s))
    OR EXISTS (SELECT FROM ledger_finding f JOIN ledger_said d ON d.finding_id = f.id
               WHERE f.sweep_id = w.id AND d.person_id = ANY(%(persons)s)))
"""
# What was said of somebody who was merged is said of whom they are, along the whole chain.
_SAID_OF = """
WITH RECURSIVE same (root, person) AS (
    SELECT p, p FROM unnest(%(persons)s::bigint[]) AS p
    UNION SELECT same.root, m.person_id FROM same
    JOIN people_sameas m ON m.kept_id = same.person AND m.undone_at IS NULL)
SELECT same.root, d.state FROM same JOIN ledger_said d ON d.person_id = same.person
JOIN ledger_finding f ON f.id = d.finding_id WHERE f.sweep_id = %(sweep)s AND f.taken_back_at IS NULL
"""
_AWAY = """
SELECT p.id FROM people_person p JOIN people_stay s ON s.person_id = p.id AND s.since = p.counted_since
WHERE p.id = ANY(%s) AND s.kind = 'away'
"""


def door_states(sweep_id: int, dwellings: Collection[int]) -> dict[int, State]:
    """How doors stand in a sweep by everything found at them."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Finding.objects.filter(sweep=sweep_id, dwelling__in=dwellings, taken_back_at__isnull=True)
    for dwelling, result in rows.values_list("dwelling", "result"):
        found[dwelling].append(result)
    return {dwelling: rules.door_state(found[dwelling]) for dwelling in dwellings}


def person_states(sweep_id: int, persons: Collection[int]) -> dict[int, State]:
    """How people stand in a sweep by everything said of them, and of those who turned out to be them."""
    said: dict[int, list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SAID_OF, {"persons": list(persons), "sweep": sweep_id})
        for person, state in cursor.fetchall():
            said[person].append(state)
        cursor.execute(_AWAY, [list(persons)])
        away = {row[0] for row in cursor.fetchall()}
    return {person: rules.person_state(said[person], away=person in away) for person in persons}


def in_open_sweeps(
    persons: Collection[int], *, happened_at: datetime, fact: UUID | None = None, cause: Cause = Cause.FACT
) -> dict[int, Fact]:
    """For every open sweep that some people stand in: how they stand, to be asked once their standings are locked."""
    with connection.cursor() as cursor:
        cursor.execute(_SWEEPS_OF, {"persons": list(persons)})
        rows = cursor.fetchall()
    subjects = dict.fromkeys(persons, (fact, happened_at))
    return {roll: Fact(subjects, partial(person_states, sweep, persons), cause) for sweep, roll in rows}


def of_findings(
    sweep: Sweep,
    findings: Iterable[Finding],
    said: Iterable[tuple[Finding, int]],
    cause: Cause = Cause.FACT,
) -> dict[int, Fact]:
    """What findings of a sweep say in its two rolls.

    Args:
        said: findings with whom something was said of in them, after merges.
    """
    doors = {each.dwelling_id: (each.pk, each.happened_at) for each in findings}
    persons = {person: (each.pk, each.happened_at) for each, person in said}
    facts = {}
    if doors:
        facts[sweep.doors_id] = Fact(doors, partial(door_states, sweep.pk, list(doors)), cause)
    if persons:
        facts[sweep.persons_id] = Fact(persons, partial(person_states, sweep.pk, list(persons)), cause)
    return facts
