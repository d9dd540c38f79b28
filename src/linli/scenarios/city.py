"""A synthetic city's folder as the register that ``people.register`` loads."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from linli.people.register import Table
from linli.simulation import CityFolder

NAMES = {"datong": "大同街道", "qingyang": "青羊区", "chengdu": "成都市"}
CODES_AS_OF = "2023-06-30"
CST = timedelta(hours=8)


class FolderRegister:
    """The register side of a city folder; truth/ stays closed."""

    def __init__(self, folder: CityFolder) -> None:
        self._folder = folder
        self.size = folder.size
        self.seed = folder.seed
        self.name = NAMES.get(folder.size, folder.size)
        day = datetime.fromisoformat(folder.reference_day).replace(tzinfo=UTC)
        self.as_of = day - CST
        facts = {"size": folder.size, "seed": folder.seed, "counts": folder.counts}
        self.digest = _digest(facts)

    def count(self) -> int:
        """Persons in the register."""
        return self._folder.counts["register"]["persons"]

    def areas(self) -> list[dict[str, Any]]:
        """The tree with its outlines, parents first."""
        outlines = {outline.area: outline for outline in self._folder.outlines()}
        rows = []
        for area in self._folder.areas():
            outline = outlines.get(area.id)
            rows.append(
                {
                    "id": area.id,
                    "level": area.level,
                    "parent": area.parent or None,
                    "name": area.name,
                    "name_latin": area.name_en,
                    "code": area.code,
                    "code_as_of": CODES_AS_OF,
                    "lon": area.lon,
                    "lat": area.lat,
                    "outline": outline.geometry if outline else None,
                    "outline_estimated": bool(outline and outline.estimated),
                }
            )
        return rows

    def streets(self) -> Iterator[tuple[str, Mapping[str, Table]]]:
        """Each street's tables."""
        for code in self._folder.streets:
            yield code, self._folder.street("register", code)


def _digest(facts: dict[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(facts, order="deterministic")).hexdigest()
