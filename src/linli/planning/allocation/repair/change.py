"""What has changed since the plan was made: people who cannot come, people who have come, other demand."""

from dataclasses import dataclass

import numpy as np

from linli.planning.errors import BadProblem
from linli.planning.frame import Problem, array
from linli.planning.frame.problem import refuse


@dataclass(frozen=True, eq=False, kw_only=True)
class Change(Problem):
    """Leaves, arrivals and new demand, applied together; each part may be left out.

    l people leave, m arrive, d grids want something else, b arcs of those who arrive.

    Attributes:
        leave: i4[l], rows of people who stand ready no longer.
        skills: u4[m], skills of those who arrive; only: i4[m], the one grid they may serve, -1 any.
        xy: f8[m,2], metres, where the problem has coordinates; else
        arc_vol, arc_grid, arc_m: i4[b], with rows of people from 0 among those who arrive.
        grid: i4[d], grids whose demand changes; want, most: i4[d]; quota: i4[d,s].

    Raises:
        BadProblem: a part is missing, negative or disagrees with another.
    """

    leave: np.ndarray | None = array("i4", "l", low=0, optional=True)
    skills: np.ndarray | None = array("u4", "m", optional=True)
    only: np.ndarray | None = array("i4", "m", low=-1, optional=True)
    xy: np.ndarray | None = array("f8", "m", 2, optional=True)
    arc_vol: np.ndarray | None = array("i4", "b", low=0, optional=True)
    arc_grid: np.ndarray | None = array("i4", "b", low=0, optional=True)
    arc_m: np.ndarray | None = array("i4", "b", low=0, optional=True)
    grid: np.ndarray | None = array("i4", "d", low=0, optional=True)
    want: np.ndarray | None = array("i4", "d", low=0, optional=True)
    most: np.ndarray | None = array("i4", "d", low=0, optional=True)
    quota: np.ndarray | None = array("i4", "d", "s", low=0, optional=True)

    def check(self) -> None:
        """Refuse what makes no sense whatever the plan."""
        if self.grid is not None:
            if self.want is None or self.most is None or self.quota is None:
                raise BadProblem("grid: give want, most and quota with it")
            _refuse_twice("grid", self.grid)
            refuse("most", self.most < self.want, self.most, "heads at most is below heads wanted")
            refuse("quota", self.quota > self.want[:, None], self.quota, "quota is larger than the heads wanted")
        if self.leave is not None:
            _refuse_twice("leave", self.leave)

    @property
    def arrivals(self) -> int:
        """How many arrive."""
        return 0 if self.skills is None else len(self.skills)


def _refuse_twice(name: str, rows: np.ndarray) -> None:
    order = np.sort(rows)
    twice = order[1:][order[1:] == order[:-1]]
    if twice.size:
        raise BadProblem(f"{name}: {twice[0]} is there twice")
