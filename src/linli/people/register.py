"""Loading a city's register: who an office knows, where they live, and the tree they are counted in.

One transaction: a load that is interrupted leaves the database as it was and can be run again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Protocol

import msgspec
import numpy as np
import psycopg
from django.db import DataError, IntegrityError, connection, transaction
from pypinyin import lazy_pinyin

from linli.common.caller import Caller
from linli.common.copying import bare, copy_text, text
from linli.custody import secrets, trail
from linli.people import rules
from linli.people.errors import RealCommunityHere, RegisterIdNumber, RegisterIncomplete, RegisterUnfit
from linli.people.models import REGISTER, City, Stay
from linli.people.tails import tail_indexes
from linli.places.coordinates import AS_WGS84, geometry_from, wgs84_from
from linli.places.errors import AlreadyThere, NoSuchLevel
from linli.places.models import Dwelling, Level

Progress = Callable[[float, str], None]
Table = Mapping[str, np.ndarray]

LEVELS = {
    "city": Level.CITY,
    "district": Level.DISTRICT,
    "street": Level.STREET,
    "community": Level.COMMUNITY,
    "grid": Level.GRID,
    "dedicated_grid": Level.GRID,
    "micro_grid": Level.MICRO_GRID,
}
STATES = (Dwelling.State.OWNER, Dwelling.State.RENTED, Dwelling.State.VACANT, Dwelling.State.COMMERCIAL)
KINDS = ("family", "collective")
BIG = (
    "places_place",
    "places_area",
    "places_areaparent",
    "places_within",
    "places_assigned",
    "places_estate",
    "places_building",
    "places_dwelling",
    "people_household",
    "people_person",
    "people_identity",
    "people_stay",
)


class RegisterSource(Protocol):
    """A folder that holds a register: its areas, and the rest street by street.

    `tables` are named columns of equal length: estates, buildings, dwellings, households, persons, as in
    docs/reference/city-format.md. `system` is that of every longitude and latitude (``places.coordinates``).
    """

    name: str
    size: str
    seed: int
    digest: str
    as_of: datetime
    system: str

    def areas(self) -> list[dict[str, Any]]:
        """Rows with id, level, parent, name, name_latin, code, code_as_of, lon, lat, outline, outline_estimated."""
        ...

    def streets(self) -> Iterable[tuple[str, Mapping[str, Table]]]:
        """(name of the street, its tables), one street at a time."""
        ...

    def counts(self) -> Mapping[str, int]:
        """How many areas, estates, buildings, dwellings, households and persons the register says it holds."""
        ...


def load(source: RegisterSource, *, synthetic: bool, by: Caller, at: datetime, progress: Progress) -> dict[str, int]:
    """Load a register into an installation without a city; how many rows of each kind went in. Whole, or not at all.

    Raises:
        AlreadyThere: a city is there already.
        RealCommunityHere: this installation was begun for a real community.
        NoSuchLevel: an area is of a level that does not exist.
        RegisterIdNumber: an ID number's check character does not fit.
        RegisterIncomplete: there are more or fewer rows than the register says.
        RegisterUnfit: the tables refuse a row.
    """
    try:
        with transaction.atomic():
            return _load(source, synthetic=synthetic, by=by, at=at, progress=progress)
    except (DataError, IntegrityError, psycopg.DataError, psycopg.IntegrityError) as error:
        # COPY raises psycopg's own, which Django does not wrap. The server's message may quote the row, and so a
        # person: only the rule that was broken is told.
        facts = getattr(error if isinstance(error, psycopg.Error) else error.__cause__, "diag", None)
        rule = (facts.constraint_name or facts.sqlstate) if facts else None
        raise RegisterUnfit(rule=rule or type(error).__name__) from error


def _load(source: RegisterSource, *, synthetic: bool, by: Caller, at: datetime, progress: Progress) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people.register'))")
    if there := City.objects.first():
        raise AlreadyThere(name=there.name) if there.name else RealCommunityHere
    counts: dict[str, int] = {}
    with bare(BIG) as back:
        progress(0.0, "areas")
        counts["areas"] = _copy_areas(source)
        said = source.counts()
        total, done = max(said["persons"], 1), 0
        for street, tables in source.streets():
            progress(0.02 + 0.68 * min(done / total, 1), street)
            _check_id_numbers(street, tables["persons"]["id_no"])
            for kind, rows in _copy_street(_in_wgs84(source.system, tables), source.as_of, at).items():
                counts[kind] = counts.get(kind, 0) + rows
            done = counts.get("persons", 0)
        _compare(said, counts)
        for number, statement in enumerate(back):
            progress(0.70 + 0.29 * number / len(back), "indexes")
            with connection.cursor() as cursor:
                cursor.execute(statement)
        # Without statistics the first questions to a city scan whole tables (measured: 1.8 s a community).
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(BIG)}")
    _move_sequences_on()
    City.objects.create(
        name=source.name, size=source.size, seed=source.seed, synthetic=synthetic, digest=source.digest, loaded_at=at
    )
    trail.record("register.loaded", who=by, subject="city:1", at=at, facts={"persons": counts.get("persons", 0)})
    progress(1.0, "done")
    return counts


def _compare(said: Mapping[str, int], counts: Mapping[str, int]) -> None:
    for kind, number in said.items():
        if counts.get(kind, 0) != number:
            raise RegisterIncomplete(kind=kind, found=counts.get(kind, 0), said=number)


def _check_id_numbers(street: str, numbers: np.ndarray) -> None:
    """Refuse the first ID number that does not hold; blank ones are not known, and pass."""
    row = rules.first_bad_id_number(numbers)
    if row is not None:
        raise RegisterIdNumber(street=street, row=row + 1)


def _in_wgs84(system: str, tables: Mapping[str, Table]) -> Mapping[str, Table]:
    """A street's tables with the points of estates and buildings in WGS-84: converted here, at the door."""
    if system in AS_WGS84:
        return tables
    converted = dict(tables)
    for kind in ("estates", "buildings"):
        table = tables[kind]
        points = [
            wgs84_from(system, lon, lat) for lon, lat in zip(table["lon"].tolist(), table["lat"].tolist(), strict=True)
        ]
        lons, lats = np.array(points, dtype=float).reshape(-1, 2).T
        converted[kind] = {**table, "lon": lons, "lat": lats}
    return converted


