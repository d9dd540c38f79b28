"""Rules about places, over plain values."""

import re

from linli.common.errors import Invalid
from linli.common.typed import tidied
from linli.places.errors import BadDeskPhone, BadDoor

_DIALLED = re.compile(r"\+?\d(?:[ -]?\d){2,15}", re.ASCII)  # 110 as well as 028-8512 3456


def desk_phone(text: str) -> str:
    """A number that can be dialled, as it is kept; empty where there is none.

    Raises:
        BadDeskPhone: it cannot be dialled.
    """
    dialled = text.strip()
    if dialled and not _DIALLED.fullmatch(dialled):
        raise BadDeskPhone
    return dialled


_DOOR_MOST = 12
_UNITS, _FLOORS = range(1, 100), range(-9, 200)


def door_number(text: str, *, unit: int | None, floor: int | None) -> str:
    """A door's number as it is kept.

    Raises:
        BadDoor: it is missing, too long or cannot be read, or unit and floor can be none.
    """
    try:
        kept = tidied(text)
    except Invalid as problem:
        raise BadDoor(most=_DOOR_MOST) from problem
    fits = (unit is None or unit in _UNITS) and (floor is None or floor in _FLOORS)
    if not kept or len(kept) > _DOOR_MOST or not fits:
        raise BadDoor(most=_DOOR_MOST)
    return kept
