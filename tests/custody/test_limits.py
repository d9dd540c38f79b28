"""Counting several limits in one statement."""

from datetime import timedelta

import pytest
from django.db import connection

from linli.common.clock import now
from linli.custody import limits, secrets
from linli.custody.errors import TooOften
from linli.custody.limits import Limit
from linli.custody.models import Spent

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def counts(*names):
    found = {bytes(each.bucket): each.count for each in Spent.objects.all()}
    return [found.get(secrets.index(name), 0) for name in names]


def test_each_limit_is_counted_and_the_first_that_is_used_up_refuses_before_those_after_it():
    at = now()
    asked = [Limit("address", 9, HOUR), Limit("browser", 2, HOUR), Limit("number", 9, HOUR)]
    for _ in range(2):
        limits.spend_each(asked, at=at)
    with pytest.raises(TooOften) as refusal:
        limits.spend_each(asked, at=at)
    assert 0 < refusal.value.facts["seconds"] <= 3600
    assert counts("address", "browser", "number") == [3, 3, 2]  # the refused attempt is counted where it was refused


def test_a_window_of_its_own_for_each_limit():
    at = now().replace(minute=59, second=59)
    asked = [Limit("a", 1, HOUR), Limit("b", 1, timedelta(days=30))]
    limits.spend_each(asked, at=at)
    with pytest.raises(TooOften) as refusal:
        limits.spend_each(asked[1:], at=at + timedelta(seconds=2))
    assert refusal.value.facts["seconds"] > 3600
    limits.spend_each(asked[:1], at=at + timedelta(seconds=2))


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_kept_at_once_and_leaves_the_connection_as_it_was():
    limits.spend_each([Limit("a", 1, HOUR)], at=now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT reset_val = setting FROM pg_settings WHERE name = 'synchronous_commit'")
        assert cursor.fetchone()[0]
    assert counts("a") == [1]
