"""A bar for long work, on standard error; in a file or a pipe, a line for each step."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WIDTH = 30


@contextmanager
def bar(title: str) -> Iterator[Callable[[float, str], None]]:
    """Yield what to call with the share done (0 to 1) and the step's name."""
    terminal = sys.stderr.isatty()
    noted = -1.0

    def tell(share: float, step: str) -> None:
        nonlocal noted
        if terminal:
            full = round(share * WIDTH)
            sys.stderr.write(f"\r{title} [{'#' * full}{'.' * (WIDTH - full)}] {share:4.0%} {step[:24]:<24}")
            sys.stderr.flush()
        elif share - noted >= 0.1:
            noted = share
            sys.stderr.write(f"{title}: {share:.0%} {step}\n")

    yield tell
    if terminal:
        sys.stderr.write("\n")
