"""Teams: formed from who is placed near, led by one of them, mended when they leave, released when the risk falls."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.db import from_on
from linli.common.errors import LinliError, NotFound
from linli.custody.models import TrailEntry
from linli.duty import booking
from linli.events.models import Zone
from linli.muster import leaving
from linli.muster.models import Member, Placement, SignUp, Team
from linli.muster.teams import actions, finding, queries, rules, zones
from linli.people.models import Skill
from tests.factories import TinyCity, ask, caller_for, place_in, tiny_city, user_with_role
from tests.muster.test_allocation import confirmed

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
Role = Member.Role


def desk_of(city: TinyCity, community: int = 0) -> Caller:
    return caller_for(user_with_role("community_desk", city.communities[community]))


def placed(city: TinyCity, number: int, *, grid: int = 0, days_ago: int = 0, skills: int = 0) -> Placement:
    """Somebody who signed up, was confirmed, and is placed in a grid since some days."""
    person = confirmed(city, number, community=grid // 2, skills=skills)
    at = now()
    return place_in(city.event, person, city.grids[grid], from_on(at - days_ago * DAY, at + 7 * DAY))


def formed(city: TinyCity, people: list[Placement], by: Caller | None = None, **facts: object) -> Team:
    community = city.communities[0]
    return actions.form(
        city.event,
        community,
        facts.pop("place", community.place),  # type: ignore[arg-type]
        [each.pk for each in people],
        kind=facts.pop("kind", Team.Kind.RAPID),  # type: ignore[arg-type]
        by=by or desk_of(city),
        at=now(),
        **facts,  # type: ignore[arg-type]
    )


def standing(team: Team) -> queries.Standing:
    return queries.standings([team], now())[0]


def roles(team: Team) -> dict[int, Role]:
    return {each.person: Role(each.role) for each in standing(team).people}


def zone_over(city: TinyCity, place: object, level: int) -> Zone:
    Zone.objects.filter(place=place).delete()
    at = now()
    facts = {"basis": "test", "counted_from": at.date(), "declared_by": 1, "declared_at": at}
    return Zone.objects.create(event=city.event, place=place, level=level, during=from_on(at), **facts)


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


def test_the_nearest_come_first_and_taking_from_elsewhere_says_what_it_costs() -> None:
    city = tiny_city()
    ask(city, grid=1, want=2)
    here, other, far = placed(city, 1, grid=0), placed(city, 2, grid=1), placed(city, 3, grid=2)
    place = city.buildings[0].place_id
    street = caller_for(user_with_role("street", city.street))
    near = finding.near(street, city.event, city.communities[0], place, now())
    team = rules.proposed(near, size=3)
    assert [each.placement for each in team.members] == [here.pk, other.pk, far.pk]
    assert [each.here for each in team.members] == [True, False, False]
    metres = [each.metres for each in team.members]
    assert metres == sorted(metres)
    assert not any(each.estimated for each in team.members)
    assert finding.cost_of(city.event, team.members, now()) == [finding.Cost(city.grids[1].pk, 2, 0)]
    assert [each.placement for each in finding.near(desk_of(city), city.event, city.communities[0], place, now())] == [
        here.pk,
        other.pk,
    ]


def test_without_coordinates_the_distance_is_estimated_from_the_tree() -> None:
    city = tiny_city(coordinates=False)
    for number, grid in enumerate((0, 1, 2)):
        placed(city, number, grid=grid)
    street = caller_for(user_with_role("street", city.street))
    near = finding.near(street, city.event, city.communities[0], city.grids[0].pk, now())
    assert sorted((each.metres, each.estimated) for each in near) == [(300, True), (800, True), (2500, True)]


def test_who_brings_a_needed_skill_comes_before_who_is_nearer() -> None:
    city = tiny_city()
    placed(city, 1, grid=0)
    doctor = placed(city, 2, grid=1, skills=1 << Skill.MEDICAL)
    near = finding.near(desk_of(city), city.event, city.communities[0], city.buildings[0].place_id, now())
    team = rules.proposed(near, size=1, skills=[Skill.MEDICAL])
    assert [each.placement for each in team.members] == [doctor.pk]
    assert rules.proposed(near, size=2, skills=[Skill.PSYCHOLOGIST]).missing == (Skill.PSYCHOLOGIST,)


def test_a_raised_zone_asks_for_a_team_and_a_lowered_one_releases_it() -> None:
    city = tiny_city()
    people = [placed(city, n, days_ago=n) for n in range(3)]
    desk, community, place = desk_of(city), city.communities[0], city.estates[0].place
    zone = zone_over(city, place, Zone.Risk.HIGH)
    [wanted] = zones.wanted(desk, city.event, [zone], [], now()).first
    assert (wanted.community, len(wanted.team.members), wanted.cost) == (community, 3, 0)
    team = formed(city, people, desk, place=place)
    assert team.level == Zone.Risk.HIGH
    teams = queries.teams_in(desk, city.event, community, now())
    assert zones.wanted(desk, city.event, [zone], teams, now()).first == []
    assert zones.to_release(teams) == []
    zone_over(city, place, Zone.Risk.LOW)
    [over] = zones.to_release(queries.teams_in(desk, city.event, community, now()))
    assert (over.team, over.wrong) == (team, ["risk_fell"])


def test_a_zone_over_a_street_asks_for_a_team_in_each_of_its_communities() -> None:
    city = tiny_city()
    street = caller_for(user_with_role("street", city.street))
    zone = zone_over(city, city.street.place, Zone.Risk.MEDIUM)
    low = zone_over(city, city.buildings[0].place, Zone.Risk.LOW)
    found = zones.wanted(street, city.event, [zone, low], [], now()).first
    assert {each.community.pk for each in found} == {each.pk for each in city.communities}
    team = formed(city, [placed(city, 1)], street, place=city.street.place)
    again = zones.wanted(street, city.event, [zone], [standing(team)], now()).first
    assert [each.community.pk for each in again] == [city.communities[1].pk]


def test_teams_beyond_those_worked_out_at_once_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    city = tiny_city()
    desk = desk_of(city)
    raised = [zone_over(city, city.buildings[number].place, Zone.Risk.HIGH) for number in range(3)]
    assert zones.wanted(desk, city.event, raised, [], now()).more == 0
    monkeypatch.setattr(zones, "MOST", 2)
    found = zones.wanted(desk, city.event, raised, [], now())
    assert (len(found.first), found.more) == (2, 1)


def test_zones_that_have_their_teams_cost_no_query_more_for_many_than_for_one(django_assert_max_num_queries) -> None:
    city = tiny_city()
    desk, community = desk_of(city), city.communities[0]
    places = [city.buildings[number].place for number in range(4)]
    raised = [zone_over(city, place, Zone.Risk.HIGH) for place in places]
    for number, place in enumerate(places):
        formed(city, [placed(city, number)], desk, place=place)
    teams = queries.teams_in(desk, city.event, community, now())
    with django_assert_max_num_queries(5):
        assert zones.wanted(desk, city.event, raised, teams, now()).first == []


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