def _area_in_wgs84(system: str, row: dict[str, Any]) -> dict[str, Any]:
    if system in AS_WGS84 or row.get("lon") is None:
        return row
    lon, lat = wgs84_from(system, row["lon"], row["lat"])
    outline = row.get("outline")
    return {**row, "lon": lon, "lat": lat, "outline": geometry_from(system, outline) if outline else None}


def _copy_areas(source: RegisterSource) -> int:
    rows = [_area_in_wgs84(source.system, row) for row in source.areas()]
    for row in rows:
        if row["level"] not in LEVELS:
            raise NoSuchLevel(level=row["level"])
    copy_text("places_place", ("id", "kind"), (f"{row['id']}\tarea" for row in rows))
    copy_text(
        "places_area",
        (
            "place_id",
            "level",
            "dedicated",
            "name",
            "name_latin",
            "code",
            "code_as_of",
            "lon",
            "lat",
            "outline",
            "outline_estimated",
        ),
        (_area_line(row) for row in rows),
    )
    parent = {row["id"]: row["parent"] for row in rows}
    level = {row["id"]: LEVELS[row["level"]] for row in rows}
    during = f"[{source.as_of.isoformat()},)"
    copy_text(
        "places_areaparent",
        ("area_id", "level", "parent_id", "parent_level", "during"),
        (
            f"{area}\t{int(level[area])}\t{above}\t{int(level[above])}\t{during}"
            for area, above in parent.items()
            if above is not None
        ),
    )
    copy_text(
        "places_within",
        ("inner_id", "outer_id", "during"),
        (f"{area}\t{outer}\t{during}" for area in parent for outer in _upwards(area, parent)),
    )
    return len(rows)


