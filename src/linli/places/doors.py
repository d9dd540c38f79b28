"""Doors as people say them, 「3栋2单元502」 or "Building 3, unit 2, door 502" or 3-2-502, read over plain values."""

import re
import unicodedata
from dataclasses import dataclass

from linli.custody.masks import mask_door

_BUILDING = re.compile(
    r"(?:building|bldg\.?|block|tower)\s*(?:no\.?\s*|#\s*)?([0-9]{1,4}[a-z]?|[a-z][0-9]{0,3})(?![0-9a-z])"
    r"|([0-9a-z]+)\s*(?:栋|幢|号楼|座)",
    re.IGNORECASE,
)
# A staircase has one digit or two: "unit 502" is a door.
_UNIT = re.compile(r"unit\s*(?:no\.?\s*|#\s*)?(\d{1,2})(?![0-9a-z])|(?<!\d)(\d{1,2})\s*单元", re.IGNORECASE)
_SHORT = re.compile(r"(\d{1,3}[a-z]?)\s*([-/#])\s*(?:(\d{1,2})\s*[-/#]\s*)?\d{2,5}", re.IGNORECASE)
_ASKED_SHORT = re.compile(r"([^\d-]*)(\d{1,3}[a-z]?)\s*[-/#]\s*(?:(\d{1,2})\s*[-/#]\s*)?(\d{2,5}[a-z]?)", re.IGNORECASE)
_DOOR_LAST = re.compile(r"(?<![0-9a-z])(\d{1,5}[a-z]?)\s*(?:号|室|户)?$", re.IGNORECASE)
_SPELT = re.compile(
    r"(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]{1,2})(?=\s*(?:栋|幢|号楼|单元))"
)
_DIGITS = "零一二三四五六七八九"


def building_agrees(said: str, building: str) -> bool:
    """Whether a door as said names a building: 「3栋2单元502」 and "Building 3" name 「3栋」, not 「13栋」."""
    text, name = _folded(said), _folded(building)
    told, known = _BUILDING.search(text), _BUILDING.search(name)
    if told and known:
        return (told[1] or told[2]).lower() == (known[1] or known[2]).lower()
    # Written in short, 「3-2-502」: the first number is the building's.
    numbers = re.findall(r"\d+", text)
    number = (known[1] or known[2]) if known else name
    return not told and (numbers[:1] == [number] or (not known and name in text))


def door_agrees(said: str, building: str, door: str) -> bool:
    """Whether a door as somebody said it names a building and a door of the register."""
    numbers = re.findall(r"\d+", _folded(said))
    return building_agrees(said, building) and _folded(door) in numbers[1:]


@dataclass(frozen=True, slots=True)
class Asked:
    """A door as somebody asks for it. `building` and `unit` are None where they did not say them.

    Attributes:
        building: its number or letter, as 3 of 「3栋」. before: what stands before the building, as an estate's name.
    """

    door: str
    building: str | None = None
    unit: int | None = None
    before: str = ""

    def fits(self, estate: str, building: str, unit: int | None) -> bool:
        """Whether a door of this number, in this building, may be the one asked for."""
        known = _BUILDING.search(_folded(building))
        number = (known[1] or known[2]) if known else _folded(building)
        return (
            (self.building is None or number.lower() == self.building.lower())
            and (self.unit is None or unit in (None, self.unit))
            and (not self.before or self.before in _folded(estate))
        )


def asked(said: str) -> Asked | None:
    """What door a text asks for: 「青松苑3栋2单元502」, "Building 3, unit 2, door 502", 3-2-502, 502; None: none."""
    text = _folded(said)
    if short := _ASKED_SHORT.fullmatch(text):
        return Asked(short[4], short[2], int(short[3]) if short[3] else None, short[1].strip())
    found = _DOOR_LAST.search(text)
    if found is None:
        return None
    building, unit = _BUILDING.search(text), _UNIT.search(text)
    if building is None and unit is None and found.start() and not text[: found.start()].lower().endswith("door "):
        return None
    before = text[: building.start()].strip(" ,，") if building else ""
    return Asked(
        found[1], (building[1] or building[2]) if building else None, int(unit[1] or unit[2]) if unit else None, before
    )


def masked_door(said: str) -> str:
    """A door as said, down to the staircase: 3栋2单元**, "Building 3, unit 2, **"; in short 「3-2-502」: 3-2-**.

    What cannot be read shows its first letter only.
    """
    text = _folded(said)
    building, unit = _BUILDING.search(text), _UNIT.search(text)
    if building is not None:
        return mask_door(building[0], int(unit[1] or unit[2]) if unit else None)
    if short := _SHORT.fullmatch(text):
        return short[2].join(part for part in (short[1], short[3], "**") if part)
    return f"{text[:1]}**"


def whole_door(building: str, unit: int | None, door: str) -> str:
    """A door in full as people say it: 3栋2单元502; one named in Latin letters: Building 3, unit 2, door 502."""
    if building.isascii() and building:
        return ", ".join(filter(None, (building, f"unit {unit}" if unit is not None else "", f"door {door}")))
    return f"{building}{unit}单元{door}" if unit is not None else f"{building}{door}"


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    return _SPELT.sub(lambda spelt: _digits(spelt[0]), plain)


def _digits(spelt: str) -> str:
    """A number below a hundred as people write it on an envelope: 十二 → 12, 二十 → 20."""
    tens, ten, ones = spelt.rpartition("十")
    if not ten:
        return "".join(str(_DIGITS.index(each)) for each in spelt)
    return str((_DIGITS.index(tens) if tens else 1) * 10 + (_DIGITS.index(ones) if ones else 0))
