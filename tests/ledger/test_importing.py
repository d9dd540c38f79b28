"""A file of people enters every open roll with them; its cost in statements is the same for three rows and for many."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.common.clock import now
from linli.ledger import importing
from linli.people import person_load
from linli.people.loads import Basis
from linli.people.models import REGISTER, Household, Identity, Person, Stay
from linli.people.person_template import TEMPLATE
from linli.rolls import proving, queries
from linli.rolls.models import Cause, Roll, StandingChange
from tests.factories import SYSTEM, add_resident, begin_sweep, caller_for, user_with_role
from tests.sheets import read_rows

pytestmark = pytest.mark.django_db(transaction=True)

STANDING = Basis(REGISTER, "青松社区居委会", "居委会组织法规定的职责")
DOOR = {"estate": "青松苑", "building": "1栋", "unit": "1"}


def rows_of(*said):
    return read_rows(TEMPLATE, said)


def take(city, *said):
    return importing.take(rows_of(*said), city.communities[0], STANDING, by=SYSTEM, at=now())


def swept(city):
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    sweep = begin_sweep(city.event, city.communities[0], desk)
    return Roll.objects.get(pk=sweep.doors_id), Roll.objects.get(pk=sweep.persons_id)


def people(number, start=0):
    return [
        DOOR | {"door": f"{n // 2 + 1:04}", "name": f"王{n}", "phone": f"139{n:08}"}
        for n in range(start, start + number)
    ]


def test_new_doors_and_people_are_due_in_every_open_roll_and_nobody_twice(city):
    add_resident(city, name="王0", phone="13900000000", door="0001")
    doors, persons = swept(city)
    take(city, *people(10))
    assert [queries.balance(roll, city.communities[0].pk, now()).known for roll in (doors, persons)] == [5, 10]
    assert [queries.balance(roll, city.grids[0].pk, now()).known for roll in (doors, persons)] == [5, 10]
    take(city, *people(10))
    assert queries.balance(persons, city.communities[0].pk, now()).known == 10
    assert StandingChange.objects.filter(roll=persons, cause=Cause.FOUND).count() == 9
    assert [proving.wrong_with(roll) for roll in (doors, persons)] == [{}, {}]


def test_people_of_a_new_building_are_counted_in_the_micro_grid_that_the_file_names(city):
    _, persons = swept(city)
    take(city, DOOR | {"building": "77栋", "door": "1", "name": "李敏", "micro": "青松第2网格微1"})
    assert queries.balance(persons, city.micro_grids[2].pk, now()).known == 1


def test_a_roll_of_another_community_knows_nothing_of_it(city):
    _, persons = swept(city)
    file = {"estate": "白桦苑", "building": "1栋", "unit": "1", "door": "9", "name": "李敏"}
    importing.take(rows_of(file), city.communities[1], STANDING, by=SYSTEM, at=now())
    assert Person.objects.count() == 1
    assert queries.balance(persons, city.communities[0].pk, now()).known == 0


def test_statements_do_not_grow_with_the_rows(city):
    swept(city)
    taken = []
    for number, start in ((4, 0), (400, 4)):
        rows = rows_of(*people(number, start))
        with CaptureQueriesContext(connection) as asked:
            importing.take(rows, city.communities[0], STANDING, by=SYSTEM, at=now())
        taken.append(len(asked))
    assert Person.objects.count() == 404
    assert taken[0] == taken[1]


def test_the_capture_sees_what_is_copied(city):
    with CaptureQueriesContext(connection) as asked:
        take(city, *people(2))
    assert [each["sql"] for each in asked if each["sql"].startswith("COPY people_stay")]


def test_a_second_head_of_a_household_behind_one_door_begins_another_household(city):
    door = DOOR | {"door": "0501"}
    family = [("王小明", "户主"), ("李敏", "妻"), ("陈刚", "户主"), ("陈小红", "女儿")]
    take(city, *(door | {"name": name, "relation": relation} for name, relation in family))
    assert _households() == [{"王小明", "李敏"}, {"陈刚", "陈小红"}]
    take(city, *(door | {"name": name, "relation": relation} for name, relation in [*family, ("陈小青", "儿子")]))
    assert _households() == [{"王小明", "李敏"}, {"陈刚", "陈小红", "陈小青"}]


def test_without_a_relation_all_behind_a_door_are_one_household(city):
    add_resident(city, name="王小明", phone="13800001234", door="0501")
    take(city, DOOR | {"door": "0501", "name": "李敏"}, DOOR | {"door": "0501", "name": "陈刚"})
    assert _households() == [{"王小明", "李敏", "陈刚"}]


def _households():
    name = dict(Identity.objects.values_list("person", "name"))
    found = {each.pk: set() for each in Household.objects.order_by("pk")}
    for stay in Stay.objects.all():
        found[stay.household_id].add(name[stay.person_id])
    return list(found.values())


def test_who_may_be_known_behind_another_door_is_named_and_never_merged(city):
    add_resident(city, name="王小明", phone="13800001234", door="0501")
    again = DOOR | {"door": "0601", "name": "王小明", "phone": "13800001234"}
    other = DOOR | {"door": "0602", "name": "李敏", "phone": "13800001234"}
    twice = [DOOR | {"door": door, "name": "陈刚", "phone": "13800009999"} for door in ("0701", "0702")]
    rows = rows_of(again, other, *twice)
    looked = person_load.look(rows, city.communities[0], STANDING, now())
    assert [(each.row, each.problem.code) for each in looked.alike] == [(2, "perhaps_known"), (5, "perhaps_twice")]
    assert (looked.would["person"], looked.rejected) == (4, [])
    importing.take(rows, city.communities[0], STANDING, by=SYSTEM, at=now())
    assert Person.objects.count() == 5
    assert person_load.look(rows, city.communities[0], STANDING, now()).there == 4


def twice_at_once(city):
    """Two desks take one file at the same time; how many people there are then."""
    rows = rows_of(*(each | {"estate": "柳苑", "micro": "青松第1网格微1"} for each in people(6)))

    def one(_):
        try:
            importing.take(rows, city.communities[0], STANDING, by=SYSTEM, at=now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(2)))
    return Person.objects.count()


def test_of_two_desks_with_one_file_the_second_finds_everybody_there(city):
    _, persons = swept(city)
    assert twice_at_once(city) == 6
    assert queries.balance(persons, city.communities[0].pk, now()).known == 6


def test_without_the_lock_everybody_would_be_made_twice(city, monkeypatch):
    both_have_looked, compare = Barrier(2), person_load.compare

    def looks_first(*given):
        found = compare(*given)
        both_have_looked.wait(timeout=60)
        return found

    monkeypatch.setattr(person_load, "LOCK", "SELECT %s")
    monkeypatch.setattr(person_load, "lock_buildings_of", lambda _: [])
    monkeypatch.setattr(person_load, "compare", looks_first)
    assert twice_at_once(city) == 12
