"""Walking distances, on files of docs/reference/distances-format.md."""

import argparse
import time
from dataclasses import replace

from bench.peers import ways_by_scipy
from bench.problems.common import Bench, Run
from linli.planning.distances import DistancesPlan, DistancesProblem, solve
from linli.planning.verify.distances import verify

PEER_SOURCES = 1_000


def _solve(problem: DistancesProblem, run: Run) -> DistancesPlan:
    return solve(problem, budget_s=run.budget_s, seed=run.seed)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--peers", action="store_true", help="give scipy's Dijkstra the first 1,000 sources too")


def _extra(problem: DistancesProblem, plan: DistancesPlan, run: Run) -> dict[str, object]:
    said: dict[str, object] = {
        "pairs": plan.work,
        "solve_s": round(plan.seconds, 3),
        "components": len(plan.components.size),
        "stuck": int(plan.components.stuck.sum()),
    }
    if run.asked.peers and problem.edge is not None:
        part = replace(problem, source=problem.source[:PEER_SOURCES])
        mine = solve(part)
        began = time.perf_counter()
        count, metres = ways_by_scipy.pairs(part)
        said["peers"] = {
            ways_by_scipy.NAME: {
                "sources": len(part.source),
                "seconds": round(time.perf_counter() - began, 3),
                "ours": round(mine.seconds, 3),
                "same": count == mine.work and abs(metres - mine.objective) <= 1e-6 * (1 + metres),
            }
        }
    return said


BENCH = Bench(DistancesProblem, _solve, verify, _options, _extra)
