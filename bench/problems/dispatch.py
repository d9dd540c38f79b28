"""Whom to ask first, on files of docs/reference/dispatch-format.md."""

import argparse
import time
from collections.abc import Callable

import numpy as np

from bench.peers import nearest_by_scipy
from bench.problems.common import Bench, Run
from linli.planning.dispatch import DispatchPlan, DispatchProblem, match, prepare, solve
from linli.planning.verify.dispatch import verify

BATCHES = (30, 100)
GATHERED_M = 300.0
"""How far (sigma) requests of a batch scatter where everybody asks at one place."""


def _solve(problem: DispatchProblem, run: Run) -> DispatchPlan:
    return solve(problem, budget_s=run.budget_s, seed=run.seed, fair=run.asked.fair)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fair", action="store_true", help="offer nobody far more loaded than somebody near")
    parser.add_argument("--peers", action="store_true", help="measure scipy's cKDTree and matching in batches too")


def _extra(problem: DispatchProblem, plan: DispatchPlan, run: Run) -> dict[str, object]:
    """Microseconds a call from Python, one request after another, each asked once before to warm up."""
    if not len(problem.req_skill):
        return {"p50_us": None, "p99_us": None}
    state = prepare(problem)
    ask = state.offer if run.asked.fair else state.nearest
    p50, p99 = _timed(problem, ask)
    said: dict[str, object] = {
        "p50_us": p50,
        "p99_us": p99,
        "set_up_s": round(state.set_up_s, 4),
        "state_mib": round(state.memory_bytes / 2**20, 1),
    }
    if run.asked.peers:
        peer = nearest_by_scipy.Nearest(problem)
        peer_p50, peer_p99 = _timed(problem, peer.nearest)
        said["peers"] = {nearest_by_scipy.NAME: {"p50_us": peer_p50, "p99_us": peer_p99}}
        said["batches"] = {str(size): _matched(problem, size) for size in BATCHES}
    return said


def _timed(problem: DispatchProblem, ask: Callable[[float, float, int, int], object]) -> tuple[float, float]:
    requests = [
        (*place, skill) for place, skill in zip(problem.req_xy.tolist(), problem.req_skill.tolist(), strict=True)
    ]
    for _ in range(2):
        took = []
        for x, y, skill in requests:
            began = time.perf_counter_ns()
            ask(x, y, skill, problem.k)
            took.append(time.perf_counter_ns() - began)
    p50, p99 = np.percentile(took, [50, 99]) / 1_000
    return round(float(p50), 1), round(float(p99), 1)


def _matched(problem: DispatchProblem, size: int) -> dict[str, object]:
    """Batches as they come, people used up; and, from the state as it is, batches that gather round one place.

    Milliseconds are the best of three: a shared machine takes the core away for longer than a match takes.
    """
    state, took, saved = prepare(problem), [], []
    for gathered in (False, True):
        together = one_by_one = 0.0
        for first in range(0, len(problem.req_skill) - size + 1, size):
            some = slice(first, first + size)
            xy = problem.req_xy[some]
            if gathered:
                xy = xy[0] + (xy - xy.mean(axis=0)) * (GATHERED_M / np.std(xy))
            spans = []
            for _ in range(3):
                began = time.perf_counter()
                found = match(state, xy, problem.req_skill[some])
                spans.append(1_000 * (time.perf_counter() - began))
            took.append(min(spans))
            together, one_by_one = together + found.total, one_by_one + found.one_by_one[1]
            for person in found.person[found.person >= 0] if not gathered else ():
                state.free(int(person), False)
        saved.append(round(1 - together / max(one_by_one, 1e-9), 4))
        state = prepare(problem)
    if not took:
        return {}
    return {
        "saved": saved[0],
        "saved_gathered": saved[1],
        "p50_ms": round(float(np.median(took)), 2),
        "p99_ms": round(float(np.percentile(took, 99)), 2),
    }


BENCH = Bench(DispatchProblem, _solve, verify, _options, _extra)
