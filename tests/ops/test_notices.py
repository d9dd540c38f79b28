"""What others made is named in every version we use, and its licence goes out with the scripts."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8")
NOTICE = (ROOT / "src/linli/web/static/THIRD-PARTY.txt").read_text(encoding="utf-8")


def test_every_package_of_the_bundle_is_named_with_its_version_and_its_holder() -> None:
    lock = json.loads((ROOT / "frontend/package-lock.json").read_text(encoding="utf-8"))["packages"]
    bundled = {
        (path.removeprefix("node_modules/"), entry["version"])
        for path, entry in lock.items()
        if path and (not entry.get("dev") or path in ("node_modules/daisyui", "node_modules/tailwindcss"))
    }
    assert {name for name, _ in bundled} >= {"maplibre-gl", "htmx.org", "@alpinejs/csp", "daisyui", "tailwindcss"}
    assert {one for one in bundled if f"| {one[0]} | {one[1]} |" not in PAGE} == set()
    assert {one for one in bundled if f"\n{one[0]} {one[1]}" not in NOTICE} == set()


def test_every_pin_of_running_is_named_with_its_version() -> None:
    lines = (ROOT / "requirements/run.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split(" ")[0].split("==") for line in lines if "==" in line and "win32" not in line]
    assert len(pins) > 40
    assert [name for name, version in pins if f"| {name} | {version} |" not in PAGE] == []


def test_no_licence_is_unknown() -> None:
    rows = re.findall(r"^\| (\S+) \| [\d.]+ \| (.*) \|$", PAGE, re.MULTILINE)
    assert len(rows) > 70
    assert [name for name, licence in rows if licence in ("", "not stated")] == []


def test_the_words_of_each_kind_of_licence_are_there() -> None:
    for words in (
        "Permission is hereby granted, free of charge",
        "Redistributions in binary form must reproduce",
        "Permission to use, copy, modify, and/or distribute this software",
    ):
        assert words in NOTICE
