"""The list of work units: what each is called, whom it says it can send by skill, who speaks for it.

By whoever decides over the units: city command its own, a district those inside it. Taken whole or not at all; the same
list again changes nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation.trans_null import gettext_noop

from linli.access import phones
from linli.access.errors import MayNotGrant
from linli.access.models import RoleGrant
from linli.access.queries import could_grant
from linli.common.caller import Caller
from linli.common.errors import LinliError
from linli.common.sheets import Column, Looked, Row, Template, cells
from linli.common.sheets.columns import Value
from linli.common.sheets.errors import SheetOvertaken
from linli.custody import trail
from linli.events.models import Event
from linli.muster.errors import NotYoursToDecide
from linli.muster.lists import SKILL_NAMES
from linli.muster.models import UnitFree
from linli.muster.units import answering, queries, rules
from linli.muster.units.errors import UnitNamedTwice
from linli.muster.words import SKILL_WORDS
from linli.people import actions as people
from linli.people.models import Organisation, Skill
from linli.places.models import Area
from linli.places.paths import tree_at
from linli.places.rules import desk_phone

MOST = 500
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_HEADS = re.compile(r"\s*(?:人|名|people|persons?)\s*$", re.IGNORECASE)
_WHOLE = cells.number(0, rules.MOST_HEADS)


def heads(said: str) -> Value:
    """How many people, with or without the word behind it (5人)."""
    return _WHOLE(_HEADS.sub("", said))


ANYBODY = "anybody"
COLUMNS_OF_SKILLS = {f"skill_{skill.value}": skill for skill in Skill}


def _of_skill(key: str, skill: Skill) -> Column:
    # "IT" and the like are titles too; a word of one skill is never one of another.
    says = gettext_noop("How many people the work unit can send who can do this. Empty: none.")
    return Column(key, SKILL_WORDS[skill], says, heads, also=tuple(sorted(SKILL_NAMES[skill])))


TEMPLATE = Template(
    key="units",
    title=gettext_noop("Work units"),
    says=gettext_noop("Which work units there are, whom each can send, and who speaks for it. By whoever asks them."),
    columns=(
        Column(
            "unit",
            gettext_noop("Name of the work unit"),
            gettext_noop("As it is called; the same name is the same work unit."),
            cells.text(80),
            needed=True,
            also=("单位", "部门", "部门名称", "名称", "unit", "work unit", "department"),
        ),
        Column(
            "area",
            gettext_noop("Area"),
            gettext_noop("Which area the work unit belongs to, as it is called here. Empty: the area of this page."),
            cells.text(200),
            also=("区域", "所属区域", "层级", "区县", "level"),
        ),
        Column(
            ANYBODY,
            gettext_noop("People without one of the skills below"),
            gettext_noop(
                "How many people the work unit can send besides. Where no number stands, what was said stays."
            ),
            heads,
            also=("人数", "可派人数", "其他人数", "其他人员", "people", "heads"),
        ),
        *(_of_skill(key, skill) for key, skill in COLUMNS_OF_SKILLS.items()),
        Column(
            "liaison",
            gettext_noop("Liaison"),
            gettext_noop("Who speaks for the work unit. A new one comes in by a QR, printed under Accounts."),
            cells.name(60),
            also=("联络员姓名", "联络人", "联系人", "联系人姓名"),
        ),
        Column(
            "phone",
            gettext_noop("Phone of its office"),
            gettext_noop("For whoever asks it for people. No one's own number. Empty: it stays as it is."),
            desk_phone,
            as_text=True,
            also=("办公电话", "单位电话", "office phone"),
        ),
    ),
    examples=(
        {"unit": "市图书馆", "anybody": "12", "skill_1": "3", "liaison": "周敏", "phone": "028-66660001"},
        {"unit": "市档案馆", "anybody": "8人"},
    ),
    notes=(
        gettext_noop("The numbers of a row replace what its work unit said before."),
        gettext_noop("A liaison's phone is not kept: they come in by a QR that is shown to them."),
    ),
    most_rows=MOST,
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One row: a unit of an area, its heads by skill (None: not said), who speaks for it and its office's phone, where
    these are new."""

    name: str
    area: int
    heads: Mapping[int | None, int] | None
    liaison: str
    phone: str


def cells_of(unit: str, area: str, free: Mapping[int | None, int] | None, liaison: str) -> dict[str, object]:
    """A row as a program says it, by the columns of the template; `free` None: not said."""
    said: dict[str, object] = {"unit": unit, "area": area, "liaison": liaison}
    if free is not None:
        said[ANYBODY] = 0
        said |= {ANYBODY if skill is None else f"skill_{skill}": number for skill, number in free.items()}
    return said


def look(rows: Sequence[Row], area: Area, event: Event, *, by: Caller, at: datetime) -> Looked:
    """What a list would do, changing nothing; `would` counts units, those that say anew whom they send, liaisons."""
    return _compare(rows, area, event, by, at)[0]


