"""A file of people into a city that is loaded: read, looked through, taken, with every open roll brought up to date.

What is taken is undone after it was measured, deferred checks included, so that a kept city stays as it is. One JSON
line a stage.
"""

import io
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from bench import ledger
from linli.conf.env import Env
from linli.ops import layout
from linli.ops.cluster import running

PROMISED = 5_000
A_DOOR = 3  # people
A_BUILDING = 120  # doors


def main(size: str, seed: int, above: Path, rows: int, keep: Path | None) -> int:
    """Measure one file; 0 when all of it was taken at the promised pace, else 1.

    Args:
        above: the folder to work in.
        keep: a folder whose loaded city is used again, made where it is not there.
    """
    above.mkdir(parents=True, exist_ok=True)
    folder = (keep if keep is not None else Path(tempfile.mkdtemp(prefix="import-", dir=above))).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # the database's user passes through
    try:
        with running(Env(data_dir=folder / "var")) as url:
            os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "linli.conf.settings"}
            ledger.load(folder, size, seed)
            return 0 if _run(size, rows) else 1
    finally:
        if keep is None:
            if (folder / "var").exists():
                layout.remove(layout.find(folder / "var"))
            shutil.rmtree(folder, ignore_errors=True)


def _run(size: str, number: int) -> bool:
    from django.db import connection, transaction

    from linli.common.caller import NOBODY
    from linli.common.clock import now
    from linli.common.sheets.reading import read
    from linli.ledger import importing
    from linli.people import person_load
    from linli.people.loads import Basis
    from linli.people.models import REGISTER
    from linli.people.person_template import TEMPLATE
    from linli.places.models import Area, Level

    community = Area.objects.filter(level=Level.COMMUNITY, estates__isnull=False).order_by("pk")[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = 'people_person'")
        _tell("city", size, persons=cursor.fetchone()[0], community=community.pk)
        cursor.execute("SELECT count(*) FROM rolls_roll WHERE ready_at IS NOT NULL AND closed_at IS NULL")
        rolls = cursor.fetchone()[0]
    basis = Basis(REGISTER, "bench", "bench")
    content = _file(number, _micro_grid(community))
    sheet = _timed("read", size, number, lambda: read(TEMPLATE, content), mib=round(len(content) / 2**20, 1))
    assert not sheet.rejected, "every row is sound"
    looked = _timed("look", size, number, lambda: person_load.look(sheet.rows, community, basis, now()))

    def take() -> Any:
        made = importing.take(sheet.rows, community, basis, by=NOBODY, at=now())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as the end of the transaction would
        return made

    with transaction.atomic():
        began = time.perf_counter()
        made = _timed("take", size, number, take, open_rolls=rolls, promised_a_second=PROMISED)
        pace = number / (time.perf_counter() - began)
        again = _timed("again", size, number, lambda: person_load.look(sheet.rows, community, basis, now()))
        transaction.set_rollback(True)
    whole = looked.would.get("person") == made.would.get("person") == number and again.there == number
    _tell("proof", size, whole=whole, as_promised=pace >= PROMISED)
    return whole and pace >= PROMISED


def _timed(stage: str, size: str, rows: int, work: Callable[[], Any], **facts: object) -> Any:
    began, cpu = time.perf_counter(), time.process_time()
    found = work()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    told = {"seconds": round(seconds, 2), "own_cpu_seconds": round(cpu, 2), "rows_a_second": round(rows / seconds)}
    _tell(stage, size, rows=rows, **told, **facts)
    return found


def _tell(stage: str, size: str, **facts: object) -> None:
    print(json.dumps({"bench": "import", "city": size, "stage": stage} | facts, ensure_ascii=False), flush=True)


def _micro_grid(community: Any) -> str:
    """The first micro-grid of a community, by a name that only it has."""
    from linli.common.clock import now
    from linli.places import queries as places
    from linli.places.models import Level

    micro = places.areas_below([community.pk], Level.MICRO_GRID, now()).order_by("pk")[0]
    return str(micro.name)


def _file(number: int, micro: str) -> bytes:
    """A made-up list, as an office has it: every column that matters filled."""
    from linli.people.rules import id_check_character

    head = [
        "小区",
        "楼栋",
        "单元",
        "楼层",
        "房号",
        "微网格",
        "姓名",
        "性别",
        "出生日期",
        "电话",
        "身份证号",
        "与户主关系",
    ]
    surnames, given = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋"
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, head)
        for row in range(number):
            door, building = row // A_DOOR, row // (A_DOOR * A_BUILDING)
            born = date(1940, 1, 1) + timedelta(days=row * 7 % 29_000)
            digits = f"{row // 999 % 1_000_000:06}{born:%Y%m%d}{row % 999 + 1:03}"
            sheet.write_row(
                row + 1,
                0,
                [
                    "试装苑",
                    f"{building + 1}栋",
                    str(door % 4 + 1),
                    str(door % A_BUILDING // 4 + 1),
                    f"{door % A_BUILDING // 4 + 1}{door % 4 + 1:02}",
                    micro,
                    surnames[row % 10] + given[row // 10 % 10] + given[row // 100 % 10],
                    "男女"[row % 2],
                    born.isoformat(),
                    f"100{row:08}",
                    digits + id_check_character(digits),
                    "户主" if row % A_DOOR == 0 else "家庭成员",
                ],
            )
    return file.getvalue()
