"""Who can be sent where: departments with skilled people, districts that want them, and what each trip costs."""

from dataclasses import dataclass

import numpy as np

from linli.planning.frame import Problem, array, whole
from linli.planning.frame.problem import refuse

LARGEST_COST = 10**7
"""Costs above this could overflow the sums of the proof."""

MOST_PEOPLE = 10**5


@dataclass(frozen=True, eq=False, kw_only=True)
class ReinforcementProblem(Problem):
    """Departments send people to districts: minutes of travel, less what stays unmet, is minimised.

    d departments, k districts, s skills; everybody has one skill. Any level does: units to districts, or to streets.
    A district may be sent more than it wants; who is more meets a skill but no head.

    Attributes:
        supply: i4[d,s], people of each skill.
        want: i4[k], heads. want_skill: i4[k,s], how many of them should bring the skill.
        minutes: i4[d,k], travel of one person.
        unmet_head: cost of a head missing. unmet_skill: of a skill missing, besides.
        pair_cost: of each department and district between which anybody goes.
        least_group: that many go between them, or nobody; 0 and 1 are the same.

    Raises:
        BadProblem: shapes disagree, a number is negative or out of its range, or a district wants more of a skill than
            heads.
    """

    supply: np.ndarray = array("i4", "d", "s", low=0, high=MOST_PEOPLE)
    want: np.ndarray = array("i4", "k", low=0, high=MOST_PEOPLE)
    want_skill: np.ndarray = array("i4", "k", "s", low=0)
    minutes: np.ndarray = array("i4", "d", "k", low=0, high=LARGEST_COST)
    unmet_head: int = whole(low=0, high=LARGEST_COST)
    unmet_skill: int = whole(low=0, high=LARGEST_COST)
    pair_cost: int = whole(low=0, high=LARGEST_COST)
    least_group: int = whole(low=0, high=MOST_PEOPLE)

    def check(self) -> None:
        """Refuse what makes no sense."""
        refuse("want_skill", self.want_skill > self.want[:, None], self.want_skill, "is more than the heads wanted")

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Departments, districts, skills."""
        return (*self.minutes.shape, self.supply.shape[1])

    @property
    def is_flow(self) -> bool:
        """Whether people go one by one and pairs cost nothing: then whole numbers come of themselves."""
        return self.pair_cost == 0 and self.least_group <= 1
