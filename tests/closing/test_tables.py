"""Nothing is forgotten: every table of the system is named, and what must go is found by a rule."""

import pytest
from django.apps import apps
from django.db import connection

from linli.closing import counting, tables
from linli.custody.declare import Keep, declared
from linli.events.models import Event
from tests.factories import STARTED

MUST_GO = {Keep.UNTIL_EVENT_ENDS, Keep.BY_HOLDER}


def stored() -> set[str]:
    return {m._meta.label for m in apps.get_models(include_auto_created=True) if not m._meta.proxy}


def missing(named: set[str]) -> set[str]:
    """Models that nobody has said anything about."""
    return stored() - named


def test_every_table_of_every_room_is_named_once():
    assert missing(set(tables.GOES) | tables.staying()) == set()
    assert set(tables.GOES) | tables.staying() <= stored()
    assert not set(tables.GOES) & tables.staying()


def test_a_room_left_out_is_noticed():
    without = {label for label in set(tables.GOES) | tables.staying() if not label.startswith("desk.")}
    assert missing(without) == {"desk.Entry", "desk.HandOver", "desk.Passing"}


def unruled(goes: set[str]) -> set[str]:
    """Models whose declaration says that they go with the event, or by holder, and for which there is no rule."""
    return {label for label, each in declared().items() if each.keep in MUST_GO} - goes


def test_whatever_is_declared_to_go_has_a_rule():
    assert unruled(set(tables.GOES)) == set()
    assert "muster.SignUp" in unruled(set(tables.GOES) - {"muster.SignUp"})


def test_whatever_may_hold_somebodys_data_is_written_anew():
    anew = {table.model for table in tables.to_rewrite()}
    assert set(tables.GOES) <= anew
    assert {"access.User", "sessions.Session"} <= anew
    assert not anew & {"custody.TrailEntry", "places.Place", "events.Zone"}


@pytest.mark.django_db
def test_every_rule_can_be_asked_of_the_database():
    event = Event.objects.create(name="疫情", pack="epidemic", pack_version="1", started_at=STARTED, ended_at=None)
    assert counting.review(event).going == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_temp.closing_person')")
        assert cursor.fetchone() is not None
