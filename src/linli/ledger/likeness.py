"""Whether two entries may be one person: a pure rule, and the reasons in codes. The same phone alone is never enough.

A family shares a phone, and people of one name live in one street; so a number counts only beside a name, and a name
only beside a number or a door. Two ID numbers, or two birthdays, that differ say that they are two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody, as far as it tells people apart.

    Attributes:
        sound: the name in pinyin. id_index, phone_index: blind indexes, None where there is no number.
        dwelling, building: where they live, None where that is not known.
    """

    person: int
    name: str = ""
    sound: str = ""
    born: date | None = None
    id_index: bytes | None = None
    phone_index: bytes | None = None
    dwelling: int | None = None
    building: int | None = None


ID_NO, NAME, SOUND, PHONE, DOOR, BUILDING, BORN = "id_no", "name", "sound", "phone", "door", "building", "born"
REASONS = (ID_NO, NAME, SOUND, PHONE, DOOR, BUILDING, BORN)


def alike(one: Known, other: Known) -> tuple[str, ...]:
    """Why two entries may be one person, in the order of `REASONS`; nothing where that is not to be proposed."""
    if one.person == other.person:
        return ()
    if one.id_index and other.id_index:
        return (ID_NO,) if one.id_index == other.id_index else ()
    if one.born and other.born and one.born != other.born:
        return ()
    same_name = bool(one.name) and one.name == other.name
    same_sound = not same_name and bool(one.sound) and one.sound == other.sound
    same_phone = bool(one.phone_index) and one.phone_index == other.phone_index
    same_door = one.dwelling is not None and one.dwelling == other.dwelling
    same_building = not same_door and one.building is not None and one.building == other.building
    same_born = one.born is not None and one.born == other.born
    enough = (same_name and (same_phone or same_door or (same_building and same_born))) or (
        same_sound and same_phone and (same_door or same_building)
    )
    said = {NAME: same_name, SOUND: same_sound, PHONE: same_phone, DOOR: same_door, BUILDING: same_building}
    said[BORN] = same_born
    return tuple(reason for reason in REASONS if said.get(reason)) if enough else ()


def code(reasons: Sequence[str]) -> str:
    """The reasons as ``SameAs.reason`` keeps them, 20 characters at most: the strongest that fit."""
    kept = ""
    for reason in reasons:
        longer = f"{kept}_{reason}" if kept else reason
        if len(longer) > 20:
            break
        kept = longer
    return kept or "desk"
