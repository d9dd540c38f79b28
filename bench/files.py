"""npz files of problems and plans, in the form of docs/reference/allocation-format.md."""

import zipfile
from dataclasses import fields
from pathlib import Path

import numpy as np

from linli.planning.allocation import AllocationPlan, AllocationProblem, Prices, Shortage
from linli.planning.errors import BadProblem

PARTS = {part.name for part in fields(AllocationProblem)}
MAY_LACK = {"vol_xy", "grid_xy", "arc_vol", "arc_grid", "arc_m"}


class BadFile(Exception):
    """A file cannot be read as what it should be; the message says why."""


def load_allocation(path: Path) -> AllocationProblem:
    """Read an allocation problem.

    Raises:
        BadFile: it cannot be read, is no npz file, lacks an array or holds a problem without sense.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as raw:
            arrays = {name: raw[name] for name in raw.files if name in PARTS}
    except FileNotFoundError as error:
        raise BadFile(f"{path}: there is no such file") from error
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, AttributeError, TypeError) as error:
        raise BadFile(f"{path}: cannot be read as an npz file of plain arrays: {error}") from error
    lacking = sorted(PARTS - MAY_LACK - arrays.keys())
    if lacking:
        raise BadFile(f"{path}: lacks {', '.join(lacking)}")
    try:
        return AllocationProblem(**arrays)
    except BadProblem as error:
        raise BadFile(f"{path}: {error}") from error


def save_allocation(problem: AllocationProblem, path: Path) -> None:
    """Write an allocation problem; arrays that are not given are left out."""
    arrays = {name: getattr(problem, name) for name in sorted(PARTS)}
    with path.open("wb") as file:
        np.savez_compressed(file, **{name: array for name, array in arrays.items() if array is not None})


def save_plan(plan: AllocationPlan, path: Path) -> None:
    """Write a placement with the prices that prove it."""
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            grid=plan.grid,
            role=plan.role,
            objective=np.int64(plan.objective),
            bound=np.int64(plan.bound),
            gap=np.float64(plan.gap),
            seed=np.int64(plan.seed),
            work=np.int64(plan.work),
            certificate=np.str_(plan.certificate.name),
            price_person=plan.certificate.person,
            price_role=plan.certificate.role,
            price_head=plan.certificate.head,
            problem_digest=np.str_(plan.problem_digest),
            stopped_because=np.str_(plan.stopped_because),
            **{f"short_{part.name}": getattr(plan.shortage, part.name) for part in fields(Shortage)},
        )


def load_plan(path: Path) -> AllocationPlan:
    """Read a placement that `save_plan` wrote, so that somebody else's can be checked.

    Raises:
        BadFile: it cannot be read or lacks an array.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as raw:
            prices = Prices(raw["price_person"], raw["price_role"], raw["price_head"], str(raw["certificate"]))
            return AllocationPlan(
                grid=raw["grid"],
                role=raw["role"],
                objective=int(raw["objective"]),
                bound=int(raw["bound"]),
                certificate=prices,
                gap=float(raw["gap"]),
                seed=int(raw["seed"]),
                work=int(raw["work"]),
                seconds=0.0,
                stopped_because=str(raw["stopped_because"]),
                problem_digest=str(raw["problem_digest"]),
                shortage=Shortage(**{part.name: raw[f"short_{part.name}"] for part in fields(Shortage)}),
            )
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, AttributeError, TypeError) as error:
        raise BadFile(f"{path}: cannot be read as a plan: {error}") from error
