"""What a form about people may be filled with."""

from collections.abc import Callable

from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop

from linli.custody import export, masks
from linli.custody.roles import Reveal
from linli.ledger.forms.meaning import COMMUNITIES, GRIDS, MICRO_GRIDS, STREETS, Meaning, known_as, named
from linli.ledger.forms.rows import Somebody
from linli.ledger.paper.setting import number
from linli.ledger.words import BANDS, STANDINGS
from linli.people import rules
from linli.people.models import Need
from linli.people.person_template import NEEDS, SEXES, STATES
from linli.places.models import Level


def _person(
    key: str,
    title: str,
    field: tuple[str, str],
    text: Callable[[Somebody], str],
    masked: Callable[[Somebody], str] | None = None,
    reveal: Reveal | None = None,
    *,
    also: tuple[str, ...] = (),
    may_be_empty: bool = False,
) -> Meaning:
    return Meaning(export.Column(key, title, field, text, masked, reveal), also, may_be_empty=may_be_empty)


def _stands(one: Somebody) -> str:
    unit = "" if one.unit is None else gettext("staircase {n}").format(n=one.unit)
    return " ".join(part for part in (one.estate, one.building, unit, one.door) if part)


def _near(one: Somebody) -> str:
    stairs = one.building and masks.mask_door(one.building, one.unit)
    return " ".join(part for part in (one.estate, stairs) if part)


def phone_of(one: Somebody) -> str:
    """Of a child nobody is given a number: whoever answers for them is the way to reach them."""
    return "" if one.child else one.phone


def _id_no(one: Somebody) -> str:
    return "" if one.child else one.id_no


def _age(one: Somebody) -> str:
    return "" if one.born is None else str(rules.age_on(one.born, one.today))


def _band(one: Somebody) -> str:
    band = rules.age_band(one.born, one.today)
    return "" if band is None else gettext(BANDS[band])


def needs_told(mask: int) -> str:
    """A mask of needs as words."""
    return gettext(", ").join(gettext(NEEDS[need]) for need in Need if mask >> need & 1)


_DWELLING = ("people.Household", "dwelling")
_WHERE = ("people.Person", "counted_in")

PEOPLE = (
    _person(
        "name",
        gettext_noop("Name"),
        ("people.Identity", "name"),
        lambda one: one.name,
        lambda one: masks.mask_name(one.name),
        also=known_as("name"),
    ),
    _person(
        "sex",
        gettext_noop("Sex"),
        ("people.Identity", "sex"),
        lambda one: gettext(SEXES[one.sex]) if one.sex in SEXES else "",
        also=known_as("sex"),
    ),
    _person(
        "born",
        gettext_noop("Born"),
        ("people.Identity", "born"),
        lambda one: "" if one.born is None else one.born.isoformat(),
        lambda one: "" if one.born is None else f"{one.born.year}",
        also=known_as("born"),
    ),
    _person("age", gettext_noop("Age"), ("people.Identity", "born"), _age, also=("年龄", "岁数", "周岁")),
    _person("age_band", gettext_noop("Age band"), ("people.Identity", "born"), _band, also=("年龄段", "年龄组")),
    _person(
        "phone",
        gettext_noop("Phone"),
        ("people.Identity", "phone"),
        phone_of,
        lambda one: masks.mask_phone(phone_of(one)),
        Reveal.PHONE,
        also=known_as("phone"),
    ),
    _person(
        "id_no",
        gettext_noop("ID number"),
        ("people.Identity", "id_no"),
        _id_no,
        lambda one: masks.mask_id(_id_no(one)),
        also=known_as("id_no"),
    ),
    _person("needs", gettext_noop("Special help"), ("people.Identity", "needs"),
            lambda one: needs_told(one.needs), also=known_as("needs"),
            may_be_empty=True),
    _person("estate", gettext_noop("Estate"), ("places.Estate", "name"), lambda one: one.estate,
            also=known_as("estate"), may_be_empty=True),
    _person("building", gettext_noop("Building"), ("places.Building", "name"), lambda one: one.building,
            also=known_as("building")),
    _person("unit", gettext_noop("Staircase"), _DWELLING, lambda one: number(one.unit), also=known_as("unit"),
            may_be_empty=True),
    _person("floor", gettext_noop("Floor"), _DWELLING, lambda one: number(one.floor), also=known_as("floor"),
            may_be_empty=True),
    _person("door", gettext_noop("Door"), _DWELLING, lambda one: one.door, lambda one: one.door and "**", Reveal.DOOR,
            also=known_as("door")),
    _person("address", gettext_noop("Building and door"), _DWELLING, _stands, _near, Reveal.DOOR,
            also=("地址", "住址", "现住址", "现居住地址", "家庭住址", "居住地址", "详细地址", "address")),
    _person("state", gettext_noop("How it is lived in"), ("places.Dwelling", "state"),
            lambda one: gettext(STATES[one.lived_in]) if one.lived_in in STATES else "", also=known_as("state")),
    _person("micro_grid", gettext_noop("Micro-grid"), _WHERE, named(Level.MICRO_GRID), also=MICRO_GRIDS),
    _person("grid", gettext_noop("Grid"), _WHERE, named(Level.GRID), also=GRIDS),
    _person("community", gettext_noop("Community"), _WHERE, named(Level.COMMUNITY), also=COMMUNITIES),
    _person("street", gettext_noop("Street"), _WHERE, named(Level.STREET), also=STREETS),
    _person("standing", gettext_noop("Standing in the sweep"), ("rolls.Standing", "state"),
            lambda one: "" if one.state is None else gettext(STANDINGS[one.state]),
            also=("排查情况", "排查状态", "核查情况", "是否排查", "是否见面", "联系情况", "摸排情况")),
)  # fmt: skip
