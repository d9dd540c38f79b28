"""Teams: formed from who is placed near, led by one of them; nobody is in two of them, whoever is quicker."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import LinliError, NotFound
from linli.custody.models import TrailEntry
from linli.duty import booking
from linli.muster import leaving
from linli.muster.models import Member, Placement, Team
from linli.muster.teams import actions, queries
from tests.factories import TinyCity, caller_for, tiny_city, user_with_role
from tests.muster.teams.world import Role, desk_of, formed, placed, roles, standing

pytestmark = pytest.mark.django_db


def test_whoever_has_been_placed_longest_leads_and_the_next_one_stands_in() -> None:
    city = tiny_city()
    new, old, older = placed(city, 1), placed(city, 2, days_ago=2), placed(city, 3, days_ago=5)
    team = formed(city, [new, old, older])
    assert roles(team) == {
        older.person_id: Role.LEADER,
        old.person_id: Role.DEPUTY,
        new.person_id: Role.MEMBER,
    }
    assert standing(team).called == "突击队 1"
    assert formed(city, [placed(city, 4)], kind=Team.Kind.RAPID).number == 2
    assert formed(city, [placed(city, 5)], kind=Team.Kind.VOLUNTEER).number == 1
    assert TrailEntry.objects.filter(kind="team.joined").count() == 5


def test_a_team_of_one_has_no_deputy_and_needs_none() -> None:
    city = tiny_city()
    team = formed(city, [placed(city, 1)])
    assert standing(team).wrong == []


def test_a_desk_names_who_leads() -> None:
    city = tiny_city()
    one, two = placed(city, 1, days_ago=3), placed(city, 2)
    team = formed(city, [one, two], leader=two.pk)
    assert roles(team) == {two.person_id: Role.LEADER, one.person_id: Role.DEPUTY}


@pytest.mark.parametrize("wrong", ["stranger", "same"])
def test_who_leads_is_in_the_team_and_is_not_the_deputy(wrong: str) -> None:
    city = tiny_city()
    one, two, stranger = placed(city, 1), placed(city, 2), placed(city, 3)
    named = {"leader": stranger.pk} if wrong == "stranger" else {"leader": one.pk, "deputy": one.pk}
    with pytest.raises(LinliError) as refused:
        formed(city, [one, two], **named)
    assert refused.value.code == "leader_not_chosen"
    assert not Team.objects.exists()


def test_nobody_is_in_two_teams_at_once() -> None:
    city = tiny_city()
    one, two = placed(city, 1), placed(city, 2)
    formed(city, [one])
    with pytest.raises(LinliError) as refused:
        formed(city, [one, two])
    assert (refused.value.code, refused.value.facts) == ("in_team_already", {"n": 1})
    assert Member.objects.count() == 1


def test_who_is_not_placed_any_more_cannot_join() -> None:
    city, desk = tiny_city(), None
    one, two = placed(city, 1), placed(city, 2)
    desk = desk_of(city)
    leaving.release(two, by=desk, at=now())
    with pytest.raises(LinliError) as refused:
        formed(city, [one, two], desk)
    assert (refused.value.code, refused.value.facts) == ("not_placed_here", {"n": 1})


def test_a_desk_forms_no_team_of_the_people_of_another() -> None:
    city = tiny_city()
    theirs = placed(city, 1, grid=2)
    with pytest.raises(LinliError) as refused:
        formed(city, [theirs])
    assert refused.value.code == "not_placed_here"
    with pytest.raises(LinliError) as refused:
        formed(city, [placed(city, 2)], desk_of(city, 1))
    assert refused.value.code == "not_yours_to_decide"
    with pytest.raises(LinliError) as refused:
        formed(city, [placed(city, 3)], place=city.buildings[4].place)
    assert refused.value.code == "team_place_elsewhere"
    with pytest.raises(LinliError) as refused:
        formed(city, [])
    assert refused.value.code == "nobody_chosen"


def test_a_street_takes_people_from_the_next_community_and_reads_no_name() -> None:
    city = tiny_city()
    street = caller_for(user_with_role("street", city.street))
    team = formed(city, [placed(city, 1), placed(city, 2, grid=2)], street)
    assert queries.mates_of(street, standing(team), now()) == []
    assert [each.name for each in queries.mates_of(desk_of(city), standing(team), now())] == ["王**"]
    with pytest.raises(NotFound):
        queries.team_visible_to(desk_of(city, 1), team.pk, now())


def test_how_teams_stand_takes_as_many_queries_for_many_as_for_one(django_assert_num_queries) -> None:
    city = tiny_city()
    desk = desk_of(city)
    for number in range(5):
        formed(city, [placed(city, number)], desk)
    with django_assert_num_queries(4):
        assert len(queries.teams_in(desk, city.event, city.communities[0], now())) == 5


def test_a_member_reads_the_names_of_their_mates_while_they_are_placed_there() -> None:
    city = tiny_city()
    one, two = placed(city, 1, days_ago=1), placed(city, 2)
    desk = desk_of(city)
    formed(city, [one, two], desk)
    mine = queries.team_of(city.event, two.person_id, now())
    assert mine is not None
    assert [name for _, name in queries.mates_told(mine)] == ["王1", "王2"]
    leaving.release(two, by=desk, at=now())
    assert queries.team_of(city.event, two.person_id, now()) is None


def both_at_once(act: Callable[[int], object], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two desks do it at the same moment, each past every check before either writes; what each was told."""
    ready, said = threading.Barrier(2), []
    joins = actions._join

    def later(*args: object) -> None:
        ready.wait(timeout=20)
        joins(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(booking, "hold", lambda people: None)
    monkeypatch.setattr(actions, "_join", later)

    def go(which: int) -> None:
        try:
            act(which)
            said.append("done")
        except LinliError as refused:
            said.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(which,)) for which in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(said)


