"""How a sheet looks: facts for ``sheet.typ``, from the rows as they were frozen."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from django.utils.translation import gettext, gettext_noop

from linli.common import pdf
from linli.custody.export import Kept
from linli.ledger.models import Finding
from linli.ledger.paper.doors import Door, Somebody

SOURCE = Path(__file__).resolve().parent / "sheet.typ"
RESULTS = {
    "a": (Finding.Result.ANSWERED, gettext_noop("Answered")),
    "n": (Finding.Result.NO_ANSWER, gettext_noop("Nobody")),
    "v": (Finding.Result.VACANT, gettext_noop("Vacant")),
    "r": (Finding.Result.REFUSED, gettext_noop("Refused")),
}
"""The boxes on a sheet by the letter that is typed for them."""
HOWS = {
    "d": (Finding.How.DOOR, gettext_noop("At the door")),
    "p": (Finding.How.PHONE, gettext_noop("By phone")),
    "g": (Finding.How.GROUP, gettext_noop("By group message")),
    "n": (Finding.How.NEIGHBOUR, gettext_noop("From a neighbour")),
}
SAID = {
    "h": gettext_noop("Here"),
    "a": gettext_noop("Away"),
    "e": gettext_noop("Exempt"),
    "r": gettext_noop("Refuses"),
}
SEX = {"f": gettext_noop("female"), "m": gettext_noop("male")}
BANDS = {"child": gettext_noop("under 14"), "adult": "", "old": gettext_noop("60 or older")}
BLANK = 2  # lines for people whom nobody knew of, at each door


def number(value: int | None) -> str:
    """A staircase or a floor as text; empty where it has none."""
    return "" if value is None else str(value)


def people_told(door: Door) -> str:
    """Who lives there, a line each, numbered as they are typed back."""
    return "\n".join(f"{n}. {person_told(each)}" for n, each in enumerate(door.people, 1))


def person_told(person: Somebody) -> str:
    """Somebody masked, with what tells the members of a household apart."""
    band = BANDS.get(person.band, "")
    parts = (person.name or "—", gettext(SEX[person.sex]) if person.sex in SEX else "", gettext(band) if band else "")
    return " ".join(part for part in parts if part)


def paper(kept: Kept, lines: Sequence[str], *, number: str, event: str, synthetic: bool) -> bytes:
    """The sheet as PDF, in the language that is active."""
    return pdf.render(SOURCE, facts(kept, lines, number=number, event=event, synthetic=synthetic))


def facts(kept: Kept, lines: Sequence[str], *, number: str, event: str, synthetic: bool) -> dict[str, Any]:
    """Every word and figure of the paper."""
    title = gettext("Sheet {number}").format(number=number)
    numbered = enumerate(kept.rows, 1)
    houses = groupby(numbered, key=lambda row: " ".join(part for part in row[1][1:3] if part))
    return {
        "title": title,
        "language": "zh" if kept.language.startswith("zh") else "en",
        "mark": " · ".join([*([gettext("Synthetic city")] if synthetic else []), title, kept.where, event]),
        "foot": lines[-2],
        "where": kept.where,
        "event": event,
        "lines": list(lines),
        "how_to": gettext(
            "Tick one box at each door, say how, and write A for away, E for exempt or R for refuses beside whoever is "
            "not here. Bring the sheet back to the desk."
        ),
        "written": gettext("Filled in by ____________ from ______ to ______"),
        "results": [f"{letter.upper()} {gettext(words)}" for letter, (_, words) in RESULTS.items()],
        "hows": [f"{letter.upper()} {gettext(words)}" for letter, (_, words) in HOWS.items()],
        "here": gettext("Here"),
        "blank": BLANK,
        "new": gettext("Somebody new"),
        "houses": [{"name": name, "doors": [_door(n, row) for n, row in rows]} for name, rows in houses],
    }


def _door(n: int, row: Sequence[str]) -> dict[str, Any]:
    """A door with its code; a blank one with its number on the sheet, and room to write which door it is."""
    code, _, _, unit, floor, door, people = row
    if not code:
        return {
            "code": gettext("line {n}").format(n=n),
            "blank": [gettext("Staircase"), gettext("Floor"), gettext("Door")],
            "door": "",
            "floor": "",
            "people": [],
        }
    parts = [gettext("staircase {n}").format(n=unit) if unit else "", door]
    return {
        "code": code,
        "blank": [],
        "door": " ".join(part for part in parts if part),
        "floor": gettext("floor {n}").format(n=floor) if floor else "",
        "people": people.split("\n") if people else [],
    }
