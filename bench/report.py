"""`make bench`: the agreed set, each row by one command, beside its peers in the same run; written into the reference.

Every row is a process of its own, so that its memory is its own. What is between the marks in
docs/reference/benchmarks.md is written anew; the rest of that page is left as it is.
"""

import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks.md"
BEGIN, END = "<!-- planners: written by make bench -->", "<!-- planners: end -->"
SHOWN = ("objective", "gap", "seconds", "cpu_seconds", "peak_mib", "verdict")
APART = {"instance", "best_known", "bound", "certificate", "seed", "work", "peers", *SHOWN}


@dataclass(frozen=True)
class Row:
    """One measurement: an instance (made if it is not there), the problem, and its options.

    Attributes:
        quick: whether it belongs to the short set too.
    """

    problem: str
    instance: str
    options: tuple[str, ...] = ()
    quick: bool = False

    def command(self, folder: Path) -> list[str]:
        """What a reader types after `python -m`."""
        return ["bench", self.problem, str(folder / f"{self.instance}.npz"), *self.options]


def _repairs() -> list[Row]:
    plan = ("--of", "{folder}/A1-plan.npz")
    return [
        Row("repair", "A1", (*plan, f"--{what}", str(many), "--mode", mode))
        for mode in ("exact", "calm")
        for what in ("leave", "arrive")
        for many in (1, 10, 100)
    ]


SET = [
    Row("allocation", "A1-hundredth", ("--peers",), quick=True),
    Row("allocation", "A1-tenth", ("--peers",), quick=True),
    Row("allocation", "A1-third", ("--peers",)),
    Row("allocation", "A1", ("--peers", "--plan", "{folder}/A1-plan.npz")),
    *_repairs(),
    Row("reinforcement", "R1", ("--peers",), quick=True),
    Row("reinforcement", "R2", ("--peers", "--budget", "10"), quick=True),
    Row("reinforcement", "R2", ("--peers", "--budget", "60")),
    Row("dispatch", "D1", ("--peers",), quick=True),
    Row("distances", "W1", ("--peers",), quick=True),
]


def main(folder: Path, *, quick: bool, write: bool) -> int:
    """Run the set; print a line a row, and write the page. 0 when every verdict is ok."""
    folder.mkdir(parents=True, exist_ok=True)
    told: list[tuple[Row, dict[str, object]]] = []
    for row in SET:
        if quick and not row.quick:
            continue
        made = folder / f"{row.instance}.npz"
        if not made.exists():
            subprocess.run([sys.executable, "-m", "bench", "make", row.instance, "--out", str(made)], check=True)
        told.append((row, _run(row, folder)))
        print(json.dumps(told[-1][1]), flush=True)
    if write:
        _write(told, folder)
    return 0 if all(line.get("verdict") == "ok" for _, line in told) else 1


def _run(row: Row, folder: Path) -> dict[str, object]:
    options = [option.format(folder=folder) for option in row.options]
    command = [sys.executable, "-m", *Row(row.problem, row.instance, tuple(options)).command(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if not lines:
        return {"instance": row.instance, "verdict": done.stderr.strip().splitlines()[-1:] or "no word"}
    return dict(json.loads(lines[-1]))


def _write(told: list[tuple[Row, dict[str, object]]], folder: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(before + BEGIN + "\n\n" + _page(told, folder) + "\n" + END + after, encoding="utf-8")


def _page(told: list[tuple[Row, dict[str, object]]], folder: Path) -> str:
    parts = [
        f"{_machine()}; {datetime.now(UTC).date().isoformat()}. {_load()} Made again row by row with the command "
        "shown; all of it with `make bench`. Ratios are the peer's figure by ours.",
        "",
    ]
    for row, line in told:
        command = " ".join(Row(row.problem, row.instance, row.options).command(Path("out")))
        parts += [f"    python -m {command.replace('{folder}', 'out')}", "", *_table(line), ""]
    return "\n".join(parts)


def _table(line: dict[str, object]) -> list[str]:
    """One measurement as a table: our row, then each peer's with ratios."""
    head = "| " + " | ".join(["who", *(name.replace("_", " ") for name in SHOWN), "also"]) + " |"
    rows = [head, "|---" * (len(SHOWN) + 2) + "|"]
    also = ", ".join(f"{name} {_said(value)}" for name, value in line.items() if name not in APART)
    rows.append("| Linli | " + " | ".join(_said(line.get(name)) for name in SHOWN) + f" | {also} |")
    peers = line.get("peers")
    for name, figures in peers.items() if isinstance(peers, dict) else ():
        shown = [_beside(figures.get(key), line.get(key), key) for key in SHOWN]
        more = ", ".join(
            f"{key} {_beside(value, line.get(key), key)}" for key, value in figures.items() if key not in SHOWN
        )
        rows.append(f"| {name} | " + " | ".join(shown) + f" | {more} |")
    return rows


def _beside(theirs: object, ours: object, key: str) -> str:
    """A peer's figure, and how many times ours it is."""
    numbers = isinstance(theirs, int | float) and isinstance(ours, int | float)
    if not numbers or not ours or key in {"gap", "objective"}:
        return _said(theirs)
    return f"{_said(theirs)} ({float(theirs) / float(ours):.2g} ×)"  # type: ignore[arg-type]


def _said(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return json.dumps(value) if isinstance(value, dict) else str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def _machine() -> str:
    names = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores, {names[0] if names else platform.machine()}, {memory:.0f} GiB"


def _load() -> str:
    load = os.getloadavg()[2]
    return f"Load over the last quarter of an hour: {load:.1f}."
