"""Rules of signing up and placing, over plain values."""

import secrets
import unicodedata
from collections.abc import Mapping

from linli.muster.errors import BadDemand, FieldMissing, FieldTooLong
from linli.people.models import Skill

# Without 0, 1, I, L, O and U: what people misread aloud or on a crumpled note.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

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
    """A field as it is kept: normalised, trimmed, inner white space single.

    Raises:
        FieldMissing: nothing was filled in.
        FieldTooLong: more than `most` characters.
    """
    kept = " ".join(unicodedata.normalize("NFC", text).replace("\x00", "").split())
    if not kept:
        raise FieldMissing(field=field)
    if len(kept) > most:
        raise FieldTooLong(field=field, most=most)
    return kept


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
