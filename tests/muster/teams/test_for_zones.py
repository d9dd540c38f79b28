"""Teams for zones: of whom they are proposed, what taking them costs, and where they are missing."""

import pytest

from linli.common.clock import now
from linli.events.models import Zone
from linli.muster.teams import finding, queries, rules, zones
from linli.people.models import Skill
from linli.places import actions as places
from linli.places.models import Area, Level
from tests.factories import FOUNDED, SYSTEM, TinyCity, ask, caller_for, tiny_city, user_with_role
from tests.muster.teams.world import desk_of, formed, placed, standing, zone_over

pytestmark = pytest.mark.django_db


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
    there = [city.buildings[number].place for number in range(4)]
    raised = [zone_over(city, place, Zone.Risk.HIGH) for place in there]
    for number, place in enumerate(there):
        formed(city, [placed(city, number)], desk, place=place)
    teams = queries.teams_in(desk, city.event, community, now())
    with django_assert_max_num_queries(5):
        assert zones.wanted(desk, city.event, raised, teams, now()).first == []


def under_a_district(city: TinyCity) -> tuple[Area, Area]:
    """A city and a district above the street that was on top."""
    top = places.add_area(level=Level.CITY, name="蓉城", parent=None, by=SYSTEM, at=FOUNDED)
    district = places.add_area(level=Level.DISTRICT, name="青河区", parent=top, by=SYSTEM, at=FOUNDED)
    places.hang(city.street, district, by=SYSTEM, at=FOUNDED)
    return top, district


def test_a_city_and_a_district_see_below_them_where_teams_are_missing() -> None:
    city = tiny_city()
    top, district = under_a_district(city)
    raised = [zone_over(city, city.buildings[number].place, Zone.Risk.HIGH) for number in range(3)]
    raised.append(zone_over(city, city.street.place, Zone.Risk.MEDIUM))  # one in each of its two communities
    raised.append(zone_over(city, city.estates[0].place, Zone.Risk.LOW))
    assert zones.missing(city.event, top, raised, now()) == [(district, 5)]
    formed(city, [placed(city, 1)], place=city.street.place)
    assert zones.missing(city.event, district, raised, now()) == [(city.street, 4)]
    assert zones.missing(city.event, city.street, raised, now()) == [], "there they are proposed"


def test_where_teams_are_missing_costs_no_query_more_for_many_than_for_one(django_assert_max_num_queries) -> None:
    city = tiny_city()
    top, _ = under_a_district(city)
    raised = [zone_over(city, city.buildings[number].place, Zone.Risk.HIGH) for number in range(4)]
    with django_assert_max_num_queries(7):
        assert sum(heads for _, heads in zones.missing(city.event, top, raised, now())) == 4
