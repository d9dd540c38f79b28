"""Cards: who sees what of whom; needs and how a door is lived in; children."""

from datetime import date, timedelta

import pytest

from linli.common.clock import now
from linli.common.errors import Invalid, NotFound
from linli.custody.models import TrailEntry
from linli.ledger import cards, going
from linli.ledger.errors import NotYourDoor
from linli.ledger.going import Going, What
from linli.ledger.lines import lines
from linli.people import rules
from linli.people.models import Household, Identity, Need
from linli.places.models import Dwelling
from tests.factories import FOUNDED, SYSTEM, add_resident, caller_for, user_with_role

pytestmark = pytest.mark.django_db
PHONE = "13800001234"


@pytest.fixture
def mother(city):
    person = add_resident(city, name="王丽", phone=PHONE, building=0, door="502")
    Identity.objects.filter(person=person).update(born=date(1985, 3, 1), sex="f", needs=1 << Need.PREGNANT)
    return person


@pytest.fixture
def child(city, mother):
    from linli.people import actions

    household = Household.objects.get(stays__person=mother)
    person = actions.add_person(holder=-1, name="王小宝", phone="13900000000", by=SYSTEM, at=FOUNDED)
    Identity.objects.filter(person=person).update(born=now().date() - timedelta(days=365 * 8))
    actions.move(person, counted_in=city.micro_grids[0], household=household, since=FOUNDED, by=SYSTEM, at=FOUNDED)
    return person


def test_a_desk_and_a_grid_worker_see_people_behind_masks(city, desk, worker, mother):
    for caller in (desk, worker):
        line = lines([mother.pk], caller, now())[mother.pk]
        assert (line.name, line.phone, line.band, line.needs) == ("王**", "138****1234", (18, 59), [Need.PREGNANT])


def test_of_a_child_no_number_is_seen_and_a_grid_worker_sees_no_name(city, desk, worker, mother, child):
    seen = {who: lines([child.pk], caller, now())[child.pk] for who, caller in (("desk", desk), ("worker", worker))}
    assert [(line.name, line.phone, line.id_no) for line in seen.values()] == [("王**", "", ""), ("", "", "")]
    assert {line.band for line in seen.values()} == {(6, 13)}
    assert (
        cards.shown_in_full(desk, child.pk, now())["phone"] == cards.shown_in_full(desk, child.pk, now())["name"] == ""
    )
    card = cards.person_card(worker, child.pk, now())
    assert [line.person for line in card.guardians] == [mother.pk]


def test_who_moved_out_is_no_guardian(city, desk, mother, child):
    going.go(mother.pk, Going(What.OUT, now()), by=desk, at=now())
    assert cards.person_card(desk, child.pk, now()).guardians == []


def test_nobody_else_sees_a_card(city, mother):
    door = Household.objects.get(stays__person=mother).dwelling_id
    for role, area in (
        ("community_desk", city.communities[1]),
        ("grid_worker", city.grids[1]),
        ("street", city.street),
    ):
        caller = caller_for(user_with_role(role, area))
        with pytest.raises(NotFound):
            cards.person_card(caller, mother.pk, now())
        with pytest.raises(NotFound):
            cards.door_card(caller, door, now())
        assert lines([mother.pk], caller, now()) == {}


def test_who_looks_by_two_roles_sees_in_each_area_what_its_role_sees(city, child, mother):
    from linli.access.models import RoleGrant

    user = user_with_role("grid_worker", city.grids[0])
    RoleGrant.objects.create(user=user, role="community_desk", area=city.communities[1].pk, since=FOUNDED)
    assert lines([child.pk], caller_for(user), now())[child.pk].name == ""


def test_a_door_in_full_and_its_chain(city, desk, mother):
    card = cards.door_card(desk, Household.objects.get(stays__person=mother).dwelling_id, now())
    assert cards.address(card.door.pk) == "青松苑 1栋1单元502"
    assert [area.name for area in card.chain][-1] == "梧桐街道"
    assert (card.collective, card.decides, len(card.people)) == (False, True, 1)


def test_needs_come_from_the_closed_list_and_are_on_record_without_their_names(city, desk, worker, mother):
    cards.change_needs(mother.pk, [Need.DIALYSIS, Need.DISABLED], by=worker, at=now())
    assert lines([mother.pk], desk, now())[mother.pk].needs == [Need.DISABLED, Need.DIALYSIS]
    entry = TrailEntry.objects.get(kind="person.needs_said")
    assert entry.facts == {}
    with pytest.raises(Invalid):
        cards.change_needs(mother.pk, [99], by=desk, at=now())


def test_how_a_door_is_lived_in_is_the_desks_word_and_moves_nobody(city, desk, worker, mother):
    door = Household.objects.get(stays__person=mother).dwelling_id
    cards.change_occupancy(door, "vacant", by=desk, at=now())
    assert Dwelling.objects.get(pk=door).state == "vacant"
    assert [line.person for line in cards.door_card(desk, door, now()).here] == [mother.pk]
    with pytest.raises(NotYourDoor):
        cards.change_occupancy(door, "owner", by=worker, at=now())
    with pytest.raises(Invalid):
        cards.change_occupancy(door, "refused", by=desk, at=now())
    assert TrailEntry.objects.filter(kind="door.lived_in").count() == 1


def test_a_door_that_is_a_dormitory_says_so(city, desk, mother):
    door = Household.objects.get(stays__person=mother).dwelling_id
    cards.change_occupancy(door, "collective", by=desk, at=now())
    assert cards.door_card(desk, door, now()).collective


@pytest.mark.parametrize(
    ("born", "day", "band", "child"),
    [
        (date(2010, 9, 2), date(2022, 9, 1), (6, 13), True),
        (date(2008, 9, 2), date(2022, 9, 1), (6, 13), True),
        (date(2008, 9, 1), date(2022, 9, 1), (14, 17), False),
        (date(2004, 2, 29), date(2022, 2, 28), (14, 17), False),
        (date(2004, 2, 29), date(2022, 3, 1), (18, 59), False),
        (date(1942, 9, 1), date(2022, 9, 1), (80, 200), False),
        (None, date(2022, 9, 1), None, False),
    ],
)
def test_the_band_of_ages_changes_on_the_birthday(born, day, band, child):
    assert (rules.age_band(born, day), rules.is_child(born, 0, day)) == (band, child)


def test_a_small_child_without_a_birthday_is_a_child():
    assert rules.is_child(None, 1 << Need.UNDER3, date(2022, 9, 1))
