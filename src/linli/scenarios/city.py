"""A synthetic city's folder as the register that ``people.register`` loads."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from linli.people.register import Table
from linli.scenarios.errors import BadCityFolder
from linli.simulation import BadCity, CityFolder

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
        self.system = folder.coordinates
        self.digest = folder.digest

    def counts(self) -> dict[str, int]:
        """Rows of each kind in the register, as its manifest says."""
        return {"areas": sum(self._folder.area_counts.values()), **self._folder.counts["register"]}

    def areas(self) -> list[dict[str, Any]]:
        """The tree with its outlines, parents first."""
        self._folder.check_area_counts("register")
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


@contextmanager
def telling_bad_folders() -> Iterator[None]:
    """Let what is wrong with a folder be told like every other failure: with its code, in the reader's language.

    Raises:
        BadCityFolder: the folder cannot be built, read or believed.
    """
    try:
        yield
    except BadCity as bad:
        raise BadCityFolder(bad) from bad
