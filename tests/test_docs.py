"""The reference pages leave nothing out."""

import importlib
import pkgutil
from pathlib import Path

import linli
from linli.common.errors import LinliError

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"


def every_error() -> dict[str, type[LinliError]]:
    """All failures of the house by code; a code stands for one meaning only."""
    for module in pkgutil.walk_packages(linli.__path__, "linli."):
        if module.name.endswith(".errors") or ".api." in module.name or module.name == "linli.custody.reveals":
            importlib.import_module(module.name)
    found: dict[str, type[LinliError]] = {}
    waiting = [LinliError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if not kind.__module__.startswith("linli.") or "code" not in vars(kind):
            continue
        assert found.setdefault(kind.code, kind) is kind, f"{kind} and {found[kind.code]} share the code {kind.code}"
    return found


def test_every_error_code_stands_in_the_reference():
    page = (REFERENCE / "errors.md").read_text(encoding="utf-8")
    missing = [
        f"| `{code}` | {kind.status} | {kind.sentence} |"
        for code, kind in sorted(every_error().items())
        if f"| `{code}` | {kind.status} |" not in page
    ]
    assert not missing, "docs/reference/errors.md leaves out:\n" + "\n".join(missing)


def test_the_reference_names_no_error_that_is_gone():
    page = (REFERENCE / "errors.md").read_text(encoding="utf-8")
    listed = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    assert listed <= set(every_error())
