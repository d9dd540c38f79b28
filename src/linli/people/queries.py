"""Reading people: where they live, and what belongs to an area."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from linli.people.models import City, Organisation, Person, Stay
from linli.places import queries as places
from linli.places.models import Place


def people_in_place(place_ids: Iterable[int]) -> list[int]:
    """Ids of people whose newest stay has its home in one of these places (doors)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.person_id FROM people_stay s
            JOIN people_person p ON p.id = s.person_id AND p.counted_since = s.since
            WHERE s.household_id IN (SELECT id FROM people_household WHERE dwelling_id = ANY(%s))
            ORDER BY s.person_id
            """,
            [list(place_ids)],
        )
        return [row[0] for row in cursor.fetchall()]


def home_of(person: Person) -> Place | None:
    """The place where a person's newest stay has its home: one that was named, else the door of the household."""
    stay = Stay.objects.select_related("home", "household__dwelling").filter(person=person).order_by("-since").first()
    if stay is None:
        return None
    return stay.home or (stay.household.dwelling if stay.household else None)


def organisations_in(area_id: int, at: datetime) -> QuerySet[Organisation]:
    """Organisations that belong to an area."""
    return Organisation.objects.filter(area__in=places.within([area_id], at)).order_by("name")


def city_is_synthetic() -> bool:
    """Whether the people here are made up; an empty installation is not."""
    return City.objects.filter(synthetic=True).exists()
