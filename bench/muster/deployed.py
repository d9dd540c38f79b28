"""Work units of the counties and their people, each arrived in a community of its own county, written by SQL."""

from typing import Any

from bench.muster import LASTS

PEOPLE_A_UNIT = 45

# Grown-ups of each county with a phone who are booked nowhere, its share of them, in an order that is nobody's own.
_PEOPLE = """
WITH able AS (
    SELECT i.person_id, w.outer_id AS owner, row_number() OVER (PARTITION BY w.outer_id ORDER BY md5(i.person_id::text))
        AS number, count(*) OVER (PARTITION BY w.outer_id) AS many
    FROM people_identity i JOIN people_person p ON p.id = i.person_id
    JOIN places_within w ON w.inner_id = p.counted_in_id AND w.outer_id = ANY(%(owners)s) AND upper_inf(w.during)
    WHERE i.phone IS NOT NULL AND i.born BETWEEN '1962-09-02' AND '2004-09-01'
      AND NOT EXISTS (SELECT FROM muster_signup s WHERE s.person_id = i.person_id)
      AND NOT EXISTS (SELECT FROM muster_deployed d WHERE d.person_id = i.person_id)),
shares AS (SELECT DISTINCT owner, many, %(people)s * many / sum(many) OVER () AS wanted
           FROM (SELECT DISTINCT owner, many FROM able) each)
SELECT able.owner, array_agg(person_id ORDER BY number) FROM able JOIN shares USING (owner)
WHERE number <= round(wanted) GROUP BY able.owner ORDER BY able.owner
"""
_UNITS = """
INSERT INTO people_organisation (name, area_id) SELECT %(name)s || lpad(n::text, 3, '0'), %(owner)s
FROM generate_series(1, %(units)s) AS n RETURNING id
"""
_FREE = """
INSERT INTO muster_unitfree (event_id, organisation_id, skill, heads, said_by, said_at)
SELECT %(event)s, unit, NULL, heads, %(by)s, %(at)s
FROM unnest(%(units)s::bigint[], %(heads)s::int[]) AS said (unit, heads)
"""
_ASKED = """
INSERT INTO muster_reinforcement (event_id, area_id, asked_of_id, came_from_id, heads, during, meet, receiver,
    receiver_phone, bring, answer_by, asked_by, asked_at)
SELECT %(event)s, area, asked_of, came_from, heads, %(during)s, '社区门口', %(receiver)s, %(phone)s, '', %(until)s,
    %(by)s, %(at)s
FROM unnest(%(areas)s::bigint[], %(asked_of)s::bigint[], %(came_from)s::bigint[], %(heads)s::int[])
    AS asked (area, asked_of, came_from, heads) RETURNING area_id, id
"""
_CALLS = """
WITH made AS (
    INSERT INTO muster_call (event_id, organisation_id, reinforcement_id, heads, committed, during, state, offered,
        reason, asked_by, asked_at, answered_by, answered_at)
    SELECT %(event)s, unit, request, heads, heads, %(during)s, 'committed', false, '', %(by)s, %(at)s, %(by)s, %(at)s
    FROM unnest(%(units)s::bigint[], %(requests)s::bigint[], %(heads)s::int[]) AS asked (unit, request, heads)
    RETURNING id, organisation_id, reinforcement_id, heads),
lines AS (INSERT INTO muster_callskill (call_id, skill, heads) SELECT id, NULL, heads FROM made)
SELECT organisation_id, reinforcement_id, id FROM made
"""
_ARRIVED = """
WITH came AS (SELECT * FROM unnest(%(people)s::bigint[], %(calls)s::bigint[], %(places)s::bigint[])
              AS came (person, call, place)),
booked AS (
    INSERT INTO duty_booking (person_id, kind, during, event_id, place_id, post, source, booked_by, booked_at)
    SELECT person, 0, %(during)s, %(event)s, place, '', 'units', %(by)s, %(at)s FROM came RETURNING id, person_id)
INSERT INTO muster_deployed (call_id, person_id, during, skills, state, booking_id, listed_by, listed_at, arrived_by,
    arrived_at)
SELECT call, person, %(during)s, 0, 'arrived', booked.id, %(by)s, %(at)s, %(by)s, %(at)s
FROM came JOIN booked ON booked.person_id = came.person
"""