def two_desks_want_one(city: TinyCity) -> Callable[[int], object]:
    one = placed(city, 1)
    desks = [desk_of(city), desk_of(city)]
    kinds = list(Team.Kind)
    teams = [formed(city, [placed(city, 2 + n)], desks[n], kind=kinds[n]) for n in range(2)]
    return lambda which: actions.take_in(teams[which], [one.pk], by=desks[which], at=now())


@pytest.mark.django_db(transaction=True)
def test_of_two_desks_that_take_one_person_at_once_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Held or not: the constraint refuses whoever passes by."""
    assert both_at_once(two_desks_want_one(tiny_city()), monkeypatch) == ["done", "in_team_already"]


@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_both_would_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    act = two_desks_want_one(tiny_city())
    constraint = next(each for each in Member._meta.constraints if each.name == "member_one_team_at_a_time")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Member, constraint)
    try:
        assert both_at_once(act, monkeypatch) == ["done", "done"]
    finally:
        Member.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Member, constraint)


ACTS = st.lists(st.tuples(st.sampled_from(["form", "in", "out", "release", "leaves"]), st.integers(0, 3)), max_size=12)


@settings(max_examples=15)
@given(ACTS)
def test_whatever_desks_do_nobody_is_in_two_teams_and_no_team_has_two_leaders(acts: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        city = tiny_city()
        people = [placed(city, number) for number in range(4)]
        desk = desk_of(city)
        for what, which in acts:
            with suppress(LinliError):
                does(what, city, people, which, desk)
            living = Member.objects.filter(during__contains=now())
            leads = living.filter(role=Role.LEADER), living.filter(role=Role.DEPUTY)
            for rows, key in ((living, "person"), *((each, "team") for each in leads)):
                found = list(rows.values_list(key, flat=True))
                assert len(found) == len(set(found))
        transaction.set_rollback(True)


def does(what: str, city: TinyCity, people: list[Placement], which: int, desk: Caller) -> None:
    """One thing that a desk does to the newest team, or somebody who leaves."""
    one, team = people[which], Team.objects.order_by("-pk").first()
    member = Member.objects.filter(person=one.person_id, during__contains=now()).first()
    if what == "form":
        formed(city, [one, people[(which + 1) % 4]], desk)
    elif what == "in" and team is not None:
        actions.take_in(team, [one.pk], by=desk, at=now())
    elif what == "out" and member is not None:
        actions.take_out(member.team, member.pk, by=desk, at=now())
    elif what == "release" and team is not None:
        actions.release(team, by=desk, at=now())
    elif what == "leaves":
        leaving.release(one, by=desk, at=now())


def test_a_membership_is_of_its_teams_event() -> None:
    city = tiny_city()
    team = formed(city, [placed(city, 1)])
    other = type(city.event).objects.create(name="另一场", pack="epidemic", pack_version="1", started_at=now())
    with pytest.raises(IntegrityError, match="member_of_its_teams_event"), transaction.atomic():
        Member.objects.filter(team=team).update(event=other)
