"""Reading a unit's people: its own spreadsheet or the template, or lines pasted into a phone; nothing is guessed."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation.trans_null import gettext_noop

from linli.common.errors import Invalid, LinliError
from linli.common.sheets import Template, cells
from linli.common.sheets.errors import TooManyRows
from linli.common.sheets.reading import read
from linli.common.typed import is_readable
from linli.muster.columns import NAME, PHONE, SKILL, SKILLS
from linli.muster.units.errors import LineUnreadable
from linli.people.rules import phone_digits

MOST = 5_000
_BETWEEN = re.compile(r"[\s,，、;；/／|。]+")
_NUMBER = re.compile(r"^\s*[(（]?\d{1,4}\s*[)）.、．,，:：]\s*(?!\d)")
_DIGITS = re.compile(r"\+?\d[\d-]{5,}\d")

TEMPLATE = Template(
    key="unit_people",
    title=gettext_noop("People a work unit sends"),
    says=gettext_noop("Whom your work unit sends, with a phone and skills. By the unit's liaison."),
    columns=(NAME, PHONE, SKILL),
    examples=(
        {"name": "王小明", "phone": "13800001234", "skills": "驾驶，翻译"},
        {"name": "李敏", "phone": "13900005678", "skills": "cook"},
    ),
    most_rows=MOST,
)


@dataclass(frozen=True, slots=True)
class Named:
    """One person as a unit names them; `row` as the spreadsheet or the pasted text numbers it."""

    row: int
    name: str
    phone: str
    skills: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row makes no sense.

    Attributes:
        said: what stood in a pasted line; column: of a spreadsheet, its key. One of the two is empty.
    """

    row: int
    said: str
    column: str
    problem: LinliError


@dataclass(frozen=True, slots=True)
class Read:
    """What was read; `mend`: the rows that make no sense."""

    named: list[Named] = field(default_factory=list)
    mend: list[Fault] = field(default_factory=list)


def of_file(content: bytes) -> Read:
    """A spreadsheet's rows.

    Raises:
        Invalid: it is no such list at all.
    """
    sheet = read(TEMPLATE, content)
    named = [
        Named(row.number, row.text("name"), row.text("phone"), int(row.said.get("skills") or 0)) for row in sheet.rows
    ]
    return Read(named, [Fault(each.row, "", each.column, each.problem) for each in sheet.rejected])


def of_text(text: str) -> Read:
    """Pasted lines; see `of_lines`."""
    return of_lines(text.splitlines())


def of_lines(lines: Sequence[str]) -> Read:
    """Lines, a person each: a name, a phone, and skills of the closed list. Other words are left out.

    Raises:
        TooManyRows: more lines than are taken at once; none of them is.
    """
    found = Read()
    if len(lines) > MOST:
        raise TooManyRows(most=MOST)
    for number, said in enumerate(lines, 1):
        line = " ".join(unicodedata.normalize("NFKC", said).split())
        if not line:
            continue
        one = _line(number, line)
        if one is None:
            found.mend.append(Fault(number, line[:200], "", LineUnreadable()))
        else:
            found.named.append(one)
    return found


def _line(number: int, line: str) -> Named | None:
    if len(line) > 200 or not is_readable(line):
        return None
    words = [word for word in _BETWEEN.split(_NUMBER.sub("", line)) if word]
    phones = [word for word in words if _DIGITS.fullmatch(word)]
    rest = [word for word in words if word not in phones and cells.folded(word) not in SKILLS]
    if len(phones) != 1 or not rest or len(rest[0]) > 40:
        return None
    name = rest[0] if not rest[0].isascii() else " ".join(_latin(rest))
    skills = 0
    for word in words:
        if cells.folded(word) in SKILLS:
            skills |= 1 << SKILLS[cells.folded(word)]
    try:
        return Named(number, name[:40], phone_digits(phones[0]), skills)
    except Invalid:
        return None


def _latin(words: Sequence[str]) -> list[str]:
    """The words of a name in Latin letters, up to the first of another script."""
    taken: list[str] = []
    for word in words:
        if not word.isascii():
            break
        taken.append(word)
    return taken
