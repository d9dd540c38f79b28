"""The row that names the columns: known by meaning, never guessed between two, and asked about once where unknown."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from linli.common.sheets import cells
from linli.common.sheets.columns import Column, Template, in_both
from linli.common.sheets.writing import EXAMPLE, REASON, ROW_WAS

NOBODY: Mapping[str, str] = MappingProxyType({})
_ADDED = 1_000_000
_MOST = 40  # characters of a title
# Words around a title that change nothing of what it means: 居民姓名, 所属微网格, 手机号码（必填）.
_AROUND = re.compile(
    r"^(?:居民|住户|业主|人员|本人|常住人员|现住|家庭成员|成员|所属|所在|您的|填写|the|residents?|persons?)"
    r"|(?:必填|选填|信息|名称|情况|号码|号|required|optional|numbers?|no)$"
)
# What nothing here may keep, whoever asks: it is left out by name, and nobody is asked what it is.
NEVER = re.compile(
    "民族|族别|政治|党|团员|宗教|信仰|前科|犯罪|刑满|吸毒|涉毒|涉稳|上访|信访|矫正|重点管控|稳控|失信|指纹|人脸|"
    "ethnic|politic|party|relig|crimin|petition|police"
)


def unlawful(title: str) -> bool:
    """Whether a column is called something that nothing here may keep or hand on."""
    return bool(NEVER.search(cells.folded(title)))


class Head:
    """Where each column of a template stands in a line, and what else is named there.

    Attributes:
        columns: the place of each column by its key; missing: English titles of needed ones that are not there;
            twice: of those that two places are called.
        undeclared: titles that are none of ours, each with its place.
        unknown: those of them that might be ours under another name.
    """

    def __init__(self, template: Template, line: Sequence[object], known: Mapping[str, str] = NOBODY) -> None:
        titles = {folded: column for column in template.columns for folded in _titles(column)}
        keys = {column.key: column for column in template.columns}
        self._marks = _folded(EXAMPLE)
        self._mark: int | None = None
        self._row_was: int | None = None
        was, reason = _folded(ROW_WAS), _folded(REASON)
        self.columns: dict[str, int] = {}
        self.twice: list[str] = []
        named = []
        for at, value in enumerate(line):
            title = " ".join(str("" if value is None else value).split())
            folded = cells.folded(title)
            column = titles.get(folded) or keys.get(known.get(folded, ""))
            if folded in self._marks:
                self._mark = at
            elif folded in was:
                self._row_was = at
            elif folded in reason:
                continue
            elif column is not None:
                if column.key in self.columns:
                    self.twice.append(column.title)
                self.columns.setdefault(column.key, at)
            elif folded:
                named.append((title[:_MOST], folded, at))
        self._take_by_parts(titles, [each for each in named if each[1] not in known])
        taken = set(self.columns.values())
        self.undeclared = [(title, at) for title, _, at in named if at not in taken]
        self.unknown = [
            title
            for title, folded, at in named
            if at not in taken and folded not in known and folded not in titles and not NEVER.search(folded)
        ]
        self.missing = [column.title for column in template.needed if column.key not in self.columns]

    def _take_by_parts(self, titles: Mapping[str, Column], named: Sequence[tuple[str, str, int]]) -> None:
        """Titles that say ours with words around it, where one alone does so."""
        found: dict[str, list[int]] = {}
        for _, folded, at in named:
            for key in {titles[core].key for core in _cores(folded) if core in titles}:
                found.setdefault(key, []).append(at)
        claims = [at for places in found.values() for at in places]
        for key, places in found.items():
            if len(places) == 1 and claims.count(places[0]) == 1 and key not in self.columns:
                self.columns[key] = places[0]

    def is_example(self, line: Sequence[object]) -> bool:
        """Whether a row is marked as an example."""
        if self._mark is None or self._mark >= len(line):
            return False
        return cells.folded(str(line[self._mark])) in self._marks

    @property
    def numbered(self) -> bool:
        """Whether rows say which number they had in the file that they were rejected from."""
        return self._row_was is not None

    def row_was(self, line: Sequence[object], number: int) -> int:
        """The number that a row had in the file it was rejected from; of one that was added, a number of its own."""
        if not self.numbered:
            return number
        said = line[self._row_was] if self._row_was is not None and self._row_was < len(line) else ""
        text = str(said).strip().removesuffix(".0")
        return int(text) if text.isdecimal() and len(text) < 7 else _ADDED + number


def _folded(message: str) -> set[str]:
    return {cells.folded(each) for each in (*in_both(message), "".join(in_both(message)))}


def _titles(column: Column) -> set[str]:
    chinese, english = in_both(column.title)
    return {cells.folded(each) for each in (column.key, chinese, english, chinese + english, *column.also)}


def _cores(folded: str) -> Iterator[str]:
    """What is left of a title without the words around it, one after the other."""
    while folded:
        shorter = _AROUND.sub("", folded, count=1)
        if shorter == folded:
            return
        yield shorter
        folded = shorter
