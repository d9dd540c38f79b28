"""Founding a tree by hand, one area at a time: the top, then its parts. A mistyped name is put right."""

from datetime import datetime

from django.db import transaction

from linli.common.caller import Caller
from linli.common.typed import check_readable
from linli.custody import trail
from linli.places import actions, queries
from linli.places.errors import AreaNameMissing, AreaNameTaken, NoSuchLevel, NotAbove, TopIsThere
from linli.places.models import Area, Level

TOPS = (Level.CITY, Level.DISTRICT, Level.STREET, Level.COMMUNITY)
MOST_NAME, MOST_LATIN = 80, 120


@transaction.atomic
def name_top_area(*, level: int, name: str, name_latin: str = "", by: Caller, at: datetime) -> Area:
    """Begin the tree: the city, district, street or community that runs this installation.

    Raises:
        TopIsThere: somebody has named it already.
        NoSuchLevel: a grid runs no installation.
        AreaNameMissing, Unreadable: the name will not do.
    """
    actions.lock_tree()
    if (top := queries.top_area()) is not None:
        raise TopIsThere(name=top.called)
    if level not in TOPS:
        raise NoSuchLevel(level=level)
    names = _checked(name, name_latin)
    return actions.add_area(level=Level(level), name=names[0], name_latin=names[1], parent=None, by=by, at=at)


@transaction.atomic
def add_part(parent: Area, *, level: int, name: str, name_latin: str = "", by: Caller, at: datetime) -> Area:
    """Found an area under another. The same form sent twice founds one.

    Raises:
        NoSuchLevel: there is no such level.
        NotAbove: the parent is not of a higher level.
        AreaNameTaken: the parent holds one of that name.
        AreaNameMissing, Unreadable: the name will not do.
    """
    actions.lock_tree()
    if level not in Level.values:
        raise NoSuchLevel(level=level)
    names = _checked(name, name_latin)
    if parent.level >= level:
        raise NotAbove(parent=parent.called, area=names[0])
    if queries.children(parent.pk, at).filter(name=names[0]).exists():
        raise AreaNameTaken(parent=parent.called, name=names[0])
    return actions.add_area(level=Level(level), name=names[0], name_latin=names[1], parent=parent, by=by, at=at)


@transaction.atomic
def rename(area: Area, *, name: str, name_latin: str, by: Caller, at: datetime) -> bool:
    """Put an area's name right. Returns whether that changed anything.

    Raises:
        AreaNameTaken: what it belongs to holds another one of that name.
        AreaNameMissing, Unreadable: the name will not do.
    """
    actions.lock_tree()
    names = _checked(name, name_latin)
    held = queries.open_parent(area.pk)
    if held is not None and queries.children(held.parent_id, at).filter(name=names[0]).exclude(pk=area.pk).exists():
        raise AreaNameTaken(parent=held.parent.called, name=names[0])
    changed = (
        Area.objects.filter(pk=area.pk)
        .exclude(name=names[0], name_latin=names[1])
        .update(name=names[0], name_latin=names[1])
    )
    if changed:
        trail.record("area.renamed", who=by, subject=f"place:{area.pk}", at=at, area=area.pk)
    return bool(changed)


def _checked(name: str, name_latin: str) -> tuple[str, str]:
    name, name_latin = name.strip(), name_latin.strip()
    check_readable(name, name_latin)
    if not name or len(name) > MOST_NAME or len(name_latin) > MOST_LATIN:
        raise AreaNameMissing(most=MOST_NAME)
    return name, name_latin
