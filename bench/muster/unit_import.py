"""A work unit's 5,000 people as XLSX and as CSV: read, matched with who is known, named for a call.

Each is undone after it was measured, deferred checks included, so that a kept city stays as it is.
"""

import io
import time
from datetime import date
from typing import Any

import xlsxwriter

from bench.muster import LASTS, tell

PEOPLE, KNOWN = 5_000, 500
FIRST_PHONE = 16_600_000_000
GROWN_UP = date(2004, 9, 1)  # whoever is younger on the city's day is left out by the product
HEAD = ("姓名", "电话", "技能")
SKILLS = ("驾驶", "医疗，翻译", "")


def run(built: Any, *, promised_s: float, people: int = PEOPLE) -> bool:
    """Measure both; whether both kept the promise and named everybody."""
    rows = _rows(people)
    good = True
    for kind, content in (("xlsx", _xlsx(rows)), ("csv", _csv(rows))):
        listed, new, seconds = _named(built, content)
        whole = listed == len(rows)
        told = {"rows": len(rows), "named": listed, "new_to_us": new, "kib": len(content) // 1024}
        tell("a unit's people", kind=kind, **told, seconds=round(seconds, 2), promised_s=promised_s)
        good = good and whole and seconds < promised_s
    return good


def _named(built: Any, content: bytes) -> tuple[int, int, float]:
    """As the liaison's page does it. Returns how many are named, how many of them nobody knew, and the seconds."""
    from django.db import connection, transaction

    from linli.common.clock import now
    from linli.events.models import Event
    from linli.muster.units import answering, listing, sheet
    from linli.people import actions as people
    from linli.people.models import Person
    from linli.places.models import Area
    from linli.scenarios.accounts import staff
    from linli.scenarios.sending import liaison_of

    top, at = Area.objects.get(pk=built.top), now()
    event, command = Event.objects.get(pk=built.event), staff("city", "City command", "city", built.top)
    with transaction.atomic():
        unit = people.add_organisation("大单位", top, by=command, at=at)
        liaison = liaison_of(unit)
        call = answering.offer(event, unit, heads=PEOPLE, since=at, until=at + LASTS, by=liaison, at=at)
        before = Person.objects.count()
        began = time.perf_counter()
        read = sheet.of_file(content)
        taken = listing.name_people(call, read.named, by=liaison, at=now())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as the end of the transaction would
        seconds = time.perf_counter() - began
        new = Person.objects.count() - before
        transaction.set_rollback(True)
    return taken.listed, new, seconds


def _rows(people: int) -> list[tuple[str, str, str]]:
    """People nobody knows, and some whom the register knows under the same name and phone and nobody has deployed."""
    from linli.custody import secrets
    from linli.muster.models import Deployed, SignUp
    from linli.people.models import REGISTER, Identity

    free = Identity.objects.filter(holder=REGISTER, phone__isnull=False, born__lt=GROWN_UP)
    free = free.exclude(person__in=Deployed.objects.values("person"))
    free = free.exclude(person__in=SignUp.objects.filter(person__isnull=False).values("person"))
    known: dict[str, str] = {}
    for name, phone in free.order_by("person").values_list("name", "phone")[: min(KNOWN, people // 10)]:
        if phone is not None:
            known.setdefault(secrets.unseal(bytes(phone)), name)
    new = {str(FIRST_PHONE + number): f"测试{_numeral(number)}" for number in range(people - len(known))}
    return [(name, phone, SKILLS[row % 3]) for row, (phone, name) in enumerate((known | new).items())]


def _numeral(number: int) -> str:
    return "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))


def _xlsx(rows: list[tuple[str, str, str]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEAD, *rows]):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def _csv(rows: list[tuple[str, str, str]]) -> bytes:
    return "\r\n".join(",".join(row) for row in [HEAD, *rows]).encode("utf-8-sig")