def _upwards(area: int, parent: Mapping[int, int | None]) -> Iterator[int]:
    current: int | None = area
    while current is not None:
        yield current
        current = parent[current]


def _area_line(row: Mapping[str, Any]) -> str:
    outline = row.get("outline")
    return "\t".join(
        (
            str(row["id"]),
            str(int(LEVELS[row["level"]])),
            "t" if row["level"] == "dedicated_grid" else "f",
            text(row["name"]),
            text(row.get("name_latin") or ""),
            text(row.get("code") or ""),
            text(row.get("code_as_of") if row.get("code") else None),
            text(row.get("lon")),
            text(row.get("lat")),
            text(msgspec.json.encode(outline).decode()) if outline else "\\N",
            "t" if row.get("outline_estimated") else "f",
        )
    )


def _copy_street(tables: Mapping[str, Table], since: datetime, at: datetime) -> dict[str, int]:
    """One street: places before what stands on them. Ids are sorted in every table."""
    estates, buildings, dwellings = tables["estates"], tables["buildings"], tables["dwellings"]
    households = tables["households"]
    during = f"[{since.isoformat()},)"
    copy_text("places_place", ("id", "kind"), (f"{number}\testate" for number in estates["id"].tolist()))
    copy_text(
        "places_place",
        ("id", "kind", "physical_parent_id"),
        (
            f"{number}\tbuilding\t{estate if estate > 0 else chr(92) + 'N'}"
            for number, estate in _pairs(buildings, "estate")
        ),
    )
    copy_text(
        "places_place",
        ("id", "kind", "physical_parent_id"),
        (f"{number}\tdwelling\t{building}" for number, building in _pairs(dwellings, "building")),
    )
    counts = {
        "estates": copy_text(
            "places_estate",
            ("place_id", "community_id", "name", "lon", "lat"),
            _rows(estates, ("id", "community", "name", "lon", "lat")),
        ),
        "buildings": copy_text(
            "places_building",
            ("place_id", "estate_id", "name", "lon", "lat", "floors", "units"),
            _rows(
                {**buildings, "estate": _or_null(buildings["estate"])},
                ("id", "estate", "name", "lon", "lat", "floors", "units"),
            ),
        ),
        "dwellings": copy_text(
            "places_dwelling",
            ("place_id", "building_id", "unit", "floor", "door", "state"),
            _rows(
                {**dwellings, "state": np.array(STATES)[dwellings["state"]]},
                ("id", "building", "unit", "floor", "door", "state"),
            ),
        ),
        "households": copy_text(
            "people_household",
            ("id", "dwelling_id", "kind"),
            _rows({**households, "kind": np.array(KINDS)[households["kind"]]}, ("id", "dwelling", "kind")),
        ),
    }
    copy_text(
        "places_assigned",
        ("place_id", "micro_grid_id", "during"),
        (f"{number}\t{micro}\t{during}" for number, micro in _pairs(buildings, "micro_grid")),
    )
    counts["persons"] = _copy_persons(tables, since, at)
    return counts


def _pairs(table: Table, column: str) -> Iterator[tuple[int, int]]:
    return zip(table["id"].tolist(), table[column].tolist(), strict=True)


def _rows(table: Mapping[str, Any], columns: tuple[str, ...]) -> Iterator[str]:
    """Rows in text format; names are made of letters and digits only, which need no escaping."""
    lists = [np.asarray(table[name]).tolist() for name in columns]
    for row in zip(*lists, strict=True):
        yield "\t".join(map(str, row))


def _or_null(ids: np.ndarray) -> list[str]:
    return [str(number) if number > 0 else "\\N" for number in ids.tolist()]


