"""R1 and R2: departments send people to districts.

What the description leaves open is chosen here and kept: each of the 1,071 people and of the 1,000 heads wanted is
drawn by the Dirichlet weights; a district wants 2, 3 and 2 of the first three skills, or as many as its heads allow,
the first skill first; minutes are uniform.
"""

import numpy as np

from bench.instances.plane_city import draw
from linli.planning.reinforcement import ReinforcementProblem

DEPARTMENTS, DISTRICTS = 45, 23
PEOPLE, WANTED = 1_071, 1_000
SKILL_PERCENT = np.array([15, 25, 20, 40])
SKILLS_WANTED = (2, 3, 2, 0)
KINDS = {"R1": (0, 1), "R2": (10, 3)}
"""What a used pair costs, and the least group."""


def make(name: str, seed: int) -> ReinforcementProblem:
    """The instance of this name and seed; R1 and R2 of a seed differ only in pairs and groups.

    Raises:
        KeyError: there is no instance of this name.
    """
    pair_cost, least_group = KINDS[name]
    rng = np.random.default_rng(seed)
    supply = np.zeros((DEPARTMENTS, len(SKILL_PERCENT)), np.int64)
    department = draw(rng, _weights(rng, DEPARTMENTS, 3.0), PEOPLE)
    np.add.at(supply, (department, draw(rng, SKILL_PERCENT, PEOPLE)), 1)
    want = np.bincount(draw(rng, _weights(rng, DISTRICTS, 4.0), WANTED), minlength=DISTRICTS)
    want_skill, left = np.zeros((DISTRICTS, len(SKILLS_WANTED)), np.int64), want.copy()
    for skill, most in enumerate(SKILLS_WANTED):
        want_skill[:, skill] = np.minimum(most, left)
        left -= want_skill[:, skill]
    return ReinforcementProblem(
        supply=supply,
        want=want,
        want_skill=want_skill,
        minutes=rng.integers(5, 61, (DEPARTMENTS, DISTRICTS)),
        unmet_head=5_000,
        unmet_skill=2_000,
        pair_cost=pair_cost,
        least_group=least_group,
    )


def _weights(rng: np.random.Generator, count: int, alpha: float) -> np.ndarray:
    return np.rint(1e6 * rng.dirichlet(np.full(count, alpha))).astype(np.int64)
