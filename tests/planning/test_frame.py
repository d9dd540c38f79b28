"""The frame: what is declared is held, whatever planner it is for."""

import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest

from linli.planning.errors import BadProblem, Cancelled, OutOfTime
from linli.planning.frame import Part, Plan, Problem, Watch, array, number, whole
from linli.planning.frame.plan import gap_of


@dataclass(frozen=True, eq=False, kw_only=True)
class ShedProblem(Problem):
    """Spades at places, for tests."""

    spade_xy: np.ndarray = array("f8", "n", 2)
    weight_kg: np.ndarray = array("f8", "n", low=0)
    kind: np.ndarray = array("i1", "n", low=0, high=3)
    shelf: np.ndarray | None = array("i4", "s", optional=True)
    sharp: np.ndarray = array("b1", "n")
    hooks: int = whole(low=0)
    reach_m: float = number(low=0)

    def check(self) -> None:
        """No more spades than hooks."""
        if len(self.spade_xy) > self.hooks:
            raise BadProblem("hooks: fewer than spades")


RIGHT = {
    "spade_xy": [[0, 0], [1, 2]],
    "weight_kg": [1, 2.5],
    "kind": [0, 3],
    "sharp": [True, False],
    "hooks": 2,
    "reach_m": 1.5,
}


def shed(**changes):
    return ShedProblem(**(RIGHT | changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"weight_kg": [1]}, "weight_kg: has shape (1,), should have (2,)"),
        ({"spade_xy": [[0, 0, 0]]}, "spade_xy: has shape (1, 3), should have (1, 2)"),
        ({"spade_xy": [0, 0]}, "spade_xy: has shape (2,), should have (2, 2)"),
        ({"weight_kg": [1, np.nan]}, "weight_kg[1]: nan: is not a finite number"),
        ({"weight_kg": [1, -2]}, "weight_kg[1]: -2.0: is below 0"),
        ({"kind": [0, 4]}, "kind[1]: 4: is above 3"),
        ({"kind": [0, 1.5]}, "kind: holds numbers that are not whole"),
        ({"kind": [0, 1000]}, "kind: holds numbers outside -128 to 127"),
        ({"sharp": [0, 2]}, "sharp: holds numbers outside 0 to 1"),
        ({"kind": ["a", "b"]}, "kind: holds <U1, not numbers"),
        ({"kind": None}, "kind: holds object, not numbers"),
        ({"hooks": 2.5}, "hooks: 2.5 is not a whole number"),
        ({"hooks": [2]}, "hooks: should be one number"),
        ({"hooks": 1}, "hooks: fewer than spades"),
        ({"reach_m": -1}, "reach_m: -1 is below 0"),
        ({"reach_m": np.inf}, "reach_m: inf is not a finite number"),
    ],
)
def test_what_makes_no_sense_is_named(changes, said):
    with pytest.raises(BadProblem) as refused:
        shed(**changes)
    assert str(refused.value) == said


def test_a_problem_cannot_be_changed_and_its_digest_tells_it_from_others():
    given = np.array([[0.0, 0.0], [1.0, 2.0]])
    problem = shed(spade_xy=given)
    given[0, 0] = 9
    assert problem.digest == shed().digest
    with pytest.raises(ValueError, match="read-only"):
        problem.weight_kg[0] = 3
    others = [shed(kind=[0, 2]), shed(reach_m=1.25), shed(shelf=[]), shed(shelf=[1])]
    assert len({problem.digest, *(other.digest for other in others)}) == 5


@dataclass(frozen=True, eq=False)
class Proof(Part):
    """A certificate for tests."""

    name = "proof"
    prefix = "proof_"

    weight: np.ndarray


@dataclass(frozen=True, eq=False, kw_only=True)
class ShedPlan(Plan):
    """A plan for tests."""

    hook: np.ndarray


def plan(**changes):
    parts = {
        "objective": 7,
        "bound": 5,
        "certificate": Proof(np.array([1, 2])),
        "seed": 3,
        "work": 10,
        "seconds": 0.5,
        "stopped_because": "budget",
        "problem_digest": shed().digest,
        "gap": gap_of(7, 5),
        "hook": np.array([1, 0]),
    }
    return ShedPlan(**(parts | changes))


def test_a_plan_is_told_by_what_it_says_and_not_by_the_time_it_took():
    assert plan().digest == plan(seconds=9.0, stopped_because="work").digest
    others = [plan(hook=np.array([0, 1])), plan(seed=4), plan(bound=6), plan(certificate=Proof(np.array([1, 3])))]
    assert len({plan().digest, *(other.digest for other in others)}) == 5
    assert [name for name, _ in plan().arrays()] == ["proof_weight", "hook"]
    assert (plan().gap, gap_of(0, -1), gap_of(3, None)) == (2 / 7, 1.0, None)


def test_a_watch_knows_its_budget_its_work_and_who_may_stop_it():
    told = []
    watch = Watch(budget_s=60, max_work=10, progress=lambda share, step: told.append((share, step)))
    assert (watch.work_left(7), watch.worked_enough()) == (7, False)
    watch.work = 8
    assert watch.work_left(7) == 2
    watch.work = 10
    assert watch.worked_enough()
    watch.tell(0.5, "half")
    assert told == [(0.5, "half")]
    assert watch.kill_after_s() > 60
    with pytest.raises(OutOfTime):
        Watch(budget_s=0).check()
    with pytest.raises(Cancelled):
        Watch(cancelled=lambda: True).tell(0.1, "begin")


def test_kernels_are_kept_by_whoever_can_write_nowhere_at_home(tmp_path):
    """A read-only install and a home that cannot be written to: as root, so the folders are not there at all."""
    script = (
        "import linli.planning.frame.kernels as kernels, pathlib, sys\n"
        "kernels._writable = lambda folder: False\n"
        "kernels._keep_somewhere()\n"
        "from numba import config\n"
        "print(config.CACHE_DIR)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"TMPDIR": str(tmp_path)}
    )
    kept = told.stdout.strip()
    assert kept.startswith(str(tmp_path))
    assert (tmp_path / kept.rsplit("/", 1)[1]).stat().st_mode & 0o777 == 0o700
