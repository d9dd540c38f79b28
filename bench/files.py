"""npz files of problems and plans, in the forms of docs/reference: plain arrays, no pickles."""

import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import numpy as np

from linli.planning.errors import BadProblem
from linli.planning.frame import Part, Plan, Problem

P = TypeVar("P", bound=Problem)
Q = TypeVar("Q", bound=Plan)
UNREADABLE = (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, AttributeError, TypeError)


class BadFile(Exception):
    """A file cannot be read as what it should be; the message says why."""


def load_problem(kind: type[P], path: Path) -> P:
    """Read a problem.

    Raises:
        BadFile: it cannot be read, is no npz file, lacks an array or holds a problem without sense.
    """
    parts = kind.parts()
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as raw:
            arrays = {name: raw[name] for name in raw.files if name in parts}
    except FileNotFoundError as error:
        raise BadFile(f"{path}: there is no such file") from error
    except UNREADABLE as error:
        raise BadFile(f"{path}: cannot be read as an npz file of plain arrays: {error}") from error
    lacking = sorted(name for name, needed in parts.items() if needed and name not in arrays)
    if lacking:
        raise BadFile(f"{path}: lacks {', '.join(lacking)}")
    try:
        return kind(**arrays)
    except BadProblem as error:
        raise BadFile(f"{path}: {error}") from error


def save_problem(problem: Problem, path: Path) -> None:
    """Write a problem; parts that are not given are left out."""
    parts = {name: getattr(problem, name) for name in sorted(problem.parts())}
    with path.open("wb") as file:
        np.savez_compressed(file, **{name: part for name, part in parts.items() if part is not None})


def save_plan(plan: Plan, path: Path) -> None:
    """Write a plan with the certificate that proves its bound."""
    said = {
        part.name: getattr(plan, part.name)
        for part in fields(plan)
        if isinstance(getattr(plan, part.name), int | float | str) and part.name != "seconds"
    }
    said["certificate"] = plan.certificate.name if plan.certificate is not None else ""
    arrays: dict[str, Any] = dict(plan.arrays()) | said
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def load_plan(kind: type[Q], path: Path) -> Q:
    """Read a plan that `save_plan` wrote, so that somebody else's can be checked.

    Raises:
        BadFile: it cannot be read or lacks an array.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as raw:
            arrays = {name: raw[name] for name in raw.files}
        types = get_type_hints(kind)
        parts: dict[str, Any] = {part.name: _part(types[part.name], part.name, arrays) for part in fields(kind)}
        return kind(**parts)
    except UNREADABLE as error:
        raise BadFile(f"{path}: cannot be read as a plan: {error}") from error


def _part(kind: object, name: str, arrays: dict[str, np.ndarray]) -> object:
    """One part of a plan: some arrays together, one array, a number, a word, or nothing."""
    if isinstance(kind, type) and issubclass(kind, Part):
        if name == "certificate" and str(arrays[name]) != kind.name:
            raise KeyError(f"the certificate is {arrays[name]}, not {kind.name}")
        return kind(**{part.name: arrays[kind.prefix + part.name] for part in fields(kind)})
    if name == "seconds":
        return 0.0
    if kind is np.ndarray:
        return arrays[name]
    return arrays[name].item() if name in arrays else None
