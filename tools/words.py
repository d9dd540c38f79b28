"""The catalogue of words: extract English sentences, keep their Chinese, compile. No GNU gettext needed.

python tools/words.py update    sentences found in the code go into django.po; lost ones leave it
python tools/words.py compile   django.po becomes django.mo
python tools/words.py check     fails where a sentence has no Chinese, or django.mo is behind
"""

import io
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "linli"
FOLDER = SOURCE / "locale" / "zh_Hans" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def sentences() -> Iterator[tuple[str, object, str | None]]:
    """(file, message or (one, many), context) of every sentence in code and templates, in order of files."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.conf.settings")
    from django.utils.translation.template import templatize

    for path in sorted(
        [*SOURCE.rglob("*.py"), *SOURCE.rglob("templates/**/*.html"), *SOURCE.rglob("templates/**/*.txt")]
    ):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = templatize(text, origin=str(path))
        for _line, message, _comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            yield str(path.relative_to(ROOT)), message, context
    for word, context in _declared():
        yield "declarations", word, context


def _declared() -> list[tuple[str, str]]:
    """What the rooms' declarations say: purposes, bases and the like, which stand in no call that can be found."""
    import django

    django.setup()  # imports every room's declarations
    from linli.custody.declare import CONTEXT, words

    return [(word, CONTEXT) for word in words()]


def update() -> Catalog:
    """The kept catalogue brought in line with the code: new sentences empty, lost ones gone."""
    kept = _read() if PO.exists() else Catalog(locale="zh_Hans")
    fresh = Catalog(locale="zh_Hans", project="linli", charset="utf-8", fuzzy=False)
    for name, message, context in sentences():
        if not message or message == "":
            continue
        before = kept.get(message[0] if isinstance(message, tuple) else message, context)
        text = before.string if before is not None and not before.fuzzy else None
        if isinstance(message, tuple):
            text = text if isinstance(text, tuple) else (text or "",)
        elif isinstance(text, tuple):
            text = text[0]
        fresh.add(message, text or "", locations=[(name, None)], flags=_flags(message), context=context)
    return fresh


def _flags(message: object) -> list[str]:
    one = message[0] if isinstance(message, tuple) else str(message)
    return ["python-format"] if "%(" in one else []


def _read() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def po_bytes(catalog: Catalog) -> bytes:
    """The catalogue as text, without dates, so that equal catalogues are equal files."""
    out = io.BytesIO()
    write_po(out, catalog, width=110, omit_header=False, sort_output=True, include_lineno=False, no_location=True)
    kept = [
        line
        for line in out.getvalue().decode().splitlines()
        if not line.startswith(('"POT-', '"PO-Rev', '"Last-T', '"Generated'))
    ]
    return ("\n".join(kept) + "\n").encode()


def mo_bytes(catalog: Catalog) -> bytes:
    """The catalogue compiled."""
    # Babel writes the present minute into the header; equal words must give equal bytes.
    catalog.creation_date = catalog.revision_date = datetime(2022, 9, 2, tzinfo=UTC)
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def wrong() -> list[str]:
    """What is not in order, a sentence each."""
    if not PO.exists():
        return [f"{PO.relative_to(ROOT)} is missing: run tools/words.py update"]
    found = [
        f"no Chinese for: {message.id!r}"
        for message in update()
        if message.id and not all(message.string if isinstance(message.string, tuple) else (message.string,))
    ]
    if po_bytes(update()) != PO.read_bytes():
        found.append("django.po is behind the code: run tools/words.py update")
    if not MO.exists() or mo_bytes(_read()) != MO.read_bytes():
        found.append("django.mo is behind django.po: run tools/words.py compile")
    return found


def main() -> int:
    """Run one command; 0 when all is well."""
    match sys.argv[1:]:
        case ["update"]:
            FOLDER.mkdir(parents=True, exist_ok=True)
            PO.write_bytes(po_bytes(update()))
        case ["compile"]:
            MO.write_bytes(mo_bytes(_read()))
        case ["check"]:
            for sentence in (problems := wrong()):
                print(sentence)
            return 1 if problems else 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
