"""The table of roles: whole, consistent, and the same in the reference."""

from pathlib import Path

import pytest

from linli.access.models import RoleGrant
from linli.custody.roles import (
    ROLES,
    Decide,
    Reveal,
    See,
    TakeOut,
    deciding,
    deciding_over,
    deciding_somewhere,
    granting,
    may_grant,
    revealing,
    seconding,
    seeing,
    sits_at,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "roles.md"

STANDS_IN = "no level of those that decide it lies at or above the area"


def listed(found, order):
    """Capabilities in the order they are declared, or a dash."""
    return "; ".join(str(each) for each in order if each in found) or "–"


def row(key):
    role = ROLES[key]
    granted = [f"`{each}`" for each in ROLES if each in role.grants]
    granted += [f"`{each}` (with a second administrator)" for each in ROLES if each in role.grants_with_second]
    cells = [
        f"`{key}` {role.name}",
        listed(role.sees, See),
        listed(role.reveals, Reveal),
        listed(role.decides, Decide)
        + "".join(f"; {each} (where {STANDS_IN})" for each in Decide if each in role.stands_in)
        + "".join(f"; {each} (as the second)" for each in Decide if each in role.seconds),
        ", ".join(granted) or "–",
        listed(role.takes_out, TakeOut),
        "password and second factor" if role.second_factor else "one-time code or QR",
    ]
    return f"| {' | '.join(cells)} |"


def test_the_reference_says_what_the_table_says():
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    assert rows == [row(key) for key in ROLES]


def test_every_capability_belongs_to_somebody():
    for what, of in ((See, "sees"), (Reveal, "reveals"), (Decide, "decides"), (TakeOut, "takes_out")):
        assert set(what) == set().union(*(getattr(role, of) for role in ROLES.values()))


def test_every_role_but_the_administrators_own_can_be_granted_by_somebody_and_names_only_roles():
    for key, role in ROLES.items():
        assert role.grants | role.grants_with_second <= set(ROLES)
        assert "administrator" in granting(key)


def test_who_sees_no_person_unmasks_none():
    for key in ("city", "press", "administrator", "auditor", "privacy_officer", "resident", "volunteer"):
        assert not ROLES[key].reveals
    assert revealing(Reveal.ID_TAIL) == ("community_desk", "street", "district")
    assert revealing(Reveal.PHONE) == ("grid_worker", "community_desk", "street", "district")


def test_destruction_takes_the_officer_and_a_second_who_may_be_city_command_or_another_officer():
    assert deciding(Decide.DESTRUCTION) == ("privacy_officer",)
    assert seconding(Decide.DESTRUCTION) == ("city", "privacy_officer")


def test_plans_are_published_by_the_four_that_hold_an_area():
    assert deciding(Decide.PUBLISH) == ("community_desk", "street", "district", "city")
    assert seeing(See.COUNTS_TO_GRID) == ("community_desk", "street", "district")


@pytest.mark.parametrize("role", ["city", "auditor", "privacy_officer"])
def test_three_roles_take_a_second_administrator(role):
    assert not may_grant("administrator", role, seconded=False)
    assert may_grant("administrator", role, seconded=True)
    assert not any(may_grant(key, role, seconded=True) for key in ROLES if key != "administrator")


def test_nobody_below_an_administrator_grants_a_role_of_their_own_level_or_above():
    order = ["community_desk", "street", "district", "city"]
    for height, key in enumerate(order):
        assert not ROLES[key].grants & set(order[height:])


def test_the_citys_role_follows_the_top_and_others_their_level():
    assert sits_at("city", 4, top_level=4)
    assert not sits_at("city", 4, top_level=1)
    assert sits_at("street", 3, top_level=1)
    assert not sits_at("street", 4, top_level=1)


@pytest.mark.parametrize(
    ("levels", "deciders"),
    [
        ([1, 2, 3, 4], ("street", "district")),
        ([1, 2], ("district",)),
        ([3, 4], ("street",)),
        ([4, 5], ("city",)),  # one community alone
        ([1, 4], ("city",)),  # a city whose communities hang from it directly
        ([1], ("city",)),
        ([], ("city",)),
    ],
)
def test_where_no_street_or_district_lies_the_top_decides_zones(levels, deciders):
    assert deciding_over(Decide.ZONES, levels) == deciders


def test_nobody_stands_in_where_the_table_names_somebody_at_the_top():
    assert deciding_over(Decide.EVENTS, [4]) == deciding(Decide.EVENTS) == ("city",)
    assert deciding_somewhere(Decide.ZONES) == ("street", "district", "city")
    for role in ROLES.values():
        assert not role.stands_in & role.decides


def test_the_database_knows_which_roles_have_an_area():
    """The check constraint of RoleGrant repeats the table, because the database cannot read it."""
    check = next(each for each in RoleGrant._meta.constraints if each.name == "grant_area_where_the_role_has_one")
    without, within = (
        set(part.children[0][1]) if part.children[0][0] == "role__in" else set(part.children[1][1])
        for part in check.condition.children
    )
    assert without == {key for key, role in ROLES.items() if not role.levels}
    assert within == {key for key, role in ROLES.items() if role.levels}