@transaction.atomic
def take(rows: Sequence[Row], area: Area, event: Event, *, by: Caller, at: datetime) -> Looked:
    """Make the work units of a list, say whom they can send, and make those who speak for them: all or nothing.

    Raises:
        SheetOvertaken: a row makes no sense any more.
        NotYoursToDecide, MayNotGrant: the caller lost the role in the same second.
    """
    with connection.cursor() as cursor:  # two with one list: the second sees what the first one took
        cursor.execute(LOCK, [f"muster.units:{area.pk}"])
    looked, wanted = _compare(rows, area, event, by, at)
    if looked.rejected:
        raise SheetOvertaken
    areas = Area.objects.in_bulk({each.area for each in wanted})
    for each in wanted:
        unit = people.add_organisation(each.name, areas[each.area], by=by, at=at)
        if each.heads is not None:
            answering.say_free(event, unit, each.heads, by=by, at=at)
        if each.phone:
            people.set_unit_phone(unit, each.phone, by=by, at=at)
        if each.liaison:
            phones.make_worker(each.liaison, role="liaison", area=each.area, organisation=unit.pk, by=by, at=at)
    if wanted:
        trail.record(
            "units.loaded", who=by, subject=f"area:{area.pk}", at=at, area=area.pk, facts={"units": len(wanted)}
        )
    return looked


def _compare(rows: Sequence[Row], area: Area, event: Event, by: Caller, at: datetime) -> tuple[Looked, list[_Wanted]]:
    """The rows laid beside what is there; and what is new, row by row."""
    looked, wanted, tree = Looked(), [], tree_at(at)
    may: dict[tuple[int, str], LinliError | None] = {}
    seen: dict[tuple[int, str], _Wanted] = {}
    there = _There(event, {" ".join(row.text("unit").split()) for row in rows}, at)
    for row in rows:
        try:
            where = tree.one(row.text("area")).id if row.text("area") else area.pk
        except LinliError as problem:
            looked.reject(row.number, "area", problem)
            continue
        assert where is not None, "every area of the tree at a moment is there"
        column = "liaison" if row.text("liaison") else "area"
        if (where, column) not in may:
            may[where, column] = _why_not(where, by, at, with_liaison=column == "liaison")
        if (refused := may[where, column]) is not None:
            looked.reject(row.number, "area" if isinstance(refused, NotYoursToDecide) else column, refused)
            continue
        each = _Wanted(" ".join(row.text("unit").split()), where, _heads(row), row.text("liaison"), row.text("phone"))
        before = seen.setdefault((each.area, each.name), each)
        if before is not each:
            if before != each:
                looked.reject(row.number, "unit", UnitNamedTwice(name=each.name))
            looked.twice += 1
        elif (new := there.new_of(each, looked)) is not None:
            wanted.append(new)
        else:
            looked.there += 1
    return looked, wanted


class _There:
    """Units that are there already, by area and name, with what each said and who speaks for it; three queries."""

    def __init__(self, event: Event, names: set[str], at: datetime) -> None:
        units = list(Organisation.objects.filter(name__in=names))
        self._units = {(unit.area_id, unit.name): unit.pk for unit in units}
        self._phones = {unit.pk: unit.desk_phone for unit in units}
        ids = list(self._units.values())
        self._heads: dict[int, dict[int | None, int]] = {}
        said = UnitFree.objects.filter(event=event, organisation__in=ids)
        for unit, skill, number in said.values_list("organisation", "skill", "heads"):
            self._heads.setdefault(unit, {})[skill] = number
        # Roles to come too: of two with one list, the second may have begun before the first gave the role.
        roles = RoleGrant.objects.filter(role="liaison", organisation__in=ids, user__is_active=True)
        self._speak = set(roles.exclude(until__lte=at).values_list("organisation", "user__display_name"))

    def new_of(self, wanted: _Wanted, looked: Looked) -> _Wanted | None:
        """What of a row is new, counted; None where all of it is there."""
        unit = self._units.get((wanted.area, wanted.name))
        said = self._heads.get(unit, {}) if unit is not None else {}
        heads = wanted.heads if wanted.heads != said else None
        liaison = "" if (unit, wanted.liaison) in self._speak else wanted.liaison
        phone = "" if unit is not None and self._phones[unit] == wanted.phone else wanted.phone
        news = {"organisation": unit is None, "free": heads is not None, "liaison": bool(liaison), "phone": bool(phone)}
        for what in (what for what, is_new in news.items() if is_new):
            looked.count(what)
        return _Wanted(wanted.name, wanted.area, heads, liaison, phone) if any(news.values()) else None


def _why_not(area: int, by: Caller, at: datetime, *, with_liaison: bool) -> LinliError | None:
    """Why the caller may not say this of units of an area; None where they may."""
    if not queries.plans_units(by, area, at):
        return NotYoursToDecide()
    return MayNotGrant() if with_liaison and not could_grant("liaison", area, by, at) else None


def _heads(row: Row) -> dict[int | None, int] | None:
    """Heads by skill without nought; None where no number stands in the row."""
    said: dict[int | None, Value] = {None: row.said.get(ANYBODY)}
    said |= {int(skill): row.said.get(key) for key, skill in COLUMNS_OF_SKILLS.items()}
    numbers = {skill: int(value) for skill, value in said.items() if value is not None}
    return {skill: number for skill, number in numbers.items() if number} if numbers else None
