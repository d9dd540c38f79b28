"""What a form of numbers may be filled with: how many are in each area, and how they stand in a sweep."""

from collections.abc import Callable

from django.utils.translation.trans_null import gettext_noop

from linli.custody import export
from linli.ledger.forms.meaning import COMMUNITIES, GRIDS, MICRO_GRIDS, STREETS, Meaning, named
from linli.ledger.forms.rows import Counted
from linli.places.models import Level
from linli.rolls.models import State


def _count(key: str, title: str, field: tuple[str, str], text: Callable[[Counted], int | None], *also: str) -> Meaning:
    """A number of an area. Figures are everybody's to read by their declaration; down to which area is a role's."""

    def told(one: Counted) -> str:
        n = text(one)
        return "" if n is None else str(n)

    return Meaning(export.Column(key, title, field, told), also, quantity=True)


def _area(key: str, title: str, level: Level, also: tuple[str, ...]) -> Meaning:
    return Meaning(export.Column(key, title, ("places.Area", "name"), named(level)), also, may_be_empty=True)


def _persons(state: State) -> Callable[[Counted], int | None]:
    return lambda one: one.persons.get(state)


def _doors(state: State) -> Callable[[Counted], int | None]:
    return lambda one: one.doors.get(state)


AREAS = (
    _area("micro_grid", gettext_noop("Micro-grid"), Level.MICRO_GRID, MICRO_GRIDS),
    _area("grid", gettext_noop("Grid"), Level.GRID, (*GRIDS, "网格名称")),
    _area("community", gettext_noop("Community"), Level.COMMUNITY, COMMUNITIES),
    _area("street", gettext_noop("Street"), Level.STREET, STREETS),
    _count("people", gettext_noop("How many people"), ("rolls.Counter", "s1"), lambda one: one.people,
           "人数", "总人数", "应查人数", "人口数", "人口", "常住人口", "people", "persons"),
    _count("households", gettext_noop("How many households"), ("rolls.Counter", "s1"), lambda one: one.households,
           "户数", "总户数", "households"),
    _count("dwellings", gettext_noop("How many doors"), ("places.Place", "id"), lambda one: one.dwellings,
           "房屋数", "门户数", "住房数", "套数", "应查户数", "dwellings", "doors"),
    _count("found", gettext_noop("Reached in the sweep"), ("rolls.Counter", "s1"), _persons(State.DONE),
           "已排查人数", "已查人数", "已见面人数", "已核实人数", "已排查", "reached"),
    _count("not_reached", gettext_noop("Not reached in the sweep"), ("rolls.Counter", "s5"),
           _persons(State.NOT_REACHED),
           "未排查人数", "未查人数", "未见面人数", "未联系上人数", "未联系上", "未排查", "not reached"),
    _count("away", gettext_noop("Confirmed away"), ("rolls.Counter", "s3"), _persons(State.AWAY),
           "外出人数", "不在家人数", "away"),
    _count("refused", gettext_noop("Refused"), ("rolls.Counter", "s4"), _persons(State.REFUSED),
           "拒绝人数", "拒查人数"),
    _count("exempt", gettext_noop("Exempt"), ("rolls.Counter", "s2"), _persons(State.EXEMPT), "免查人数", "豁免人数"),
    _count("answered", gettext_noop("Doors that answered"), ("rolls.Counter", "s1"), _doors(State.ANSWERED),
           "已入户数", "已走访户数", "入户数", "已查户数"),
    _count("no_answer", gettext_noop("Doors without an answer"), ("rolls.Counter", "s4"), _doors(State.NO_ANSWER),
           "无人应答户数", "敲门未应户数", "未开门户数"),
    _count("vacant", gettext_noop("Vacant doors"), ("rolls.Counter", "s2"), _doors(State.VACANT),
           "空置户数", "空户数", "空房数", "空置房"),
    _count("not_visited", gettext_noop("Doors not yet visited"), ("rolls.Counter", "s5"), _doors(State.NOT_VISITED),
           "未入户数", "未走访户数", "未查户数"),
)  # fmt: skip
