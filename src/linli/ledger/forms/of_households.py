"""What a form about households may be filled with: where they live, who stands for them, how many they are."""

from collections.abc import Callable

from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop

from linli.custody import export, masks
from linli.custody.roles import Reveal
from linli.ledger.forms.households import Home
from linli.ledger.forms.meaning import Meaning, known_as
from linli.ledger.forms.of_people import PEOPLE, needs_told, phone_of
from linli.ledger.words import DOOR_STANDINGS, STANDINGS
from linli.people import rules
from linli.rolls.models import State

OLD_FROM = 65  # years
_BORN = ("people.Identity", "born")
_STOOD = ("rolls.Standing", "state")
_WHERE_THEY_LIVE = (
    *("address", "estate", "building", "unit", "floor", "door", "state"),
    *("micro_grid", "grid", "community", "street"),
)


def _name(one: Home) -> str:
    return one.head.name if one.head is not None else ""


def _phone(one: Home) -> str:
    """The number of whoever stands for them, else the first that is known; a dormitory has no number of its own."""
    if one.members and one.members[0].collective:
        return ""
    asked = [*([one.head] if one.head is not None else []), *one.members]
    return next((number for each in asked if (number := phone_of(each))), "")


def _needs(one: Home) -> str:
    mask = 0
    for each in one.members:
        mask |= each.needs
    return needs_told(mask)


def _stands(one: Home) -> str:
    """How they stand in the sweep, each standing with how many; where it is the same for all, the word alone."""
    told = {state: gettext(STANDINGS[state]) for state in STANDINGS if one.persons[state]}
    if len(told) == 1:
        return next(iter(told.values()))
    return gettext(", ").join(f"{word} {one.persons[state]}" for state, word in told.items())


def _door_stands(one: Home) -> str:
    return "" if one.door_state is None else gettext(DOOR_STANDINGS[one.door_state])


def _children(one: Home) -> str:
    """How many are under fourteen; empty where somebody's age is not known: a number that may be wrong is none."""
    return str(sum(each.child for each in one.members)) if _ages_known(one) else ""


def _old(one: Home) -> str:
    ages = [rules.age_on(each.born, each.today) for each in one.members if each.born is not None]
    return str(sum(age >= OLD_FROM for age in ages)) if _ages_known(one) else ""


def _ages_known(one: Home) -> bool:
    return all(each.born is not None or each.child for each in one.members)


def _count(key: str, title: str, field: tuple[str, str], text: Callable[[Home], str], *also: str) -> Meaning:
    return Meaning(export.Column(key, title, field, text), also, quantity=True)


def _standing(key: str, title: str, state: State, *also: str) -> Meaning:
    return _count(key, title, _STOOD, lambda one: str(one.persons[state]), *also)


HOUSEHOLDS = (
    Meaning(
        export.Column("head", gettext_noop("Head of household or first known"), ("people.Identity", "name"), _name,
                      lambda one: masks.mask_name(_name(one))),
        ("户主", "户主姓名", "户主名字", "住户姓名", "家庭代表", "head of household", "householder"),
    ),
    Meaning(
        export.Column("phone", gettext_noop("Phone"), ("people.Identity", "phone"), _phone,
                      lambda one: masks.mask_phone(_phone(one)), Reveal.PHONE),
        (*known_as("phone"), "户主电话", "户主联系电话", "户主手机", "户主手机号", "家庭电话", "户主联系方式"),
    ),
    *(each for each in PEOPLE if each.key in _WHERE_THEY_LIVE),
    _count("people", gettext_noop("How many people"), ("people.Person", "counted_in"), lambda one: str(one.people),
           "家庭人数", "家庭人口", "家庭人口数", "家庭成员数", "户内人数", "居住人数", "同住人数", "共同居住人数",
           "人数", "总人数", "人口数", "常住人口", "people", "persons"),
    _count("under_14", gettext_noop("Under 14 years"), _BORN, _children,
           "14岁以下", "14岁以下人数", "14周岁以下", "14周岁以下人数", "未满14周岁人数", "14岁以下儿童", "under 14"),
    _count("from_65", gettext_noop("65 years or older"), _BORN, _old,
           "65岁以上", "65岁以上人数", "65岁及以上", "65岁及以上人数", "65周岁以上", "65周岁及以上", "65岁以上老人",
           "65岁以上老年人", "65 or older"),
    Meaning(export.Column("needs", gettext_noop("Special help"), ("people.Identity", "needs"), _needs),
            known_as("needs"), may_be_empty=True),
    Meaning(export.Column("standing", gettext_noop("Standing in the sweep"), _STOOD, _stands),
            ("排查情况", "排查状态", "核查情况", "是否排查", "联系情况", "摸排情况"), may_be_empty=True),
    _standing("found", gettext_noop("Reached in the sweep"), State.DONE,
              "已排查人数", "已查人数", "已见面人数", "已核实人数", "reached"),
    _standing("exempt", gettext_noop("Exempt"), State.EXEMPT, "免查人数", "豁免人数"),
    _standing("away", gettext_noop("Confirmed away"), State.AWAY, "外出人数", "不在家人数", "away"),
    _standing("refused", gettext_noop("Refused"), State.REFUSED, "拒绝人数", "拒查人数"),
    _standing("not_reached", gettext_noop("Not reached in the sweep"), State.NOT_REACHED,
              "未排查人数", "未查人数", "未见面人数", "未联系上人数", "not reached"),
    Meaning(export.Column("door_standing", gettext_noop("The door in the sweep"), _STOOD, _door_stands),
            ("入户情况", "走访情况", "敲门情况", "上门情况")),
)  # fmt: skip
