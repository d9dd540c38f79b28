"""Whoever leaves while a proposal is published is not placed all the same."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.db import from_on
from linli.duty import booking
from linli.muster import actions, jobs, leaving, publishing, repairing, runs
from linli.muster.models import Allocation, Placement, Proposal, SignUp
from linli.people.models import Skill
from tests.factories import add_claim, ask, caller_for, tiny_city, user_with_role

pytestmark = pytest.mark.django_db(transaction=True)
ME = Caller()
WAITS = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)"


def proposed() -> tuple[SignUp, Allocation, Caller]:
    """One person confirmed, and a proposal that would place them for a week."""
    city = tiny_city()
    ask(city, grid=0, want=1)
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    claim = actions.confirm(add_claim(city, name="王一", phone="13800000001"), person=None, by=desk, at=now())
    street, at = caller_for(user_with_role("street", city.street)), now()
    run = runs.begin(city.event, city.street, during=from_on(at, at + timedelta(days=7)), by=street, at=at)
    jobs.work_out(run)
    run.refresh_from_db()
    return claim, run, street


def says_away(claim: SignUp) -> None:
    leaving.say_unavailable(claim, since=now(), until=now() + timedelta(days=9), by=ME, at=now())


def withdraws(claim: SignUp) -> None:
    leaving.withdraw(claim, by=ME, at=now())


def while_publishing(run: Allocation, street: Caller, leave: Callable[[], None]) -> None:
    """Leave, and let a publication begin before that is committed; commit once the other waits for it."""

    def publish() -> None:
        try:
            publishing.publish(run, by=street, at=now())
        finally:
            connection.close()

    other = threading.Thread(target=publish)
    with transaction.atomic(), connection.cursor() as cursor:
        leave()
        other.start()
        for _ in range(200):
            cursor.execute(WAITS)
            if cursor.fetchone()[0] or not other.is_alive():
                break
            other.join(0.05)
    other.join()


@pytest.mark.parametrize(("leave", "why"), [(withdraws, "not_confirmed"), (says_away, "unavailable_meanwhile")])
def test_who_leaves_in_the_same_second_is_not_placed(leave: Callable[[SignUp], None], why: str) -> None:
    claim, run, street = proposed()
    while_publishing(run, street, lambda: leave(claim))
    assert not Placement.objects.exists()
    assert [line.overtaken_by for line in Proposal.objects.all()] == [why]


@pytest.mark.parametrize("leave", [withdraws, says_away])
def test_without_holding_the_person_they_would_be_placed(leave: Callable[[SignUp], None], monkeypatch) -> None:
    """The twin: leaving that holds nobody."""
    monkeypatch.setattr(booking, "hold", lambda people: None)
    claim, run, street = proposed()
    while_publishing(run, street, lambda: leave(claim))
    assert Placement.objects.count() == 1


def moved_up() -> tuple[SignUp, Allocation, Caller]:
    """A driver who cannot come, and a repair that would move the other one into their place."""
    city = tiny_city()
    ask(city, grid=0, want=1, skills={Skill.DRIVER: 1})
    ask(city, grid=2, want=1)
    street, at = caller_for(user_with_role("street", city.street)), now()
    claims = []
    for number in range(3):
        made = add_claim(
            city,
            name=f"王{number}",
            phone=f"1380000000{number}",
            community=min(number, 1),
            skills=1 << Skill.DRIVER if number < 2 else 0,
        )
        claims.append(actions.confirm(made, person=None, by=street, at=at))
        if number == 1:
            run = runs.begin(city.event, city.street, during=from_on(at, at + timedelta(days=7)), by=street, at=at)
            jobs.work_out(run)
            publishing.publish(run, by=street, at=now())
    gone = Placement.objects.filter(grid=city.grids[0])
    run = jobs.replace(city.event, city.street, gone, by=street, at=now())
    jobs.repair(run.pk)
    run.refresh_from_db()
    moved = run.lines.get(from_grid=city.grids[2])
    return SignUp.objects.get(person=moved.person), run, street


def is_replaced(claim: SignUp, run: Allocation, street: Caller) -> None:
    repairing.replace_those(run.event, run.area, Placement.objects.filter(person=claim.person), by=street, at=now())


def test_who_is_replaced_in_the_same_second_is_not_moved() -> None:
    claim, run, street = moved_up()
    while_publishing(run, street, lambda: is_replaced(claim, run, street))
    assert not Placement.objects.filter(person=claim.person, during__contains=now()).exists()
    assert Proposal.objects.get(allocation=run, person=claim.person).overtaken_by == "unavailable_meanwhile"


def test_without_holding_the_person_they_would_be_moved_though_they_cannot_come(monkeypatch) -> None:
    """The twin: replacing that holds nobody."""
    claim, run, street = moved_up()
    monkeypatch.setattr(booking, "hold", lambda people: None)
    while_publishing(run, street, lambda: is_replaced(claim, run, street))
    assert Placement.objects.filter(person=claim.person, during__contains=now()).exists()
