"""A reference to a booking finds it by its number or its person, however many have the same time."""

import pytest
from django.db import connection

from tests.factories import TinyCity, tiny_city

pytestmark = pytest.mark.django_db
MANY = 3_000
_BOOKED = """
WITH made AS (INSERT INTO people_person (counted_in_id) SELECT NULL FROM generate_series(1, %(many)s) RETURNING id)
INSERT INTO duty_booking (person_id, kind, during, event_id, place_id, post, source, booked_at)
SELECT id, 0, tstzrange(now(), now() + interval '7 days'), %(event)s, %(place)s, '', 'muster', now() FROM made
"""
# As the database asks for itself where a placement points to its booking.
_REFERENCE = """
EXPLAIN SELECT 1 FROM ONLY duty_booking x WHERE id = %(id)s AND person_id = %(person)s AND event_id = %(event)s
AND place_id = %(place)s AND during = tstzrange(now(), now() + interval '7 days') FOR KEY SHARE OF x
"""


def plan(city: TinyCity) -> str:
    facts = {"many": MANY, "event": city.event.pk, "place": city.grids[0].pk}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE duty_booking")
        cursor.execute("SELECT max(id), max(person_id) FROM duty_booking")
        number, person = cursor.fetchone()
        cursor.execute(_REFERENCE, facts | {"id": number, "person": person})
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.fixture
def city() -> TinyCity:
    made = tiny_city()
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED, {"many": MANY, "event": made.event.pk, "place": made.grids[0].pk})
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to do cannot be altered
    return made


def test_a_booking_is_found_by_who_it_is_and_not_by_its_time(city: TinyCity) -> None:
    assert "booking_one_at_a_time" not in plan(city)


def test_untold_the_database_would_read_everybody_booked_for_that_time(city: TinyCity) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE duty_booking ALTER COLUMN during RESET (n_distinct)")
    assert "booking_one_at_a_time" in plan(city)
