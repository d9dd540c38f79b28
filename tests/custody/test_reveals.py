"""Showing a field in full: how many an hour, whoever presses at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection

from linli.common.caller import Caller, Grant
from linli.custody import reveals
from linli.custody.errors import TooManyReveals
from linli.custody.models import TrailEntry
from linli.custody.roles import Reveal

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DESK = Caller(user=7, grants=(Grant("community_desk", 1, NOON),))


def reveal(number: int) -> bool:
    """One press of the button; whether it was shown."""
    try:
        reveals.reveal(DESK, subject=f"sign_up:{number}", field=Reveal.PHONE, reason="call", at=NOON)
    except TooManyReveals:
        return False
    finally:
        connection.close()
    return True


@pytest.mark.django_db(transaction=True)
def test_many_tabs_of_one_account_get_no_more_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reveals, "MOST_AN_HOUR", 5)
    with ThreadPoolExecutor(max_workers=6) as tabs:
        shown = list(tabs.map(reveal, range(30)))
    assert shown.count(True) == TrailEntry.objects.filter(kind=reveals.KIND).count() == 5
