"""Rules of signing up and placing, over plain values."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from linli.common.errors import Unreadable
from linli.common.typed import tidied
from linli.muster.errors import BadDemand, BadPlacingTime, FieldMissing, FieldTooLong, FieldUnreadable
from linli.people.models import Skill

# Without 0, 1, I, L, O and U: what people misread aloud or on a crumpled note.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

FEWEST_TOLD = 5
MOST_DAYS = 60  # that people are placed for at once; the database holds it too
MOST_DAYS_AHEAD = 366
ANSWER_WITHIN = timedelta(hours=12)

# What a head is worth, in metres of walking, by how well the grid is served already: the worst served come
# first (PLANNING.md, A1). A quota place is worth more on top.
TIER_SHARE = (0.5, 0.75, 0.9, 1.0)
TIER_VALUE = (400_000, 300_000, 200_000, 100_000)
BEYOND_VALUE = 5_000
SKILL_VALUE: Mapping[int, int] = {Skill.MEDICAL: 40_000, Skill.DRIVER: 20_000, Skill.PSYCHOLOGIST: 60_000}
OTHER_SKILL_VALUE = 20_000
REACH_M = 3_000
UNITS_REACH_M = 60_000  # whoever was sent travels within the area that asked

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
    try:
        kept = tidied(text)
    except Unreadable as problem:
        raise FieldUnreadable(field=field) from problem
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


def answer_by(since: datetime, at: datetime) -> datetime:
    """Until when somebody who is placed at a moment, from another on, says whether they come.

    Twelve hours, or until it begins, and an hour at least; after that the desk calls them.
    """
    return max(min(since, at + ANSWER_WITHIN), at + timedelta(hours=1))


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


def told_as(worse: int) -> str:
    """In what a difference between two arrangements is told: nothing, metres, places for a skill, or places.

    It is in metres of walking, as places are weighed: a place for a skill counts for 20,000 of them at least, any
    place that somebody wants for 100,000, and a few people walk 3,000 at most.
    """
    if worse <= 0:
        return "nothing"
    return "metres" if worse < 10_000 else "skill" if worse < 90_000 else "place"


def may_be_told(*parts: int) -> bool:
    """Whether counts of people, or of what people did, may be told outside: each is at least five.

    Of parts beside their total each has to be, so that none can be found by taking away the others.
    """
    return all(part >= FEWEST_TOLD for part in parts)
