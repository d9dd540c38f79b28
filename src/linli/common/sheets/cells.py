"""What cells are kept as: text, one of a list, some of a list, a day. Each parser takes text that is not empty."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

from linli.common.sheets.columns import Kept, Value, in_both
from linli.common.sheets.errors import CellTooLong, NotAChoice, NotADate, NotANumber

_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_REMARK = re.compile(r"[（(【\[][^（()）【】\[\]]*[)）】\]]")
_BETWEEN = re.compile(r"[,，、;；/／|\n]+")


def folded(text: str) -> str:
    """A title or a choice as it is compared: full-width folded, without spaces and marks, in small letters."""
    return re.sub(r"[\s*:：()（）?？·_-]+", "", unicodedata.normalize("NFKC", text)).lower()


def text(most: int) -> Callable[[str], Value]:
    """Text of at most so many characters."""

    def parse(said: str) -> str:
        if len(said) > most:
            raise CellTooLong(most=most)
        return said

    return parse


def name(most: int) -> Callable[[str], Kept]:
    """A person's name; a remark in brackets behind it is a free label and left out."""

    def parse(said: str) -> Kept:
        remarks = tuple(each.strip("（()）【】[] ") for each in _REMARK.findall(said))
        kept = " ".join(_REMARK.sub(" ", said).split())
        if not kept:
            kept, remarks = said, ()
        if len(kept) > most:
            raise CellTooLong(most=most)
        return Kept(kept, tuple(each for each in remarks if each), kept)

    return parse


def one_of(choices: Mapping[str, str], also: Mapping[str, str] | None = None) -> Callable[[str], str]:
    """One of a closed list, by its key, its English or its Chinese name, or both side by side.

    Args:
        choices: English message of the catalogue by key.
        also: key by other names that offices use.
    """

    @cache  # the catalogue is there only when a first cell is read
    def known() -> dict[str, str]:
        names = {folded(other): key for other, key in (also or {}).items()}
        for key, message in choices.items():
            chinese, english = in_both(message)
            names |= dict.fromkeys(map(folded, (key, chinese, english, f"{chinese} {english}")), key)
        return names

    def parse(said: str) -> str:
        found = known().get(folded(said))
        if found is None:
            raise NotAChoice(said=said[:40], choices=list(choices.values()))
        return found

    return parse


def some_of(names: Mapping[str, int]) -> Callable[[str], Kept]:
    """Some of a closed list, as a bit mask; words that are not on it are left out, by name.

    Args:
        names: bit by every name, folded.
    """

    def parse(said: str) -> Kept:
        mask, unknown, known = 0, [], []
        for each in filter(None, map(str.strip, _BETWEEN.split(said))):
            bit = names.get(folded(each))
            if bit is None:
                unknown.append(each[:40])
            else:
                mask |= 1 << bit
                known.append(each)
        return Kept(mask, tuple(unknown), ", ".join(known))

    return parse


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number, with or without the word that people put behind it (3单元, 5楼)."""

    def parse(said: str) -> int:
        found = re.fullmatch(r"(-?[0-9]{1,6})\s*(?:单元|层|楼|号)?", unicodedata.normalize("NFKC", said))
        if found is None or not least <= int(found[1]) <= most:
            raise NotANumber(least=least, most=most)
        return int(found[1])

    return parse


def day(said: str) -> str:
    """A day of the calendar, as ISO 8601."""
    found = _DAY.fullmatch(said.strip())
    if found is None:
        raise NotADate
    try:
        return date(*(int(part) for part in found.groups() if part is not None)).isoformat()
    except ValueError as error:
        raise NotADate from error
