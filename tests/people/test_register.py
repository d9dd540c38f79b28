"""A city's register goes in whole or not at all, and the tables come out as they were made."""

from pathlib import Path

import pytest
from django.db import connection

from linli.access.actions import TERMINAL
from linli.common.clock import now
from linli.custody import secrets
from linli.people import register
from linli.people.models import REGISTER, City, Identity, Person, Stay
from linli.places.errors import AlreadyThere
from linli.places.models import Level, Within
from linli.places.queries import areas_below, top_area
from linli.scenarios.city import FolderRegister
from linli.simulation import CityFolder
from tests.people.history import counted_by_area

pytestmark = pytest.mark.django_db

_MADE = """
SELECT 'index', indrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid::regclass::text ~ '^(people|places)_'
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid::regclass::text ~ '^(people|places)_'
ORDER BY 1, 2, 3
"""


@pytest.fixture(name="datong")
def folder(datong: Path) -> CityFolder:
    return CityFolder(datong)


def load(folder: CityFolder, progress=lambda share, step: None) -> dict[str, int]:
    return register.load(FolderRegister(folder), synthetic=True, by=TERMINAL, at=now(), progress=progress)


def indexes_and_constraints() -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_MADE)
        return [tuple(row) for row in cursor.fetchall()]


def test_every_row_of_the_register_goes_in_and_every_index_and_constraint_is_back(datong):
    before = {(kind, table, definition.split(" ON ", 1)[-1]) for kind, table, definition in indexes_and_constraints()}
    counts = load(datong)
    after = {(kind, table, definition.split(" ON ", 1)[-1]) for kind, table, definition in indexes_and_constraints()}
    assert after == before
    expected = datong.counts["register"]
    assert {kind: counts[kind] for kind in expected} == expected
    assert Person.objects.count() == Stay.objects.count() == expected["persons"]
    top = top_area()
    assert sum(counted_by_area([top.pk], now()).values()) == expected["persons"]
    assert areas_below([top.pk], Level.COMMUNITY, now()).count() == 8
    assert Within.objects.filter(inner=top.pk).count() == 1


def test_who_was_loaded_is_found_by_phone_and_kept_sealed(datong):
    load(datong)
    persons = datong.street("register", next(iter(datong.streets)))["persons"]
    row = next(index for index, phone in enumerate(persons["phone"].tolist()) if phone)
    phone = persons["phone"][row].decode()
    found = Identity.objects.get(holder=REGISTER, person=int(persons["id"][row]))
    assert found.name == str(persons["name"][row])
    assert phone.encode() not in bytes(found.phone)
    assert secrets.unseal(bytes(found.phone)) == phone
    assert found in Identity.objects.filter(holder=REGISTER, phone_index=secrets.index(phone))


def test_a_second_load_says_that_it_is_there(datong):
    load(datong)
    with pytest.raises(AlreadyThere):
        load(datong)


@pytest.mark.django_db(transaction=True)
def test_a_load_that_is_interrupted_leaves_nothing_and_can_be_run_again(datong):
    before = indexes_and_constraints()

    def interrupt(share: float, step: str) -> None:
        if step == "indexes":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(datong, interrupt)
    assert not City.objects.exists()
    assert not Person.objects.exists()
    assert indexes_and_constraints() == before
    assert load(datong)["persons"] == datong.counts["register"]["persons"]
