"""What the letters and numbers mean that are typed for the ticks on a sheet."""

import re
import unicodedata
from collections.abc import Sequence

from linli.ledger.errors import LineUnclear
from linli.ledger.models import Finding, Said
from linli.ledger.paper.setting import HOWS, RESULTS

_SAID = {
    "h": Said.State.HERE,
    "a": Said.State.AWAY,
    "e": Said.State.EXEMPT,
    "r": Said.State.REFUSED,
    "": Said.State.HERE,
}
_ONE = re.compile(r"(\d{1,2})([a-z]?)")
EVERYBODY = "*"


def read_result(typed: str) -> Finding.Result | None:
    """The box that was ticked, by its letter; None where it is no such letter."""
    found = RESULTS.get(_plain(typed))
    return found[0] if found else None


def read_how(typed: str) -> Finding.How:
    """How it was found out, by its letter; at the door where nothing is said.

    Raises:
        LineUnclear: it is no such letter.
    """
    found = HOWS.get(_plain(typed) or "d")
    if found is None:
        raise LineUnclear(typed=typed)
    return found[0]


def read_people(typed: str, persons: Sequence[int]) -> list[tuple[int, Said.State]]:
    """Who is ticked on a line, as in 「1 2a」: the first is here, the second away. A star: all of them are here.

    Raises:
        LineUnclear: it says something else, or names somebody twice or nobody on the sheet.
    """
    text = _plain(typed)
    if text in (EVERYBODY, "＊"):
        return [(person, Said.State.HERE) for person in persons]
    said = []
    for part in re.split(r"[\s,，、;]+", text) if text else []:
        one = _ONE.fullmatch(part)
        if one is None or one[2] not in _SAID or not 1 <= int(one[1]) <= len(persons):
            raise LineUnclear(typed=typed)
        said.append((persons[int(one[1]) - 1], _SAID[one[2]]))
    if len({person for person, _ in said}) < len(said):
        raise LineUnclear(typed=typed)
    return said


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip().lower()
