"""Sending people to districts, on files of docs/reference/reinforcement-format.md."""

import argparse
import time

from bench.peers import milp_by_highs
from bench.problems.common import Bench, Run
from linli.planning.reinforcement import ReinforcementPlan, ReinforcementProblem, solve
from linli.planning.verify.reinforcement import verify

USUAL_S = 10.0


def _solve(problem: ReinforcementProblem, run: Run) -> ReinforcementPlan:
    return solve(problem, budget_s=run.budget_s, max_work=run.asked.work, seed=run.seed)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--work", type=int, help="moves to try at most; equal ones give equal plans")
    parser.add_argument("--peers", action="store_true", help="give HiGHS alone the same seconds")


def _extra(problem: ReinforcementProblem, plan: ReinforcementPlan, run: Run) -> dict[str, object]:
    said: dict[str, object] = {"solve_s": round(plan.seconds, 3), "stopped_because": plan.stopped_because}
    if run.asked.peers:
        began = time.perf_counter()
        objective, bound = milp_by_highs.solved(problem, run.budget_s or USUAL_S)
        said["peers"] = {
            milp_by_highs.NAME: {
                "objective": objective,
                "bound": bound,
                "seconds": round(time.perf_counter() - began, 3),
                "ours_over_its_bound": round(plan.objective / bound - 1, 5) if bound else None,
            }
        }
    return said


BENCH = Bench(ReinforcementProblem, _solve, verify, _options, _extra)
