"""D1: the volunteers of a plane city, and requests that each look for the five best.

What the description leaves open is chosen here and kept: requests come at whole metres; their skill is drawn by the
weights of the city's skills; who is free is who is available; load is drawn for everybody.
"""

import numpy as np

from bench.instances.plane_city import SKILL_WEIGHTS, draw, plane_city
from linli.planning.dispatch import DispatchProblem

REQUESTS = 3_000
SPREAD_M = 300
MOST_ORDERS = 3


def make(seed: int) -> DispatchProblem:
    """The instance of this seed."""
    rng = np.random.default_rng(seed)
    city = plane_city(rng)
    load = rng.integers(0, MOST_ORDERS + 1, len(city.vol_xy))
    grid = draw(rng, city.people, REQUESTS)
    return DispatchProblem(
        vol_xy=city.vol_xy,
        vol_skills=city.vol_skills,
        load=load,
        free=city.available,
        req_xy=np.rint(city.grid_xy[grid] + rng.normal(0, SPREAD_M, (REQUESTS, 2))),
        req_skill=draw(rng, SKILL_WEIGHTS, REQUESTS),
        k=5,
        load_m=300.0,
    )
