"""The problem as it is after each change: rows of people are appended, never taken away."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from linli.planning.allocation.problem import AllocationProblem
from linli.planning.allocation.repair.change import Change
from linli.planning.errors import BadProblem


@dataclass
class Rows:
    """People and demand, row by row.

    Attributes:
        problem: of the beginning; its values, tiers and reach hold throughout.
        skills, only, pinned: of every person so far. xy: where they are, or arcs of those who came.
        want, most, quota: of every grid, now.
    """

    problem: AllocationProblem
    skills: np.ndarray
    only: np.ndarray
    pinned: np.ndarray
    xy: np.ndarray | None
    arcs: list[tuple[np.ndarray, np.ndarray, np.ndarray]]
    want: np.ndarray
    most: np.ndarray
    quota: np.ndarray

    @classmethod
    def of(cls, problem: AllocationProblem) -> "Rows":
        """As the problem has them."""
        return cls(
            problem=problem,
            skills=problem.vol_skills,
            only=problem.vol_only,
            pinned=problem.pinned,
            xy=problem.vol_xy,
            arcs=[],
            want=problem.want,
            most=problem.most,
            quota=problem.quota,
        )

    def after(self, change: Change, here: np.ndarray) -> tuple["Rows", AllocationProblem]:
        """These rows after a change, and a problem of those alone who arrive and of all grids as they then are.

        Raises:
            BadProblem: the change does not fit.
        """
        n, m = len(self.skills), change.arrivals
        if change.leave is not None and change.leave.size:
            if change.leave.max() >= n:
                raise BadProblem(f"leave: {change.leave.max()} is not a person from 0 to {n - 1}")
            if not here[change.leave].all():
                raise BadProblem(f"leave: {change.leave[~here[change.leave]][0]} has left already")
        want, most, quota = self._demand_after(change)
        newcomers = self._newcomers(change, want, most, quota)
        held = np.bincount(self.pinned[(self.pinned >= 0) & here], minlength=len(most))
        if (held > most).any():
            grid = int(np.argmax(held > most))
            raise BadProblem(f"most[{grid}]: {most[grid]}: {held[grid]} people are pinned there")
        if not m:
            return replace(self, want=want, most=most, quota=quota), newcomers
        arcs = list(self.arcs)
        if self.xy is None:
            assert newcomers.arc_vol is not None and newcomers.arc_grid is not None  # noqa: PT018 - one fact
            assert newcomers.arc_m is not None
            arcs.append((newcomers.arc_vol + n, newcomers.arc_grid, newcomers.arc_m))
        return Rows(
            problem=self.problem,
            skills=np.concatenate([self.skills, newcomers.vol_skills]),
            only=np.concatenate([self.only, newcomers.vol_only]),
            pinned=np.concatenate([self.pinned, np.full(m, -1, np.int32)]),
            xy=None if self.xy is None else np.concatenate([self.xy, newcomers.vol_xy]),
            arcs=arcs,
            want=want,
            most=most,
            quota=quota,
        ), newcomers

    def _demand_after(self, change: Change) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if change.grid is None or not change.grid.size:
            return self.want, self.most, self.quota
        if change.grid.max() >= len(self.want):
            raise BadProblem(f"grid: {change.grid.max()} is not a grid from 0 to {len(self.want) - 1}")
        if change.quota is not None and change.quota.shape[1] != self.quota.shape[1]:
            raise BadProblem(f"quota: has {change.quota.shape[1]} columns, should have {self.quota.shape[1]}")
        want, most, quota = self.want.copy(), self.most.copy(), self.quota.copy()
        want[change.grid], most[change.grid], quota[change.grid] = change.want, change.most, change.quota
        return want, most, quota

    def _newcomers(self, change: Change, want: np.ndarray, most: np.ndarray, quota: np.ndarray) -> AllocationProblem:
        m = change.arrivals
        none = np.zeros(0, np.int32)
        if self.xy is not None:
            if m and change.xy is None:
                raise BadProblem("xy: where do those who arrive stand?")
            places = {"vol_xy": change.xy if m else np.zeros((0, 2)), "grid_xy": self.problem.grid_xy}
        else:
            if m and (change.arc_vol is None or change.arc_grid is None or change.arc_m is None):
                raise BadProblem("arcs: give arc_vol, arc_grid and arc_m of those who arrive")
            given = (change.arc_vol, change.arc_grid, change.arc_m) if m else (none, none, none)
            places = dict(zip(("arc_vol", "arc_grid", "arc_m"), given, strict=True))
        return replace(
            self.problem,
            **dict.fromkeys(("vol_xy", "grid_xy", "arc_vol", "arc_grid", "arc_m")) | places,
            vol_skills=none if change.skills is None else change.skills,
            vol_only=change.only if change.only is not None and m else np.full(m, -1),
            pinned=np.full(m, -1),
            want=want,
            most=most,
            quota=quota,
        )

    def as_problem(self, here: np.ndarray) -> AllocationProblem:
        """The problem of those who are here, in the order of their rows, as if it had always been asked so."""
        places: dict[str, Any] = {}
        if self.xy is None:
            base = self.problem
            all_arcs = [(base.arc_vol, base.arc_grid, base.arc_m), *self.arcs]
            vol, grid, metres = (np.concatenate(part) for part in zip(*all_arcs, strict=True))
            keep = here[vol]
            renumbered = np.cumsum(here) - 1
            places = {"arc_vol": renumbered[vol[keep]], "arc_grid": grid[keep], "arc_m": metres[keep]}
        else:
            places = {"vol_xy": self.xy[here]}
        return replace(
            self.problem,
            **places,
            vol_skills=self.skills[here],
            vol_only=self.only[here],
            pinned=self.pinned[here],
            want=self.want,
            most=self.most,
            quota=self.quota,
        )
