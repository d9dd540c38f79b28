"""Rules of reinforcement, over plain values."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from linli.muster.units.errors import BadReinforcement
from linli.people.models import Skill

MOST_HEADS = 100_000
MOST_DAYS = 60
UNMET_HEAD, UNMET_SKILL = 5_000, 2_000  # minutes of travel that one more person, or one more with the skill, is worth
PAIR_COST = 10  # minutes that one more unit to deal with costs
METRES_A_MINUTE = 400  # of the way that is driven: 24 km/h
DETOUR = 1.3  # the way over the straight line
STATED_MINUTES = 45  # where a place has no point
PATIENCE = timedelta(minutes=2)  # for a worker to finish
REMIND_BEFORE = timedelta(hours=1)  # of when an answer is wanted


def check_request(
    heads: int,
    skills: Mapping[int, int],
    since: datetime,
    until: datetime,
    answer_by: datetime,
    *,
    at: datetime,
) -> None:
    """Refuse a request that makes no sense.

    Raises:
        BadReinforcement: nobody or too many are asked for, skills ask for more than heads, the time is over or longer
            than 60 days, or the answer is asked for after they should be there, or before now.
    """
    if not 0 < heads <= MOST_HEADS:
        raise BadReinforcement(field="heads")
    if any(skill not in Skill.values or number < 1 for skill, number in skills.items()) or sum(skills.values()) > heads:
        raise BadReinforcement(field="skills")
    if until <= max(since, at) or until - since > timedelta(days=MOST_DAYS):
        raise BadReinforcement(field="until")
    if not at < answer_by <= until:
        raise BadReinforcement(field="answer_by")


def overlap(one: DateTimeTZRange, other: DateTimeTZRange) -> bool:
    """Whether two times, each with both its ends, have some of it in common."""
    return bool(max(one.lower, other.lower) < min(one.upper, other.upper))


def minutes_for(metres: float) -> int:
    """How long one person travels, by the straight line."""
    return round(metres * DETOUR / METRES_A_MINUTE)
