"""Work units out of a pasted text, a unit a line: `市图书馆 驾驶 3 其他 12 联络员 周敏`; nothing is guessed.

The name comes first, then numbers each behind what it counts, or alone for people without a skill.
"""

import re
import unicodedata

from linli.common.sheets import Rejected, Row, Sheet, cells
from linli.common.sheets.columns import Value
from linli.common.sheets.errors import HeadMissing, NoRows, TooManyRows
from linli.common.sheets.reading import read
from linli.common.typed import is_readable
from linli.muster.columns import SKILLS
from linli.muster.units.errors import UnitLineUnreadable
from linli.muster.units.rules import MOST_HEADS
from linli.muster.units.unit_sheet import ANYBODY, MOST, TEMPLATE

MOST_LETTERS = 200
_NUMBER = re.compile(r"^\s*[(（]?\d{1,4}\s*[)）.、．,:：]\s*(?!\d)")
_BETWEEN = re.compile(r"[\s,，、;；:：/／|。]+")
_PART = re.compile(r"(\d{1,6})(?:人|名)?|([^\d]+?)(\d{1,6})(?:人|名)?|([^\d]+)")
_OTHERS = {
    cells.folded(each) for each in ("其他", "其余", "另有", "不限", "人数", "others", "other", "anybody", "people")
}
_SPEAKS = {cells.folded(each) for each in ("联络员", "联络人", "联系人", "liaison")}


def of_text(text: str) -> Sheet:
    """A table that was pasted out of a spreadsheet, with its head; else a unit a line.

    Raises:
        Invalid: it is no such list at all.
    """
    try:
        return read(TEMPLATE, text.encode())
    except HeadMissing:
        return _of_lines(text)


def _of_lines(text: str) -> Sheet:
    found = Sheet([], [], [])
    for number, said in enumerate(text.splitlines(), 1):
        line = " ".join(unicodedata.normalize("NFKC", said).split())
        if not line:
            continue
        row = _line(number, line)
        if row is None:
            found.unread.append(Row(number, {}, {"unit": line[:MOST_LETTERS]} if is_readable(line) else {}))
            found.rejected.append(Rejected(number, "", UnitLineUnreadable()))
        else:
            found.rows.append(row)
    if len(found.rows) + len(found.unread) > MOST:
        raise TooManyRows(most=MOST)
    if not found.rows and not found.unread:
        raise NoRows
    return found


def _line(number: int, line: str) -> Row | None:
    if len(line) > MOST_LETTERS or not is_readable(line):
        return None
    name, *words = [word for word in _BETWEEN.split(_NUMBER.sub("", line)) if word] or [""]
    said: dict[str, Value] = {}
    label = ""
    for word in words:
        part = _PART.fullmatch(word)
        if label and cells.folded(label) in _SPEAKS:
            if part is None or part[4] is None or "liaison" in said:
                return None
            said["liaison"], label = word, ""
        elif part is None:
            return None
        elif part[4] is not None:
            if label:
                return None
            label = part[4]
        else:
            key = _key(part[2] or label)
            if (part[2] and label) or key is None or key in said:
                return None
            said[key], label = int(part[1] or part[3]), ""
    wrong = label or not name or len(name) > 80 or name.isdigit() or len(said) == 0
    numbers = [value for value in said.values() if isinstance(value, int)]
    return Row(number, {"unit": name, **said}) if not wrong and all(n <= MOST_HEADS for n in numbers) else None


def _key(label: str) -> str | None:
    """The column that a label counts; None where it is none of the closed list."""
    folded = cells.folded(label)
    if not folded or folded in _OTHERS:
        return ANYBODY
    return f"skill_{SKILLS[folded]}" if folded in SKILLS else None
