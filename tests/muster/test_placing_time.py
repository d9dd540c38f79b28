"""The time people are placed for: one rule for page, program and terminal, and the database holds its bounds."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, transaction
from django.urls import reverse

from linli.cli.muster import muster
from linli.common.clock import now
from linli.common.db import from_on
from linli.muster import runs
from linli.muster.errors import BadPlacingTime
from linli.muster.models import Allocation
from tests.factories import caller_for, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize(("since", "until"), [(0, 0), (2, 1), (-3, -1), (0, 61), (367, 370)])
def test_no_run_begins_for_a_time_that_nobody_can_be_placed_for(since, until):
    city, at = tiny_city(), now()
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    with pytest.raises(BadPlacingTime):
        runs.begin(city.event, city.communities[0], during=from_on(at + since * DAY, at + until * DAY), by=desk, at=at)
    assert not Allocation.objects.exists()


@pytest.mark.parametrize(
    "during",
    [
        from_on(None, now()),
        from_on(now()),
        from_on(now(), now() + 61 * DAY),
        "empty",
        "[-infinity,infinity)",
        "[2022-09-01,infinity)",
    ],
)
def test_the_database_keeps_no_time_without_two_ends_near_each_other(during):
    city, at = tiny_city(), now()
    with pytest.raises(IntegrityError, match="allocation_during_has_two_ends_near_each_other"), transaction.atomic():
        Allocation.objects.create(event=city.event, area=city.street, during=during, asked_by=1, asked_at=at)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("0001-01-01T00:00", "0001-01-02T00:00"),
        ("9999-12-30T00:00", "9999-12-31T00:00"),
        ("2022-09-01T00:00", "2022-09-02T00:00"),
        ("x", ""),
    ],
)
def test_the_page_says_what_is_wrong_beside_the_field_and_opens_afterwards(client, since, until):
    city = tiny_city()
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    page = reverse("allocations", args=[city.communities[0].pk])
    reply = client.post(page, {"since": since, "until": until})
    assert reply.status_code == 422
    assert reply.context["form"].errors
    assert client.get(page).status_code == 200
    assert not Allocation.objects.exists()


@pytest.mark.parametrize("days", [0, 61, 9999])
def test_the_terminal_refuses_it_with_the_same_code(monkeypatch, days):
    monkeypatch.setattr("linli.cli.muster.database", nullcontext)
    city = tiny_city()
    desk = user_with_role("community_desk", city.communities[0])
    asked = ["allocate", "--event", city.event.pk, "--area", city.communities[0].pk, "--by", desk.username]
    done = CliRunner().invoke(muster, [str(each) for each in [*asked, "--days", days]])
    assert done.exit_code != 0
    assert isinstance(done.exception, BadPlacingTime)
    assert not Allocation.objects.exists()
