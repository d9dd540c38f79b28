"""Problems are declared: arrays with a type and a shape in letters, numbers with their range.

    @dataclass(frozen=True, eq=False, kw_only=True)
    class ShedProblem(Problem):
        spade_xy: np.ndarray = array("f8", "n", 2)
        weight_kg: np.ndarray = array("f8", "n", low=0)
        reach_m: float = number(low=0)

        def check(self) -> None: ...  # what no declaration can say

The first array with a letter says how many that is; all others must agree.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np

from linli.planning.errors import BadProblem

_FORM = "form"


@dataclass(frozen=True)
class _Array:
    dtype: np.dtype
    shape: tuple[str | int, ...]
    low: float | None
    high: float | None
    view: bool


@dataclass(frozen=True)
class _Number:
    whole: bool
    low: float | None
    high: float | None


def array(
    dtype: str,
    *shape: str | int,
    low: float | None = None,
    high: float | None = None,
    optional: bool = False,
    view: bool = False,
) -> Any:
    """Declare an array: type, shape (letters or numbers), the least and largest entry.

    Args:
        optional: may be None.
        view: kept as a read-only view where it has the type already, for arrays of hundreds of megabytes.
    """
    form = _Array(np.dtype(dtype), shape, low, high, view)
    return field(default=None if optional else MISSING, metadata={_FORM: form})


def whole(*, low: int | None = None, high: int | None = None) -> Any:
    """Declare a whole number."""
    return field(metadata={_FORM: _Number(True, low, high)})


def number(*, low: float | None = None, high: float | None = None) -> Any:
    """Declare a finite number."""
    return field(metadata={_FORM: _Number(False, low, high)})


@dataclass(frozen=True, eq=False, kw_only=True)
class Problem:
    """A frozen problem: its parts have the types, shapes and ranges declared, or it is not made.

    Raises:
        BadProblem: naming the first part that makes no sense.
    """

    def __post_init__(self) -> None:
        sizes: dict[str, int] = {}
        for part in fields(self):
            given = getattr(self, part.name)
            if given is None and part.default is None:
                continue
            object.__setattr__(self, part.name, _read(part, given, sizes))
        self.check()

    def check(self) -> None:
        """Raise BadProblem for what no declaration can say."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything that defines the problem."""
        return digest_of((part.name, getattr(self, part.name)) for part in fields(self))

    @classmethod
    def parts(cls) -> dict[str, bool]:
        """Names of all parts, and whether each must be given."""
        return {part.name: part.default is MISSING for part in fields(cls)}


def refuse(name: str, bad: np.ndarray, values: np.ndarray, why: str) -> None:
    """Raise BadProblem for the first bad entry, with its place and value."""
    if bad.any():
        where = tuple(int(axis) for axis in np.argwhere(bad)[0])
        place = ",".join(map(str, where))
        raise BadProblem(f"{name}[{place}]: {values[where]}: {why}")


def digest_of(parts: Iterable[tuple[str, np.ndarray | int | float | None]]) -> str:
    """SHA-256 over names, types, shapes and bytes, in the order given, as 64 hex digits."""
    total = hashlib.sha256()
    for name, part in parts:
        if part is None:
            total.update(f"{name}:none;".encode())
            continue
        array = np.ascontiguousarray(part)
        total.update(f"{name}:{array.dtype.str}:{array.shape};".encode())
        total.update(array.reshape(-1).view(np.uint8).data)
    return total.hexdigest()


def _read(part: "Field[Any]", given: object, sizes: dict[str, int]) -> object:
    form = part.metadata[_FORM]
    if isinstance(form, _Number):
        return _number(part.name, given, form)
    found = _frozen(part.name, given, form)
    wanted = tuple(
        sizes.setdefault(axis, found.shape[at] if at < found.ndim else 0) if isinstance(axis, str) else axis
        for at, axis in enumerate(form.shape)
    )
    if found.shape != wanted:
        raise BadProblem(f"{part.name}: has shape {found.shape}, should have {wanted}")
    if found.dtype.kind == "f":
        refuse(part.name, ~np.isfinite(found), found, "is not a finite number")
    if form.low is not None:
        refuse(part.name, found < form.low, found, f"is below {form.low}")
    if form.high is not None:
        refuse(part.name, found > form.high, found, f"is above {form.high}")
    return found


def _frozen(name: str, given: object, form: _Array) -> np.ndarray:
    dtype = form.dtype
    try:
        raw = np.asarray(given)
        if raw.dtype.kind not in "iufb":
            raise BadProblem(f"{name}: holds {raw.dtype}, not numbers")
        if dtype.kind in "iub" and raw.dtype.kind == "f" and not np.array_equal(raw, np.trunc(raw)):
            raise BadProblem(f"{name}: holds numbers that are not whole")
        if dtype.kind in "iub" and raw.size and raw.dtype != dtype:
            low, high = (0, 1) if dtype.kind == "b" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
            if raw.min() < low or raw.max() > high:
                raise BadProblem(f"{name}: holds numbers outside {low} to {high}")
        array = np.ascontiguousarray(raw, dtype) if form.view else np.array(raw, dtype, order="C")
    except (TypeError, ValueError) as error:
        raise BadProblem(f"{name}: cannot be read as an array of {dtype}: {error}") from error
    frozen = array.view()
    frozen.setflags(write=False)
    return frozen


def _number(name: str, given: object, form: _Number) -> int | float:
    array = np.asarray(given)
    if array.ndim != 0 or array.dtype.kind not in "iuf":
        raise BadProblem(f"{name}: should be one number")
    value = float(array)
    if not np.isfinite(value):
        raise BadProblem(f"{name}: {value} is not a finite number")
    if form.whole and value != int(value):
        raise BadProblem(f"{name}: {value} is not a whole number")
    if form.low is not None and value < form.low:
        raise BadProblem(f"{name}: {value:g} is below {form.low}")
    if form.high is not None and value > form.high:
        raise BadProblem(f"{name}: {value:g} is above {form.high}")
    return int(value) if form.whole else value
