"""`linli city load`: any damaged folder is refused with a sentence or loads whole; a killed load leaves no trace."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.access.actions import TERMINAL
from linli.common.clock import now
from linli.common.errors import LinliError
from linli.people import register
from linli.people.errors import RegisterIdNumber, RegisterIncomplete, RegisterUnfit
from linli.people.models import City, Household, Person, Stay
from linli.places.coordinates import gcj02_from_wgs84
from linli.places.models import Area, Building, Dwelling, Estate, Place
from linli.scenarios.city import FolderRegister, telling_bad_folders
from linli.simulation import CityFolder
from linli.simulation.schema import REGISTER
from linli.simulation.store import packed
from tests.cli import small_city
from tests.places.distance import metres_between

FILES = ("city.json", "register/areas.csv", "register/outlines/510113.geojson")
STREET = "register/streets/510113004.npz"
JUNK: list[Any] = [
    None, True, -1, 0, 1, 2, 9, 2**31, 2**53, 10**30, 0.5, float("nan"), float("inf"), "", "x", "a\0b", "\\N", "\t",
    "\u202e", "yesterday", "字" * 5000, [], {}, [[]], {"a": "\0"}, [[[0, 0]]],
]  # fmt: skip
NUMBERS = [-1, 0, 1, 2, 8, 10, 11, 127, 1_000_001, 2_000_000, 2_000_001, 2_000_004, 20230229, 20991231, 2**31 - 1]
TEXTS = ["", "a", "\t", "\\N", "\\.", "a\0b", "\u202ea", "\x7f", "字字字字字字字字", "301"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_city.write(tmp_path_factory.mktemp("small") / "city")


def load(folder: Path) -> dict[str, int]:
    with telling_bad_folders():
        source = FolderRegister(CityFolder(folder))
        return register.load(source, synthetic=True, by=TERMINAL, at=now(), progress=lambda share, step: None)


def rows() -> dict[str, int]:
    kinds = {"areas": Area, "estates": Estate, "buildings": Building, "dwellings": Dwelling}
    kinds |= {"households": Household, "persons": Person}
    return {name: model.objects.count() for name, model in kinds.items()}


@pytest.mark.django_db
def test_the_smallest_city_loads_whole_and_its_digest_covers_every_file(small: Path, tmp_path: Path) -> None:
    counts = load(small)
    assert (
        counts == rows() == {"areas": 11, "estates": 2, "buildings": 4, "dwellings": 4, "households": 2, "persons": 6}
    )
    other = Path(shutil.copytree(small, tmp_path / "other"))
    tables = CityFolder(other).street("truth", "510113004")
    tables["persons"]["needs"][0] ^= 1
    small_city.sign(other, "truth/streets/510113004.npz", packed(tables))
    assert City.objects.get().digest == CityFolder(small).digest != CityFolder(other).digest


def change_json(draw: st.DataObject, content: bytes) -> bytes:
    """Replace, add or take away one part of a JSON file, however deep."""
    whole = json.loads(content)
    part, key = whole, draw.draw(st.sampled_from(sorted(whole)))
    while isinstance(part[key], (dict, list)) and part[key] and draw.draw(st.integers(0, 4)):
        part = part[key]
        key = draw.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
    match draw.draw(st.sampled_from(["replace", "add", "drop"])):
        case "replace":
            part[key] = draw.draw(st.sampled_from(JUNK))
        case "add" if isinstance(part, dict):
            part[draw.draw(st.sampled_from(["extra", "\0", "coordinates"]))] = draw.draw(st.sampled_from(JUNK))
        case _:
            del part[key]
    return json.dumps(whole).encode()


def change_csv(draw: st.DataObject, content: bytes) -> bytes:
    lines = [line.split(",") for line in content.decode().splitlines()]
    line = draw.draw(st.sampled_from(lines))
    line[draw.draw(st.integers(0, len(line) - 1))] = str(draw.draw(st.sampled_from([*JUNK, "district", "grid"])))
    return ("\n".join(map(",".join, lines)) + "\n").encode()


def change_table(draw: st.DataObject, folder: Path) -> bytes:
    """Another value, another type, a row less, or one byte changed somewhere in a street's file."""
    tables = CityFolder(folder).street("register", "510113004")
    table = draw.draw(st.sampled_from(sorted(REGISTER)))
    column = draw.draw(st.sampled_from(sorted(REGISTER[table])))
    values = tables[table][column]
    match draw.draw(st.sampled_from(["value", "value", "value", "type", "shorter", "empty", "byte"])):
        case "value":
            pool: list[Any] = NUMBERS if values.dtype.kind in "ifb" else TEXTS
            value = draw.draw(st.sampled_from([*pool, float("nan"), 1e300] if values.dtype.kind == "f" else pool))
            row = draw.draw(st.integers(0, len(values) - 1))
            with suppress(OverflowError, UnicodeEncodeError):
                values[row] = value
        case "type":
            tables[table][column] = (
                values.astype(draw.draw(st.sampled_from(["<i8", ">i4", "<U3", "|S4"])), copy=False)
                if values.dtype.kind in "ib"
                else values.astype("<U90")
            )
        case "shorter":
            tables[table] = {name: one[:-1] for name, one in tables[table].items()}
        case "empty":
            tables[table][column] = values[:0]
        case "byte":
            content = bytearray(packed(tables))
            content[draw.draw(st.integers(0, len(content) - 1))] ^= 1 << draw.draw(st.integers(0, 7))
            return bytes(content)
    return packed(tables)


