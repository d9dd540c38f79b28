"""What a form says once, above and below its rows: {{area}}, {{date}}, {{people}}; sums where its foot asks for it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from linli.common.sheets import cells
from linli.common.sheets.layout import Block, Layout, Line
from linli.ledger.forms.meanings import Meaning
from linli.ledger.forms.reading import IN_BRACES

_BLANK = "＿＿＿＿"
_SUMS = re.compile(r"\s*(?:合计|总计|total)", re.IGNORECASE)
_NAMES = {
    "area": ("area", "unit", "社区", "单位", "填报单位", "街道", "地区", "区域"),
    "day": ("date", "day", "today", "日期", "填报日期", "制表日期"),
    "event": ("event", "事件", "突发事件"),
    "rows": ("rows", "count", "行数"),
    "people": ("people", "人数", "总人数"),
    "households": ("households", "户数", "总户数"),
}
_KNOWN = {cells.folded(name): key for key, names in _NAMES.items() for name in names}


@dataclass(frozen=True, slots=True)
class Once:
    """What stands in double braces anywhere but in the rows; empty where it is not known."""

    area: str
    day: str
    event: str
    rows: str
    people: str
    households: str


def said_once(layout: Layout, once: Once, fills: Mapping[int, Meaning], records: Sequence[Any]) -> tuple[Layout, int]:
    """A layout with its braces filled in and its sums worked out, and how many places stay blank, to be typed."""
    blanks = 0

    def word(found: re.Match[str]) -> str:
        nonlocal blanks
        key = _KNOWN.get(cells.folded(found[1]))
        text = getattr(once, key) if key is not None else ""
        blanks += not text
        return text or _BLANK

    def block(given: Block) -> Block:
        lines = [
            msgspec.structs.replace(line, texts={at: IN_BRACES.sub(word, text) for at, text in line.texts.items()})
            for line in given.lines
        ]
        return Block(lines, given.merges)

    top, foot = block(layout.top), block(layout.foot)
    foot.lines = [_summed(line, fills, records) for line in foot.lines]
    return msgspec.structs.replace(layout, top=top, foot=foot), blanks


def _summed(line: Line, fills: Mapping[int, Meaning], records: Sequence[Any]) -> Line:
    """A row of sums under every quantity that is known of every row."""
    if not any(_SUMS.match(text) for text in line.texts.values()):
        return line
    sums = {}
    for at, meaning in fills.items():
        said = [meaning.column.text(record) for record in records]
        if meaning.quantity and at not in line.texts and said and all(said):
            sums[at] = sum(map(int, said))
    return msgspec.structs.replace(line, sums=sums)
