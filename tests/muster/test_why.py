"""Everybody is told why here and not nearer, and what would change it: of places and needs, never of another person."""

import pytest
from django.utils import translation

from linli.custody.export import Section
from linli.muster import own, why
from linli.muster.models import Placement
from linli.people.models import Person, Volunteer
from tests.factories import ask, tiny_city
from tests.muster.test_allocation import confirmed, planned, publish
from tests.muster.test_repairing import a_chain, replaced

pytestmark = pytest.mark.django_db


def told(person: Person, language: str = "en") -> list[str]:
    """What the last placement of somebody says."""
    facts = Placement.objects.filter(person=person).order_by("-during")[0].why
    with translation.override(language):
        return why.told(facts, why.names_of([facts]))


def test_who_is_placed_in_the_nearest_grid_that_asks_is_told_so() -> None:
    city = tiny_city()
    ask(city, grid=0, want=2)
    person = confirmed(city, 1)
    publish(planned(city, city.street), city)
    assert told(person) == ["This grid asked for 2 people.", "No grid that asks for people is nearer to you."]


def test_who_is_sent_past_a_nearer_grid_is_told_what_they_would_leave_empty_and_what_would_change_it() -> None:
    city = tiny_city()
    ask(city, grid=0, want=1)
    ask(city, grid=1, want=2)
    home, sent = confirmed(city, 1, building=0), confirmed(city, 2, building=0)
    Volunteer.objects.filter(person=home).update(only_inside=True)
    publish(planned(city, city.street), city)
    near = city.grids[0].name
    assert told(sent) == [
        "This grid asked for 2 people.",
        f"{near} is nearer, 56 m from you, but there are already enough people there.",
        "If you went there, a place that is needed more would stay empty.",
        f"If {near} asks for more people, you may be placed there next time.",
    ]
    assert told(sent, "zh-hans")[1] == f"{near}离您更近（56米），但那里已经有足够的人。"
    assert told(home)[-1] == "You serve only where you live, so no other grid was looked at."


def test_of_a_nearer_grid_that_is_short_too_both_are_told() -> None:
    city = tiny_city()
    ask(city, grid=0, want=2)
    ask(city, grid=1, want=1)
    for number in (1, 2):
        confirmed(city, number, building=0)
    publish(planned(city, city.street), city)
    farther = Placement.objects.get(grid=city.grids[1]).person
    assert told(farther)[1:] == [
        f"{city.grids[0].name} is nearer, 56 m from you. It has 1 of the 2 people it asked for, this grid 1 of 1.",
        "If more people sign up near here, you may be placed there next time.",
    ]


def test_who_was_moved_is_told_so() -> None:
    city = tiny_city()
    _, other, _ = a_chain(city)
    gone = Person.objects.get(placements__grid=city.grids[0])
    publish(replaced(city, [gone]), city)
    assert told(other)[0] == f"You were moved from {city.grids[2].name}, because you are needed more here."


def test_a_placement_without_facts_says_nothing_and_ones_own_data_holds_the_sentences() -> None:
    assert why.told(None, {}) == []
    city = tiny_city()
    ask(city, grid=0, want=1)
    person = confirmed(city, 1)
    publish(planned(city, city.street), city)
    with translation.override("en"):
        sections: list[Section] = own.sections_of(person.pk, [])
    cells = [cell for section in sections for row in section.rows for cell in row]
    assert cells.count("This grid asked for 1 person. No grid that asks for people is nearer to you.") == 2
