"""Generators of instances, with the parameters of docs/reference/*-format.md and benchmarks.md."""

from collections.abc import Callable
from functools import partial

from bench.instances import allocation, dispatch, distances, reinforcement
from linli.planning.frame import Problem

MAKERS: dict[str, Callable[[int], Problem]] = {
    **{name: partial(allocation.make, name) for name in allocation.SIZES},
    "D1": dispatch.make,
    "W1": distances.make,
    **{name: partial(reinforcement.make, name) for name in reinforcement.KINDS},
}
"""By name: each takes a seed."""


def make(name: str, seed: int) -> Problem:
    """The instance of this name and seed.

    Raises:
        KeyError: there is no instance of this name.
    """
    return MAKERS[name](seed)
