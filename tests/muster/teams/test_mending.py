"""Teams that people leave and join: who leads then is proposed, and one press does it."""

import pytest

from linli.common.clock import now
from linli.common.db import from_on
from linli.common.errors import LinliError
from linli.muster import leaving
from linli.muster.models import Member, Placement, SignUp
from linli.muster.teams import actions, queries
from tests.factories import place_in, tiny_city
from tests.muster.teams.world import DAY, Role, desk_of, formed, placed, roles, standing

pytestmark = pytest.mark.django_db


def test_a_team_whose_leader_left_says_so_and_one_press_lets_the_deputy_lead() -> None:
    city, desk = tiny_city(), None
    leader, deputy, third = placed(city, 1, days_ago=5), placed(city, 2, days_ago=3), placed(city, 3)
    desk = desk_of(city)
    team = formed(city, [leader, deputy, third], desk)
    assert standing(team).wrong == []
    leaving.withdraw(SignUp.objects.get(person=leader.person_id), by=desk, at=now())

    said = standing(team)
    assert said.wrong == ["leader_left"]
    assert said.next_leader is not None
    assert said.next_deputy is not None
    assert (said.next_leader.person, said.next_deputy.person) == (deputy.person_id, third.person_id)
    proposed = {"leader": said.next_leader.member, "deputy": said.next_deputy.member}
    assert actions.mend(team, **proposed, by=desk, at=now()) == 1
    assert standing(team).wrong == []
    assert roles(team) == {deputy.person_id: Role.LEADER, third.person_id: Role.DEPUTY}
    with pytest.raises(LinliError) as refused:
        actions.mend(team, **proposed, by=desk, at=now())
    assert refused.value.code == "team_changed"


def test_a_team_that_everybody_left_is_released_with_one_press() -> None:
    city, desk = tiny_city(), None
    one = placed(city, 1)
    desk = desk_of(city)
    team = formed(city, [one], desk)
    leaving.release(one, by=desk, at=now())
    assert standing(team).wrong == ["nobody_left"]
    assert actions.mend(team, leader=None, deputy=None, by=desk, at=now()) == 1
    assert queries.teams_in(desk, city.event, city.communities[0], now()) == []


@pytest.mark.parametrize(("who", "says"), [(1, "deputy_left"), (2, "members_left")])
def test_whoever_else_left_is_named_too(who: int, says: str) -> None:
    city = tiny_city()
    people = [placed(city, n, days_ago=9 - n) for n in range(3)]
    desk = desk_of(city)
    team = formed(city, people, desk)
    leaving.release(people[who], by=desk, at=now())
    assert standing(team).wrong == [says]


def test_whoever_left_and_was_placed_elsewhere_joins_another_team() -> None:
    city = tiny_city()
    one, two = placed(city, 1, days_ago=1), placed(city, 2)
    desk = desk_of(city)
    first = formed(city, [one, two], desk)
    leaving.release(one, by=desk, at=now())
    again = place_in(city.event, one.person, city.grids[1], from_on(now(), now() + DAY))
    second = formed(city, [again], desk)
    assert roles(first) == {two.person_id: Role.DEPUTY}
    assert roles(second) == {one.person_id: Role.LEADER}


def test_the_deputy_who_is_appointed_leader_changes_places_with_them() -> None:
    city = tiny_city()
    one, two, three = (placed(city, n, days_ago=9 - n) for n in range(3))
    desk = desk_of(city)
    team = formed(city, [one, two, three], desk)
    deputy = Member.objects.get(team=team, role=Role.DEPUTY)
    actions.appoint(team, deputy.pk, Role.LEADER, by=desk, at=now())
    assert roles(team) == {two.person_id: Role.LEADER, one.person_id: Role.DEPUTY, three.person_id: Role.MEMBER}
    third = Member.objects.get(team=team, role=Role.MEMBER)
    actions.appoint(team, third.pk, Role.DEPUTY, by=desk, at=now())
    assert roles(team) == {two.person_id: Role.LEADER, one.person_id: Role.MEMBER, three.person_id: Role.DEPUTY}


def test_people_are_taken_in_and_out_and_a_released_team_takes_nobody() -> None:
    city = tiny_city()
    one, two = placed(city, 1), placed(city, 2)
    desk = desk_of(city)
    team = formed(city, [one], desk)
    assert actions.take_in(team, [two.pk], by=desk, at=now()) == 1
    member = Member.objects.get(team=team, person=two.person_id)
    actions.take_out(team, member.pk, by=desk, at=now())
    with pytest.raises(LinliError) as refused:
        actions.take_out(team, member.pk, by=desk, at=now())
    assert refused.value.code == "team_changed"
    assert actions.release(team, by=desk, at=now()) == 1
    for again in (
        lambda: actions.release(team, by=desk, at=now()),
        lambda: actions.take_in(team, [two.pk], by=desk, at=now()),
    ):
        with pytest.raises(LinliError) as refused:
            again()
        assert refused.value.code == "team_released"
    assert Placement.objects.filter(during__contains=now()).count() == 2, "they stay placed in their grids"
