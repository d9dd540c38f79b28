"""The rule that proposes a team, on people made up by the machine."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from linli.muster.teams import rules
from linli.muster.teams.rules import Near

START = datetime(2022, 9, 1, tzinfo=UTC)


@st.composite
def people(draw: st.DrawFn) -> list[Near]:
    facts = st.tuples(st.booleans(), st.integers(0, 3000), st.integers(0, 15), st.integers(0, 9), st.integers(1, 4))
    return [
        Near(number, 100 + number, grid, here, metres, False, skills, START + timedelta(days=days))
        for number, (here, metres, skills, days, grid) in enumerate(draw(st.lists(facts, max_size=12)))
    ]


@given(people(), st.integers(1, 8), st.lists(st.integers(0, 3), unique=True, max_size=3))
def test_a_proposal_is_as_large_as_it_can_be_of_different_people_and_led_by_two_of_them(near, size, skills) -> None:
    team = rules.proposed(near, size=size, skills=skills)
    persons = [each.person for each in team.members]
    assert len(set(persons)) == len(persons) == min(size, len(near))
    assert (team.leader in persons) == bool(persons)
    assert (team.deputy in persons) == (len(persons) > 1)
    assert team.leader != team.deputy or not persons
    brought = {skill for skill in skills if any(each.skills >> skill & 1 for each in team.members)}
    assert brought | set(team.missing) >= set(skills)
    assert sum(team.taken.values()) == sum(not each.here for each in team.members)
    assert rules.proposed(list(reversed(near)), size=size, skills=skills) == team


@given(people(), st.integers(1, 8))
def test_nobody_who_was_left_out_is_nearer_than_somebody_who_was_not(near, size) -> None:
    team = rules.proposed(near, size=size)
    left = [each for each in near if each not in team.members]
    for out in left:
        for member in team.members:
            assert (not member.here, member.metres, member.person) < (not out.here, out.metres, out.person)


@given(
    people(), st.integers(1, 8), st.dictionaries(st.integers(1, 4), st.tuples(st.integers(0, 6), st.integers(0, 12)))
)
def test_the_cost_names_every_grid_that_would_have_too_few_and_no_other(near, size, stands) -> None:
    team = rules.proposed(near, size=size)
    told = rules.below_what_they_ask(team.taken, stands)
    for grid, (wanted, there) in stands.items():
        left = there - team.taken.get(grid, 0)
        assert (grid in told) == (grid in team.taken and left < wanted)
        assert told.get(grid, (wanted, left)) == (wanted, left)


def test_a_team_says_the_gravest_first() -> None:
    facts = {"people": 3, "gone": 1, "leader_gone": True, "deputy_gone": True, "risk_fell": True}
    assert rules.what_is_wrong(**facts) == ["leader_left", "risk_fell"]
    facts = {"people": 2, "gone": 2, "leader_gone": True, "deputy_gone": True, "risk_fell": False}
    assert rules.what_is_wrong(**facts) == ["nobody_left"]
