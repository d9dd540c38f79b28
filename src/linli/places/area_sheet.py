"""The template of areas and grids: what it asks, what a file would do to the tree, and doing it whole."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation.trans_null import gettext_noop

from linli.common.caller import Caller
from linli.common.errors import Invalid
from linli.common.sheets import Column, Looked, Row, Template, cells
from linli.common.sheets.errors import SheetOvertaken
from linli.custody import trail
from linli.places import actions, rules
from linli.places.errors import AreaLoop, NotAbove, SecondTop
from linli.places.models import Area, Level
from linli.places.paths import Node, Tree, tree_at

LEVEL_WORDS = {
    "city": gettext_noop("city"),
    "district": gettext_noop("district"),
    "street": gettext_noop("street"),
    "community": gettext_noop("community"),
    "grid": gettext_noop("grid"),
    "dedicated_grid": gettext_noop("dedicated grid"),
    "micro_grid": gettext_noop("micro-grid"),
}
_ALSO = {"县": "district", "乡": "street", "镇": "street", "乡镇": "street", "村": "community", "一般网格": "grid"}
_LEVELS = {key: Level.GRID if key == "dedicated_grid" else Level[key.upper()] for key in LEVEL_WORDS}

TEMPLATE = Template(
    key="areas",
    title=gettext_noop("Areas and grids"),
    says=gettext_noop("The tree of areas: what there is, and what belongs to what. Filled in by an administrator."),
    columns=(
        Column(
            "level",
            gettext_noop("Level"),
            gettext_noop("Which kind of area it is."),
            cells.one_of(LEVEL_WORDS, _ALSO),
            needed=True,
            choices=tuple(LEVEL_WORDS.values()),
            also=("层级", "类型"),
        ),
        Column(
            "name",
            gettext_noop("Name of the area"),
            gettext_noop("As everybody calls it."),
            cells.text(80),
            needed=True,
            also=("名称", "区域名称", "name", "area"),
        ),
        Column(
            "parent",
            gettext_noop("Belongs to"),
            gettext_noop(
                "The name of the area directly above. Where several have that name, write what it lies in before it, "
                "with a stroke between. Empty for the top area alone."
            ),
            cells.text(200),
            also=("上级", "上级区域", "parent"),
        ),
        Column(
            "latin",
            gettext_noop("Name in Latin letters"),
            gettext_noop("How it is called on English pages."),
            cells.text(120),
            also=("拼音", "英文名"),
        ),
        Column(
            "code",
            gettext_noop("Statutory code"),
            gettext_noop("The code of the statistics office, where there is one."),
            cells.text(12),
            as_text=True,
            also=("代码", "区划代码", "code"),
        ),
        Column(
            "phone",
            gettext_noop("Desk's phone"),
            gettext_noop("Under which number its desk answers; shown to everybody."),
            rules.desk_phone,
            as_text=True,
            also=("值班电话", "phone"),
        ),
    ),
    examples=(
        {"level": "street", "name": "梧桐街道"},
        {"level": "community", "name": "青松社区", "parent": "梧桐街道", "latin": "Qingsong", "phone": "028-85123456"},
        {"level": "grid", "name": "青松第1网格", "parent": "青松社区"},
        {"level": "micro-grid", "name": "青松第1网格微1", "parent": "青松社区/青松第1网格"},
    ),
    notes=(
        gettext_noop("Doors are held by micro-grids, so each grid where people live needs at least one micro-grid."),
        gettext_noop("It does not matter which row comes first. Areas that are there already stay as they are."),
    ),
    most_rows=2_000,
)


def look(rows: Sequence[Row], at: datetime) -> Looked:
    """What a file would do to the tree, changing nothing. `would` counts areas by the key of their level."""
    return _compare(rows, tree_at(at))[0]


@transaction.atomic
def take(rows: Sequence[Row], *, by: Caller, at: datetime) -> Looked:
    """Make the areas of a file that are not there yet: all or nothing.

    Raises:
        SheetOvertaken: the tree changed since the file was looked through, so that a row makes no sense any more.
    """
    actions.lock_tree()
    looked, new = _compare(rows, tree_at(at))
    if looked.rejected:
        raise SheetOvertaken
    by_number = {row.number: row for row in rows}
    made: dict[Node, Area] = {}
    for node in new:
        row = by_number[node.row]
        above = made.get(node.parent) if node.parent is not None else None
        if above is None and node.parent is not None:
            above = Area.objects.get(pk=node.parent.id)
        area = actions.add_area(
            level=Level(node.level),
            name=node.name,
            parent=above,
            dedicated=row.text("level") == "dedicated_grid",
            name_latin=row.text("latin"),
            code=row.text("code"),
            by=by,
            at=at,
        )
        if row.text("phone"):
            actions.set_desk_phone(area, row.text("phone"), by=by, at=at)
        made[node] = area
    trail.record(
        "areas.loaded", who=by, subject="template:areas", at=at, facts={"made": len(new), "there": looked.there}
    )
    return looked


def _compare(rows: Sequence[Row], tree: Tree) -> tuple[Looked, list[Node]]:
    """The rows laid over the tree, from the top down; and the areas to be made, in the order of making."""
    looked, new = Looked(), []
    loops = _loops(rows)
    for row in rows:
        if row.number in loops:
            looked.reject(row.number, "parent", AreaLoop(chain=loops[row.number]))
    # Whoever stands above is laid down first, so what a row belongs to is there when its turn comes.
    for row in sorted(rows, key=lambda each: (_LEVELS[each.text("level")], each.number)):
        if row.number in loops:
            continue
        try:
            node = _lay(row, tree, rows)
        except Invalid as problem:
            looked.reject(row.number, "parent", problem)
            continue
        if node.row == row.number:
            new.append(node)
            looked.count(row.text("level"))
        elif node.id is None:
            looked.twice += 1
        else:
            looked.there += 1
    looked.rejected.sort(key=lambda each: each.row)
    return looked, new


def _lay(row: Row, tree: Tree, rows: Sequence[Row]) -> Node:
    """The area a row means: one that is in the tree, or a new one, which is put in.

    Raises:
        SecondTop: it belongs to nothing, and another area stands on top.
        AreaUnknown, AreaAmbiguous: what it belongs to is not there, or not said clearly.
        NotAbove: what it belongs to is not of a higher level.
    """
    level, name, written = _LEVELS[row.text("level")], row.text("name"), row.text("parent")
    above = _parent(name, level, written, tree, rows) if written else None
    for node in tree.named(name):
        if node.name == name and node.level == level and node.parent is above:
            return node
    if above is None and tree.top is not None:
        raise SecondTop(name=tree.top.name)
    node = Node(name, level, above, row=row.number)
    tree.put(node)
    return node


def _parent(name: str, level: Level, written: str, tree: Tree, rows: Sequence[Row]) -> Node:
    found = tree.named(written)
    higher = [node for node in found if node.level < level]
    if not higher and (found or any(row.text("name") == written for row in rows)):
        raise NotAbove(parent=written[:60], area=name)
    return tree.one(written, higher)


def _loops(rows: Sequence[Row]) -> dict[int, str]:
    """Rows that belong to each other in a circle, each with the names of the circle as they are followed."""
    by_name: dict[str, Row] = {}
    for row in rows:
        by_name.setdefault(row.text("name"), row)
    found: dict[int, str] = {}
    for row in rows:
        chain, met, current = [row], {row.number}, by_name.get(row.text("parent"))
        while current is not None and current.number not in met:
            chain.append(current)
            met.add(current.number)
            current = by_name.get(current.text("parent"))
        if current is row:
            found[row.number] = " → ".join([*(each.text("name") for each in chain), row.text("name")])
    return found
