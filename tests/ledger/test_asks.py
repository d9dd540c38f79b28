"""Something needed at a door stands in the duty log at once, with the clock its words ask for."""

from datetime import date

import pytest

from linli.common.clock import now
from linli.desk import queries as desk
from linli.desk.errors import NotAtThisDesk
from linli.desk.models import Entry
from linli.ledger import asks
from linli.ledger.asks import Ask, Need
from linli.ledger.errors import AskUnclear
from tests.factories import caller_for, tiny_city, user_with_role

TODAY = date(2022, 9, 2)


@pytest.mark.parametrize(
    ("ask", "soon"),
    [
        (Ask(Need.MEDICINE, days=1), "P1"),
        (Ask(Need.MEDICINE, days=2), "P2"),
        (Ask(Need.MEDICINE), "P2"),
        (Ask(Need.TREATMENT, on=date(2022, 9, 3)), "P1"),
        (Ask(Need.TREATMENT, on=date(2022, 9, 5)), "P2"),
        (Ask(Need.TREATMENT), "P2"),
        (Ask(Need.FOOD), "P1"),
        (Ask(Need.ALONE), "P1"),
        (Ask(Need.CANNOT_WALK), "P2"),
        (Ask(Need.NO_PHONE), "P3"),
    ],
)
def test_how_soon_follows_from_what_is_needed(ask, soon):
    assert asks.how_soon(ask, TODAY) == soon


@pytest.mark.parametrize(
    "said", [("x", "", ""), ("medicine", "-1", ""), ("medicine", "soon", ""), ("food", "", "2.9.")]
)
def test_what_makes_no_sense_is_told(said):
    with pytest.raises(AskUnclear):
        asks.read(*said)


@pytest.mark.django_db
def test_a_grid_worker_notes_it_once_for_their_own_community_and_reads_no_log():
    from uuid import uuid4

    city, key = tiny_city(), uuid4()
    worker = caller_for(user_with_role("grid_worker", city.micro_grids[0], name="李敏"))
    said = {"door": "青松苑 1栋1单元502", "told_by": "李敏", "key": key, "by": worker, "at": now()}
    first = asks.ask_for(Ask(Need.FOOD), city.communities[0], **said)
    assert asks.ask_for(Ask(Need.FOOD), city.communities[0], **said) == first
    entry = Entry.objects.get()
    assert (entry.priority, entry.with_street, entry.holder) == ("P1", False, worker.user)
    at_desk = caller_for(user_with_role("community_desk", city.communities[0]))
    assert list(desk.open_entries(at_desk)) == [entry]
    assert not desk.open_entries(worker).exists()
    with pytest.raises(NotAtThisDesk):
        asks.ask_for(Ask(Need.FOOD), city.communities[1], **{**said, "key": uuid4()})
    with pytest.raises(NotAtThisDesk):
        desk.office(worker, city.communities[0].pk, now())
