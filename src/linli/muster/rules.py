"""Rules of signing up and placing, over plain values."""

import re
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta

from linli.common.typed import is_readable
from linli.custody.masks import mask_door
from linli.muster.errors import BadDemand, BadPlacingTime, FieldMissing, FieldTooLong, FieldUnreadable
from linli.people.models import Skill

# Without 0, 1, I, L, O and U: what people misread aloud or on a crumpled note.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

# Marks that turn the writing direction: phones put them around a number that is copied from the contacts.
_TURNING = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_BUILDING = re.compile(
    r"(?:building|bldg\.?|block|tower)\s*(?:no\.?\s*|#\s*)?([0-9]{1,4}[a-z]?|[a-z][0-9]{0,3})(?![0-9a-z])"
    r"|([0-9a-z]+)\s*(?:栋|幢|号楼|座)",
    re.IGNORECASE,
)
# A staircase has one digit or two: "unit 502" is a door.
_UNIT = re.compile(r"unit\s*(?:no\.?\s*|#\s*)?(\d{1,2})(?![0-9a-z])|(?<!\d)(\d{1,2})\s*单元", re.IGNORECASE)
_SHORT = re.compile(r"(\d{1,3}[a-z]?)\s*([-/#])\s*(?:(\d{1,2})\s*[-/#]\s*)?\d{2,5}", re.IGNORECASE)
_SPELT = re.compile(
    r"(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]{1,2})(?=\s*(?:栋|幢|号楼|单元))"
)
_DIGITS = "零一二三四五六七八九"
FEWEST_TOLD = 5
MOST_DAYS = 60  # that people are placed for at once; the database holds it too
MOST_DAYS_AHEAD = 366

# What a head is worth, in metres of walking, by how well the grid is served already: the worst served come
# first (PLANNING.md, A1). A quota place is worth more on top.
TIER_SHARE = (0.5, 0.75, 0.9, 1.0)
TIER_VALUE = (400_000, 300_000, 200_000, 100_000)
BEYOND_VALUE = 5_000
SKILL_VALUE: Mapping[int, int] = {Skill.MEDICAL: 40_000, Skill.DRIVER: 20_000, Skill.PSYCHOLOGIST: 60_000}
OTHER_SKILL_VALUE = 20_000
REACH_M = 3_000

# Stated metres where places have no coordinates: taken from the tree and marked as estimated.
SAME_GRID_M, SAME_COMMUNITY_M, SAME_STREET_M = 300, 800, 2_500


def new_number() -> str:
    """A number to quote, like K7QD-2M4X: 8 random characters, about 6.6e11 of them."""
    text = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{text[:4]}-{text[4:]}"


def cleaned(field: str, text: str, *, most: int) -> str:
    """A field as it is kept: normalised, trimmed, inner white space single, without marks of direction.

    Raises:
        FieldUnreadable: a character that nobody types stands in it: NUL or another control character, the mark of
            a broken encoding, half of a surrogate pair.
        FieldMissing: nothing was filled in.
        FieldTooLong: more than `most` characters.
    """
    kept = " ".join(text.translate(_TURNING).split())  # line breaks and tabs come along with what is pasted
    if not is_readable(kept):
        raise FieldUnreadable(field=field)
    kept = unicodedata.normalize("NFC", kept)
    if not kept:
        raise FieldMissing(field=field)
    if len(kept) > most:
        raise FieldTooLong(field=field, most=most)
    return kept


def check_period(since: datetime | None, until: datetime | None, *, at: datetime) -> None:
    """Refuse a time that nobody can be placed for.

    It ends later than it begins and is not over, begins within a year, and lasts at most 60 days.

    Raises:
        BadPlacingTime: its fact `reason` says why, `where` which of the two moments is wrong.
    """
    if since is None or since.utcoffset() is None:
        raise BadPlacingTime(reason="no_moment", where="since")
    if until is None or until.utcoffset() is None:
        raise BadPlacingTime(reason="no_moment", where="until")
    if until <= since:
        raise BadPlacingTime(reason="backwards", where="until")
    if until <= at:
        raise BadPlacingTime(reason="over", where="until")
    if since - at > timedelta(days=MOST_DAYS_AHEAD):
        raise BadPlacingTime(reason="far_off", where="since")
    if until - since > timedelta(days=MOST_DAYS):
        raise BadPlacingTime(reason="too_long", where="until", days=MOST_DAYS)


def check_demand(want: int, most: int, skills: Mapping[int, int]) -> None:
    """Refuse a demand that makes no sense.

    Raises:
        BadDemand: a number is negative, `most` is below `want`, or a skill asks for more heads than are wanted.
    """
    if want < 0 or most < want:
        raise BadDemand(why="the most must not be less than what is wanted, and neither below 0")
    for skill, heads in skills.items():
        if skill not in Skill.values or heads < 1:
            raise BadDemand(why="a skill is unknown or asks for nobody")
    if sum(skills.values()) > want:
        raise BadDemand(why="the skills ask for more people than are wanted")


def skill_value(skill: int) -> int:
    """What one place for this skill is worth, in metres of walking, beyond the head."""
    return SKILL_VALUE.get(skill, OTHER_SKILL_VALUE)


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


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    return _SPELT.sub(lambda spelt: _digits(spelt[0]), plain)


def _digits(spelt: str) -> str:
    """A number below a hundred as people write it on an envelope: 十二 → 12, 二十 → 20."""
    tens, ten, ones = spelt.rpartition("十")
    if not ten:
        return "".join(str(_DIGITS.index(each)) for each in spelt)
    return str((_DIGITS.index(tens) if tens else 1) * 10 + (_DIGITS.index(ones) if ones else 0))


def may_be_told(*parts: int) -> bool:
    """Whether counts of people, or of what people did, may be told outside: each is at least five.

    Of parts beside their total each has to be, so that none can be found by taking away the others.
    """
    return all(part >= FEWEST_TOLD for part in parts)
