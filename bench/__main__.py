"""Make instances and measure planners on them.

python -m bench make NAME [--seed N] --out FILE
python -m bench PROBLEM FILE... [--budget S] [--seed N] [--plan OUT]
python -m bench report [--quick] [--write] [--in FOLDER]
python -m bench city [--size chengdu] [--seed N] [--in FOLDER]
python -m bench first-day [--in FOLDER]
python -m bench ledger [--size chengdu] [--seed N] [--devices N] [--in FOLDER] [--keep FOLDER]
python -m bench import [--size datong] [--rows N] [--in FOLDER] [--keep FOLDER]
python -m bench signin [--size datong] [--people N] [--seed N] [--in FOLDER]
python -m bench signin-cost [--size datong] [--seed N] [--in FOLDER]
python -m bench sync [--size datong] [--seed N] [--devices N] [--minutes M] [--doors N] [--in FOLDER]
python -m bench notices [--people N] [--in FOLDER]
python -m bench muster [--size chengdu] [--seed N] [--users N] [--seconds S] [--in FOLDER] [--keep FOLDER]
python -m bench field [--seed N] [--runs N] [--in FOLDER]
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import city, field, files, first_day, importing, instances, ledger, muster, notices, report, signin, sync
from bench.problems import PROBLEMS
from bench.problems.common import Run, measure
from bench.signin import cost
from linli.planning.errors import PlanningError

WHOLE: dict[str, Callable[[argparse.Namespace], int]] = {
    "city": lambda asked: city.main(asked.size, asked.seed, asked.folder),
    "field": lambda asked: field.main(asked.seed, asked.folder, asked.runs),
    "first-day": lambda asked: first_day.main(asked.folder),
    "import": lambda asked: importing.main(asked.size, asked.seed, asked.folder, asked.rows, asked.keep),
    "ledger": lambda asked: ledger.main(asked.size, asked.seed, asked.folder, asked.devices, asked.keep),
    "muster": lambda asked: muster.main(asked.size, asked.seed, asked.folder, asked.keep, asked.users, asked.seconds),
    "notices": lambda asked: notices.main(asked.folder, asked.people),
    "report": lambda asked: report.main(asked.folder, quick=asked.quick, write=asked.write),
    "signin": lambda asked: signin.main(asked.size, asked.seed, asked.folder, asked.people),
    "signin-cost": lambda asked: cost.main(asked.size, asked.seed, asked.folder),
    "sync": lambda asked: sync.main(asked.size, asked.seed, asked.folder, asked.devices, asked.minutes, asked.doors),
}
"""Benches that start the product itself."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it did its work, 1 when a file or problem is bad, 2 when the command line is."""
    asked = _parser().parse_args(arguments)
    try:
        if asked.command == "make":
            files.save_problem(instances.make(asked.name, asked.seed), asked.out)
            return 0
        if asked.command in WHOLE:
            return WHOLE[asked.command](asked)
        if asked.plan is not None and len(asked.files) > 1:
            print("--plan takes one plan: give one file", file=sys.stderr)
            return 2
        bench, run = PROBLEMS[asked.command], Run(asked.budget, asked.seed, asked)
        verdicts = [measure(bench, path, run, asked.plan) for path in asked.files]
    except (files.BadFile, PlanningError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0 if all(verdicts) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Make instances and measure planners on them.")
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("make", help="write an instance of our own")
    make.add_argument("name", choices=sorted(instances.MAKERS))
    make.add_argument("--seed", type=_natural, default=0)
    make.add_argument("--out", type=Path, required=True)
    for name, bench in PROBLEMS.items():
        run = commands.add_parser(name, help="solve and check the plan; one JSON line a file")
        run.add_argument("files", nargs="+", type=Path)
        run.add_argument("--budget", type=float, help="wall-clock seconds a file may take")
        run.add_argument("--seed", type=_natural, default=0)
        run.add_argument("--plan", type=Path, help="write the plan with its certificate here")
        bench.options(run)
    whole = commands.add_parser("city", help="take a whole city through the product; one JSON line a stage")
    whole.add_argument("--size", choices=["datong", "qingyang", "chengdu"], default="chengdu")
    whole.add_argument("--seed", type=_natural, default=1)
    whole.add_argument("--in", dest="folder", type=Path, default=Path("out"), help="where to work; it is tidied up")
    book = commands.add_parser("ledger", help="rolls, balances and phones that sync over a whole city")
    book.add_argument("--size", choices=["datong", "qingyang", "chengdu"], default="chengdu")
    book.add_argument("--seed", type=_natural, default=1)
    book.add_argument("--devices", type=_natural, default=400, help="phones that sync at the end")
    book.add_argument("--in", dest="folder", type=Path, default=Path("out"), help="where to work; it is tidied up")
    book.add_argument("--keep", type=Path, help="a folder whose loaded city is kept and used again")
    taken = commands.add_parser("import", help="a file of people into a loaded city, with every open roll")
    taken.add_argument("--size", choices=["datong", "qingyang", "chengdu"], default="datong")
    taken.add_argument("--seed", type=_natural, default=1)
    taken.add_argument("--rows", type=_natural, default=20_000, help="rows of the file: 20,000 at most")
    taken.add_argument("--in", dest="folder", type=Path, default=Path("out"), help="where to work; it is tidied up")
    taken.add_argument("--keep", type=Path, help="a folder whose loaded city is kept and used again")
    agreed = commands.add_parser("report", help="the agreed set of planners beside their peers")
    agreed.add_argument("--in", dest="folder", type=Path, default=Path("out"), help="where instances are kept")
    agreed.add_argument("--quick", action="store_true", help="the short set")
    agreed.add_argument("--write", action="store_true", help="into docs/reference/benchmarks.md")
    day = commands.add_parser("first-day", help="walk docs/tutorials/first-day.md with a clock")
    day.add_argument("--in", dest="folder", type=Path, default=Path("out"), help="where to work; it is tidied up")
    evenings = {
        "signin": "1,000 people sign in within a minute while intake goes on",
        "signin-cost": "what each request of that evening costs; one JSON line a request",
    }
    for name, said in evenings.items():
        evening = commands.add_parser(name, help=said)
        evening.add_argument("--size", choices=["datong", "qingyang"], default="datong")
        evening.add_argument("--seed", type=_natural, default=1)
        evening.add_argument(
            "--in", dest="folder", type=Path, default=Path("out"), help="where to work; it is tidied up"
        )
        if name == "signin":
            evening.add_argument("--people", type=_natural, help="so many live in the city (20,000 or more)")
    _phones(commands)
    _telling(commands)
    _mustering(commands)
    return parser


def _telling(commands: Any) -> None:
    """The bench of notices."""
    told = commands.add_parser("notices", help="tell so many people; one JSON line a stage")
    told.add_argument("--people", type=_natural, default=139_300)
    told.add_argument("--in", dest="folder", type=Path, default=Path("out"), help="where to work; it is tidied up")


def _mustering(commands: Any) -> None:
    """The bench of muster."""
    whole = commands.add_parser("muster", help="pages, lists and sign-ups over a whole city; one JSON line a stage")
    whole.add_argument("--size", choices=["datong", "qingyang", "chengdu"], default="chengdu")
    whole.add_argument("--seed", type=_natural, default=1)
    whole.add_argument("--users", type=_natural, default=20, help="people who open pages at once")
    whole.add_argument("--seconds", type=float, default=120.0, help="for how long they do")
    whole.add_argument("--in", dest="folder", type=Path, default=Path("out"), help="where to work; it is tidied up")
    whole.add_argument("--keep", type=Path, help="a folder whose city is kept and used again")


def _phones(commands: Any) -> None:
    """Benches of the field app and of what it brings."""
    app = commands.add_parser("field", help="the field app on a slow phone: cold start, scrolling, a day's news")
    app.add_argument("--seed", type=_natural, default=1)
    app.add_argument("--runs", type=_natural, default=7, help="cold starts")
    app.add_argument("--in", dest="folder", type=Path, default=Path("out"), help="where to work; it is tidied up")
    back = commands.add_parser("sync", help="phones that come back into a signal, over HTTP; one JSON line a phase")
    back.add_argument("--size", choices=["datong", "qingyang"], default="datong")
    back.add_argument("--seed", type=_natural, default=1)
    back.add_argument("--devices", type=_natural, default=1_000, help="phones")
    back.add_argument("--minutes", type=float, default=6.0, help="within which all come back")
    back.add_argument("--doors", type=_natural, default=12, help="that each brings")
    back.add_argument("--in", dest="folder", type=Path, default=Path("out"), help="where to work; it is tidied up")


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 0 up")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
