"""Filling a form from the ledger: for which areas and sweeps, its rows, and what is still to be typed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation.trans_null import gettext_noop

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.common.sheets.layout import Form
from linli.custody import export
from linli.custody.export import TAKERS, Listing
from linli.custody.models import Export
from linli.custody.roles import See, seeing
from linli.ledger import sweeps
from linli.ledger.errors import FormAreaWrong, FormColumnsOpen, FormNothingToFill
from linli.ledger.forms import households, keeping, rows
from linli.ledger.forms.meanings import COUNTED, IN_A_SWEEP, OF_HOUSEHOLDS, OF_PEOPLE, Meaning, meanings_of
from linli.ledger.forms.once import Once, said_once
from linli.ledger.models import ReportColumn, ReportFilling, ReportForm, Sweep
from linli.places import queries as places
from linli.places.models import Area, Level, Within

KEY = "form"
TITLE = gettext_noop("Form that an office requires")
MOST_SWEEPS = 20
_READS_ROWS = tuple(role for role in TAKERS if role in seeing(See.ROWS))
_LEVELS = {ReportForm.Rows.MICRO_GRID: Level.MICRO_GRID, ReportForm.Rows.GRID: Level.GRID}
Kind = ReportColumn.Kind


@dataclass(frozen=True, slots=True)
class Filled:
    """A form with its rows, before anybody has asked for it.

    Attributes:
        columns: by place, those that the caller's role fills. hand: columns that it does not, or nobody does.
        blanks: places in the titles and at the foot that nothing is known for.
    """

    listing: Listing[Any]
    report: ReportForm
    records: Sequence[Any]
    columns: dict[int, Meaning]
    same: int
    hand: list[ReportColumn]
    blanks: int


def areas_to_fill(caller: Caller, form: ReportForm, at: datetime) -> list[Area]:
    """Areas that a caller fills a form for: their own inside the form's, or the form's inside theirs."""
    roles = _READS_ROWS if form.rows in OF_PEOPLE else TAKERS
    mine = caller.areas(*roles)
    found = set(places.within([form.area_id], at).filter(inner__in=mine))
    if places.is_within_any(form.area_id, mine, at):
        found.add(form.area_id)
    level = _LEVELS.get(ReportForm.Rows(form.rows))
    areas = Area.objects.filter(pk__in=found).order_by("level", "name", "pk")
    return [area for area in areas if level is None or sweeps.down_to(caller, area.pk, at) >= level]


def sweeps_to_fill(area: Area, at: datetime) -> list[Sweep]:
    """Sweeps whose lists hold all of an area, those under way first, then the newest."""
    around = Within.objects.filter(inner=area.pk, during__contains=at).values("outer")
    found = sweeps.sweeps_touching(area.pk, at).filter(persons__area__in=around, persons__ready_at__isnull=False)
    return list(found.filter(doors__ready_at__isnull=False)[:MOST_SWEEPS])


def looked_at(form: ReportForm, area_id: int, sweep_id: int | None, *, by: Caller, at: datetime) -> Filled:
    """What filling a form would give now.

    Raises:
        FormColumnsOpen: nobody has said of a column what it means. FormAreaWrong: not for this area by this caller.
        FormNothingToFill: none of its columns is this caller's. NotFound: no such sweep over the area.
    """
    columns = list(form.columns.order_by("at"))
    if any(column.kind == Kind.OPEN for column in columns):
        raise FormColumnsOpen
    area = next((each for each in areas_to_fill(by, form, at) if each.pk == area_id), None)
    if area is None:
        raise FormAreaWrong
    sweep = None
    if sweep_id is not None:
        sweep = next((each for each in sweeps_to_fill(area, at) if each.pk == sweep_id), None)
        if sweep is None:
            raise NotFound
    known = meanings_of(form.rows)
    ledger = [column for column in columns if column.kind == Kind.FIELD and column.meaning != COUNTED]
    asked = {c.at: known[c.meaning] for c in ledger if sweep is not None or c.meaning not in IN_A_SWEEP}
    records = _records(form, area, sweep, at)
    listing = _listing(form, area, sweep, [each.column for each in asked.values()], records, at)
    may = {column.key for column, _ in export.offered(listing, by)}
    fills = {place: meaning for place, meaning in asked.items() if meaning.key in may}
    if not fills:
        raise FormNothingToFill
    listing = replace(listing, columns=tuple(each.column for each in fills.values()))
    layout, blanks = said_once(keeping.layout_of(form), _once(form, area, sweep, records, at), fills, records)
    same = {column.at: column.constant for column in columns if column.kind == Kind.CONSTANT}
    numbered = next((column.at for column in columns if column.meaning == COUNTED), None)
    order = list(fills)
    filled = Form(
        layout=layout,
        takes={place: order.index(place) for place in order},
        says=same,
        counted=numbered,
        numbers=[at for at, place in enumerate(order) if fills[place].quantity],
    )
    left = {column.at for column in ledger} - set(fills)
    hand = [column for column in columns if column.kind == Kind.BY_HAND or column.at in left]
    done = len(same) + (numbered is not None)
    return Filled(replace(listing, form=filled), form, records, fills, done, hand, blanks)


def _records(form: ReportForm, area: Area, sweep: Sweep | None, at: datetime) -> Sequence[Any]:
    level = _LEVELS.get(ReportForm.Rows(form.rows))
    if level is not None:
        return rows.areas_of(area, level, sweep, at)
    if form.rows in OF_HOUSEHOLDS:
        return households.homes_of(area, sweep, at, every_door=form.rows == ReportForm.Rows.EVERY_DOOR)
    return rows.people_of(area, sweep, at)


def _listing(
    form: ReportForm,
    area: Area,
    sweep: Sweep | None,
    columns: Sequence[export.Column[Any]],
    records: Sequence[Any],
    at: datetime,
) -> Listing[Any]:
    def people(record: Any) -> tuple[str, ...]:
        if form.rows in OF_HOUSEHOLDS:
            return tuple(f"person:{one.person}" for one in record.members)
        return (f"person:{record.person}",) if form.rows in OF_PEOPLE else ()

    return Listing(
        key=KEY,
        part=str(form.pk),
        title=form.name,
        where=area.called,
        area=area.pk,
        above=tuple(each.pk for each in places.ancestors(area.pk, at)),
        event=sweep.persons.event_id if sweep is not None else None,
        columns=tuple(columns),
        records=lambda: records,
        people=people,
    )


def _once(form: ReportForm, area: Area, sweep: Sweep | None, records: Sequence[Any], at: datetime) -> Once:
    person = form.rows == ReportForm.Rows.PERSON
    return Once(
        area=area.called,
        day=localdate(at).isoformat(),
        event=sweep.persons.event.name if sweep is not None else "",
        rows=str(len(records)),
        people=str(len(records) if person else sum(each.people for each in records)),
        households="" if person else str(sum(each.households for each in records)),
    )


@transaction.atomic
def fill(
    form: ReportForm,
    area_id: int,
    sweep_id: int | None,
    *,
    in_full: Collection[str] = (),
    key: UUID | None = None,
    by: Caller,
    at: datetime,
) -> ReportFilling:
    """Fill a form and ask for it as an export: it may leave at once, or waits for a second person.

    Raises as ``looked_at`` and ``custody.export.ask``.
    """
    found = looked_at(form, area_id, sweep_id, by=by, at=at)
    keys = [meaning.key for meaning in found.columns.values()]
    made = export.ask(
        found.listing, columns=keys, in_full=in_full, purpose=Export.Purpose.REPORT, key=key, by=by, at=at
    )
    counted = _counted(found, frozenset(in_full))
    filling, _ = ReportFilling.objects.get_or_create(
        number=made.number, defaults={"form": form, "area_id": area_id, "filled_at": at, **counted}
    )
    return filling


def _counted(found: Filled, full: frozenset[str]) -> dict[str, int]:
    """Cells by what is left to do in them."""
    n = {"filled": found.same * len(found.records), "masked": 0, "empty": 0}
    for record in found.records:
        for meaning in found.columns.values():
            column = meaning.column
            if column.masked is None or column.key in full:
                n["filled" if column.text(record) or meaning.may_be_empty else "empty"] += 1
            else:
                n["masked" if column.masked(record) else "empty"] += 1
    return {**n, "rows": len(found.records), "by_hand": len(found.hand) * len(found.records) + found.blanks}
