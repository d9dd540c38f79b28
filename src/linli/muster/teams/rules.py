"""Whom to propose for a team, who would lead it, and what taking them costs: plain values in, a reason out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.common.moments import LOCAL
from linli.duty.rules import NIGHT_BEGINS_H, NIGHT_ENDS_H

SIZE = 6
"""How many a team is proposed with; the page asks for another number."""
MOST_IN_A_TEAM = 30


@dataclass(frozen=True, slots=True)
class Near:
    """Somebody who is placed near a place.

    Attributes:
        here: whether their grid is one that the place lies in, or that lies in it.
        metres: from their grid to the place; estimated where one of the two has no coordinates.
        skills: bits of Skill.
        since: from when they are placed.
    """

    placement: int
    person: int
    grid: int
    here: bool
    metres: int
    estimated: bool
    skills: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Proposed:
    """A team as it would be.

    Attributes:
        members: nearest first. leader, deputy: persons among them; None where there are too few.
        missing: skills that were asked for and nobody near has.
        taken: by grid elsewhere how many are taken from it.
    """

    members: tuple[Near, ...]
    leader: int | None
    deputy: int | None
    missing: tuple[int, ...]
    taken: Mapping[int, int]


def proposed(near: Collection[Near], *, size: int, skills: Sequence[int] = ()) -> Proposed:
    """The team of some size that is nearest to a place, with one person for each needed skill.

    The nearest who brings a skill comes first, one person counting for all they bring; the rest are the nearest. Those
    whose grid is at the place come before all others, because nobody loses them. Ties go to the lower person.
    """
    left = nearest_first(near)
    chosen: list[Near] = []
    missing = []
    for skill in skills:
        if any(each.skills >> skill & 1 for each in chosen):
            continue
        bringer = next((each for each in left if each.skills >> skill & 1), None)
        if bringer is None or len(chosen) == size:
            missing.append(skill)
            continue
        chosen.append(bringer)
        left.remove(bringer)
    chosen += left[: size - len(chosen)]
    leader, deputy = successors((each.person, each.since) for each in chosen)
    taken: dict[int, int] = {}
    for each in chosen:
        if not each.here:
            taken[each.grid] = taken.get(each.grid, 0) + 1
    return Proposed(tuple(nearest_first(chosen)), leader, deputy, tuple(missing), taken)


def nearest_first(near: Iterable[Near]) -> list[Near]:
    """People by how near they are, those at the place before all others."""
    return sorted(near, key=lambda each: (not each.here, each.metres, each.person))


def successors(people: Iterable[tuple[int, datetime]]) -> tuple[int | None, int | None]:
    """Who would lead and who would stand in: those who have been there longest; ties go to the lower person."""
    longest = [person for person, _ in sorted(people, key=lambda each: (each[1], each[0]))]
    first, second, *_ = [*longest, None, None]
    return first, second


def below_what_they_ask(taken: Mapping[int, int], stands: Mapping[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """Grids that fall, or stay, below what they ask for when people are taken from them.

    Args:
        stands: by grid (wanted, placed).

    Returns:
        By grid (wanted, left).
    """
    left = {grid: (stands[grid][0], stands[grid][1] - n) for grid, n in taken.items() if grid in stands}
    return {grid: (want, there) for grid, (want, there) in left.items() if there < want}


def what_is_wrong(*, people: int, gone: int, leader_gone: bool, deputy_gone: bool, risk_fell: bool) -> list[str]:
    """Why a team needs somebody to look at it; a list of codes, the gravest first, empty where all is well."""
    said = {
        "nobody_left": gone == people,
        "leader_left": leader_gone and gone < people,
        "deputy_left": deputy_gone and not leader_gone and gone < people,
        "members_left": 0 < gone < people and not leader_gone and not deputy_gone,
        "risk_fell": risk_fell,
    }
    return [code for code, true in said.items() if true]


# The bits of ``Free`` in hours, by the clock of the place: mornings from the end of night to 12, afternoons to 18,
# evenings until night begins; weekends are Saturday and Sunday at any hour.
_PART_OF_DAY = (
    [3] * NIGHT_ENDS_H + [0] * (12 - NIGHT_ENDS_H) + [1] * 6 + [2] * (NIGHT_BEGINS_H - 18) + [3] * (24 - NIGHT_BEGINS_H)
)
_WEEKENDS, _ALWAYS = 4, 5


def can_serve(free: int, times: tuple[datetime, datetime]) -> bool:
    """Whether somebody said that they can serve in every hour of a time; nobody asked (0) refuses nothing.

    Args:
        free: bits of ``Free``.
    """
    if not free or free >> _ALWAYS & 1:
        return True
    hour, until = times[0].astimezone(LOCAL).replace(minute=0, second=0, microsecond=0), times[1]
    while hour < until:
        weekend = hour.weekday() >= 5 and free >> _WEEKENDS & 1
        if not weekend and not free >> _PART_OF_DAY[hour.hour] & 1:
            return False
        hour += timedelta(hours=1)
    return True
