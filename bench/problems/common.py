"""What measuring needs to know of a problem, and the JSON line that comes of it."""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import files
from bench.measure import Measured
from linli.planning.frame import Plan, Problem

BEST_KNOWN: dict[str, float] = json.loads(Path(__file__).parents[1].joinpath("best_known.json").read_text())
"""Objectives proved the best, by the digest of the problem: docs/reference/benchmarks.md says how."""


@dataclass(frozen=True)
class Run:
    """What one call is asked for: wall-clock seconds, seed, and the options of the problem."""

    budget_s: float | None
    seed: int
    asked: argparse.Namespace


@dataclass(frozen=True)
class Bench:
    """How one kind of problem is measured.

    Attributes:
        problem: its class. solve: makes a plan. verify: what is wrong with it.
        begin: makes what solve, verify and extra are given, before the clock starts; the problem itself, if left out.
        final: the plan to write down.
        verified_by_the_clock: whether the seconds are those to the verified plan, or to the plan.
        options: adds arguments to its command.
        extra: figures of its own for the JSON line, from the problem, the plan and what was asked for.
    """

    problem: type[Problem]
    solve: Callable[[Any, Run], Plan]
    verify: Callable[[Any, Any], list[str]]
    options: Callable[[argparse.ArgumentParser], None] = field(default=lambda _: None)
    extra: Callable[[Any, Any, Run], dict[str, object]] = field(default=lambda *_: {})
    begin: Callable[[Any, Run], Any] = field(default=lambda problem, _: problem)
    final: Callable[[Any, Any], Plan] = field(default=lambda _, plan: plan)
    verified_by_the_clock: bool = True


def measure(bench: Bench, path: Path, run: Run, plan_out: Path | None) -> bool:
    """From arrays in memory to a verified plan; print the JSON line, answer whether the plan is right."""
    problem = files.load_problem(bench.problem, path)
    begun = bench.begin(problem, run)
    with Measured() as measured:
        plan = bench.solve(begun, run)
        wrong = bench.verify(begun, plan) if bench.verified_by_the_clock else []
    wrong = wrong if bench.verified_by_the_clock else bench.verify(begun, plan)
    if plan_out is not None:
        files.save_plan(bench.final(begun, plan), plan_out)
    line = {
        "instance": path.stem,
        "objective": plan.objective,
        "best_known": BEST_KNOWN.get(problem.digest),
        "bound": plan.bound,
        "gap": plan.gap,
        "certificate": plan.certificate.name if plan.certificate is not None else None,
        "verdict": "; ".join(wrong) or "ok",
        "seconds": round(measured.seconds, 3),
        "cpu_seconds": round(measured.cpu_seconds, 3),
        "peak_mib": round(measured.peak_mib, 1),
        "seed": run.seed,
        "work": plan.work,
    }
    print(json.dumps(line | bench.extra(begun, plan, run)), flush=True)
    return not wrong