def _copy_persons(tables: Mapping[str, Table], since: datetime, at: datetime) -> int:
    buildings, dwellings = tables["buildings"], tables["dwellings"]
    households, persons = tables["households"], tables["persons"]
    household_row = np.searchsorted(households["id"], persons["household"])
    door = households["dwelling"][household_row]
    building = dwellings["building"][np.searchsorted(dwellings["id"], door)]
    micro = buildings["micro_grid"][np.searchsorted(buildings["id"], building)].tolist()
    ids, homes, of = persons["id"].tolist(), door.tolist(), persons["household"].tolist()
    moment, recorded = since.isoformat(), at.isoformat()
    count = copy_text(
        "people_person",
        ("id", "counted_in_id", "counted_since"),
        (f"{number}\t{area}\t{moment}" for number, area in zip(ids, micro, strict=True)),
    )
    copy_text(
        "people_stay",
        ("person_id", "since", "kind", "household_id", "home_id", "counted_in_id", "recorded_at"),
        (
            f"{number}\t{moment}\t{Stay.Kind.HOME.value}\t{household}\t{home}\t{area}\t{recorded}"
            for number, household, home, area in zip(ids, of, homes, micro, strict=True)
        ),
    )
    copy_text(
        "people_identity",
        (
            "person_id",
            "holder",
            "name",
            "name_key",
            "sex",
            "born",
            "id_no",
            "id_index",
            "phone",
            "phone_index",
            "phone_tail",
            "needs",
        ),
        _identity_lines(persons),
    )
    return count


def _identity_lines(persons: Table, chunk: int = 50_000) -> Iterator[str]:
    for start in range(0, len(persons["id"]), chunk):
        part = {name: column[start : start + chunk] for name, column in persons.items()}
        names = part["name"].tolist()
        id_numbers, phones = _texts(part["id_no"]), _texts(part["phone"])
        for number, name, sex, born, id_no, id_index, phone, phone_index, tail, needs in zip(
            part["id"].tolist(),
            names,
            _texts(part["sex"]),
            part["born"].tolist(),
            *_sealed(id_numbers),
            *_sealed(phones),
            _tails(phones),
            part["needs"].tolist(),
            strict=True,
        ):
            key = " ".join(map(_sound, name))
            yield (
                f"{number}\t{REGISTER}\t{name}\t{key}\t{sex}\t{_day(born)}\t"
                f"{id_no}\t{id_index}\t{phone}\t{phone_index}\t{tail}\t{needs}"
            )


def _sealed(texts: list[str]) -> tuple[list[str], list[str]]:
    """Sealed texts and their blind indexes as COPY wants them; null where there is no text."""
    filled = [one for one in texts if one]
    sealed, indexes = iter(secrets.seal_many(filled)), iter(secrets.index_many(filled))
    null = "\\N"
    return (
        ["\\\\x" + next(sealed).hex() if one else null for one in texts],
        ["\\\\x" + next(indexes).hex() if one else null for one in texts],
    )


def _tails(phones: list[str]) -> list[str]:
    """Blind indexes of the last digits as COPY wants them; null where there is no number."""
    found = iter(tail_indexes([phone for phone in phones if phone]))
    return ["\\\\x" + next(found).hex() if phone else "\\N" for phone in phones]


def _texts(column: np.ndarray) -> list[str]:
    return column.astype("U").tolist() if column.dtype.kind == "S" else column.tolist()


@cache
def _sound(character: str) -> str:
    return lazy_pinyin(character)[0]


@cache
def _day(number: int) -> str:
    """A birthday kept as yyyymmdd."""
    return f"{number // 10000:04d}-{number // 100 % 100:02d}-{number % 100:02d}"


def _move_sequences_on() -> None:
    """New rows get ids after the loaded ones."""
    with connection.cursor() as cursor:
        for table in ("places_place", "people_household", "people_person"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), greatest((SELECT max(id) FROM {table}), 1))"  # noqa: S608
            )