def send(event: Any, top: Any, people: int) -> dict[str, int]:
    """Let the counties' units send so many people; how many of what there are."""
    from django.db import connection, transaction

    from linli.common.clock import now
    from linli.common.db import from_on
    from linli.custody import secrets
    from linli.places import queries as places
    from linli.places.models import Level
    from linli.scenarios.accounts import staff

    at, by = now(), staff("city", "City command", "city", top.pk)
    owners = list(places.areas_below([top.pk], Level.DISTRICT, at).values_list("pk", flat=True)) or [top.pk]
    facts: dict[str, Any] = {"event": event.pk, "at": at, "by": by.user, "owners": owners, "people": people}
    facts |= {"during": from_on(at, at + LASTS), "until": at + LASTS / 2}
    facts |= {"receiver": secrets.seal("王值班"), "phone": secrets.seal("02800000000")}
    counts = dict.fromkeys(("units", "requests", "calls", "people"), 0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PEOPLE, facts)
        for owner, who in cursor.fetchall():
            communities = list(places.areas_below([owner], Level.COMMUNITY, at).values_list("pk", flat=True))
            for what, number in _county(cursor, facts, owner, who, communities).items():
                counts[what] += number
    return counts


def _county(cursor: Any, facts: dict[str, Any], owner: int, who: list[int], communities: list[int]) -> dict[str, int]:
    """One county: each community asks for its even part, the street passes it on, and the county's units send."""
    cursor.execute(_UNITS, {"name": f"县级单位{owner}-", "owner": owner, "units": -(-len(who) // PEOPLE_A_UNIT)})
    units = sorted(unit for (unit,) in cursor.fetchall())
    unit_of = [units[row // PEOPLE_A_UNIT] for row in range(len(who))]
    place_of = [communities[row * len(communities) // len(who)] for row in range(len(who))]
    cursor.execute(_FREE, facts | {"units": units, "heads": [unit_of.count(unit) for unit in units]})
    request_of = _requests(cursor, facts, owner, {place: place_of.count(place) for place in dict.fromkeys(place_of)})
    heads: dict[tuple[int, int], int] = {}
    for unit, place in zip(unit_of, place_of, strict=True):
        heads[unit, request_of[place]] = heads.get((unit, request_of[place]), 0) + 1
    asked = {"units": [unit for unit, _ in heads], "requests": [request for _, request in heads]}
    cursor.execute(_CALLS, facts | asked | {"heads": list(heads.values())})
    calls = {(unit, request): call for unit, request, call in cursor.fetchall()}
    of_people = [calls[unit, request_of[place]] for unit, place in zip(unit_of, place_of, strict=True)]
    cursor.execute(_ARRIVED, facts | {"people": who, "calls": of_people, "places": place_of})
    return {"units": len(units), "requests": len(request_of), "calls": len(calls), "people": len(who)}


def _requests(cursor: Any, facts: dict[str, Any], owner: int, heads: dict[int, int]) -> dict[int, int]:
    """By community the request that the county's units answer: passed on level by level up to the county."""
    from linli.places.queries import ancestors

    chains: dict[int, list[int]] = {}
    for place in heads:
        above = [area.pk for area in ancestors(place, facts["at"])][1:]
        chains[place] = above[: above.index(owner) + 1]
    newest: dict[int, int] = {}
    for step in range(max(map(len, chains.values()), default=0)):
        places = [place for place, chain in chains.items() if step < len(chain)]
        asked: dict[str, Any] = {"areas": places, "asked_of": [chains[place][step] for place in places]}
        asked |= {"came_from": [newest.get(place) for place in places], "heads": [heads[place] for place in places]}
        cursor.execute(_ASKED, facts | asked)
        newest |= dict(cursor.fetchall())
    return newest