@pytest.mark.django_db
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_damaged_folder_is_refused_with_a_sentence_or_loads_whole(small: Path, draw: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as above:
        folder = Path(shutil.copytree(small, Path(above) / "city"))
        name = draw.draw(st.sampled_from([*FILES, STREET, STREET]))
        content = (folder / name).read_bytes()
        if name == STREET:
            content = change_table(draw, folder)
        else:
            content = change_csv(draw, content) if name.endswith("csv") else change_json(draw, content)
        if name == "city.json":
            (folder / name).write_bytes(content)
        else:
            small_city.sign(folder, name, content)
        with transaction.atomic():
            refusal = _refusal(folder)
            if refusal is None:
                assert rows() == FolderRegister(CityFolder(folder)).counts()
            else:
                assert refusal.code in {"bad_city", "register_incomplete"}
                assert len(refusal.told()) < 400
                assert refusal.told().isprintable()
                assert set(rows().values()) == {0}
                assert not City.objects.exists()
            transaction.set_rollback(True)


def _refusal(folder: Path) -> LinliError | None:
    """Why a folder was not loaded; None: it was. Anything but a refusal fails the test."""
    try:
        load(folder)
    except LinliError as refusal:
        return refusal
    return None


class Lying(FolderRegister):
    """A register whose words and rows differ, as another office's loader could hand one over."""

    def __init__(self, folder: Path, spoil: Any) -> None:
        super().__init__(CityFolder(folder))
        self.spoil = spoil

    def streets(self) -> Any:
        for code, tables in super().streets():
            yield code, self.spoil(code, {name: dict(table) for name, table in tables.items()})


def a_person_less(code: str, tables: Any) -> Any:
    tables["persons"] = {name: column[:-1] for name, column in tables["persons"].items()}
    return tables


def a_wrong_id_number(code: str, tables: Any) -> Any:
    numbers = tables["persons"]["id_no"].copy()
    numbers[1] = b"990002198002290005"
    tables["persons"]["id_no"] = numbers
    return tables


def an_unfit_name(code: str, tables: Any) -> Any:
    tables["estates"]["name"] = np.array(["字" * 81])
    return tables


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (a_person_less, RegisterIncomplete, "says it holds 6 persons, but 4 are there"),
        (a_wrong_id_number, RegisterIdNumber, "Row 2 of the persons in 510113003"),
        (an_unfit_name, RegisterUnfit, "breaks a rule of the database (22001)"),
    ],
)
def test_the_load_believes_no_source_and_keeps_nothing(
    small: Path, spoil: Any, error: type[LinliError], words: str
) -> None:
    with pytest.raises(error) as refused:
        register.load(Lying(small, spoil), synthetic=True, by=TERMINAL, at=now(), progress=lambda share, step: None)
    assert words in str(refused.value)
    assert set(rows().values()) == {0}


@pytest.mark.django_db
def test_a_folder_in_gcj_02_is_converted_at_the_door(small: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(small, tmp_path / "gcj"))
    manifest = json.loads((folder / "city.json").read_text())
    (folder / "city.json").write_text(json.dumps({**manifest, "coordinates": "gcj02"}))
    load(folder)
    for found, declared in (
        (Building.objects.order_by("pk").first(), (104.28, 30.86)),
        (Area.objects.get(pk=4), (104.28, 30.86)),
    ):
        assert found is not None
        assert metres_between(*gcj02_from_wgs84(found.lon, found.lat), *declared) < 0.1
        assert metres_between(found.lon, found.lat, *declared) > 300
    corner = Area.objects.get(pk=4).outline["coordinates"][0][0]
    assert metres_between(*gcj02_from_wgs84(*corner), 104.0, 30.0) < 0.3


def _linli(*words: str) -> subprocess.Popen[str]:
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}:{at['PASSWORD']}@/{at['NAME']}?host={at['HOST']}"
    url += f"&port={at['PORT']}" if at["PORT"] else ""
    return subprocess.Popen(
        [sys.executable, "-m", "linli", *words],
        env=os.environ | {"DATABASE_URL": url, "LANG": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _made() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid::regclass::text ~ '^(people|places)_'"
            " UNION ALL SELECT conrelid::regclass::text, conname || pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid::regclass::text ~ '^(people|places)_' ORDER BY 1, 2"
        )
        return [tuple(row) for row in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_a_load_that_is_killed_leaves_the_database_as_it_was_and_can_be_run_again(datong: Path) -> None:
    before = _made()
    child = _linli("city", "load", str(datong))
    assert child.stderr is not None
    with child:
        for line in child.stderr:
            if "indexes" in line:  # every row is in, and the tables stand bare: the worst moment
                break
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    until = time.monotonic() + 30
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if not cursor.fetchone()[0]:
                break
            time.sleep(0.1)
    assert set(rows().values()) == {0}
    assert Stay.objects.count() == Place.objects.count() == City.objects.count() == 0
    assert _made() == before
    again = _linli("city", "load", str(datong))
    said, complaints = again.communicate(timeout=120)
    assert again.returncode == 0, complaints
    assert "54,673 persons" in said
    assert rows()["persons"] == CityFolder(datong).counts["register"]["persons"]
    assert _made() == before
