"""Printing a sheet: asked for as an export, numbered, taken out as paper, and ticked when it comes back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import export, trail
from linli.custody.export import Column, Kind, Listing, Mark
from linli.custody.models import Export
from linli.custody.roles import Decide, deciding
from linli.ledger import scope
from linli.ledger.errors import NothingLeftToPrint, SheetNotPrinted, SheetTickedOtherwise
from linli.ledger.models import PaperLine, PaperSheet, Sweep
from linli.ledger.paper import codes, setting
from linli.ledger.paper.doors import Door, blank_doors, doors_to_reach
from linli.places import queries as places
from linli.places.models import Area, Level
from linli.rolls.errors import RollNotReady

KEY = "sheet"
TITLE = gettext_noop("Sheet for going from door to door")
PRINTING = deciding(Decide.FOUND, Decide.REGISTER)
"""Who prints sheets: grid workers of their micro-grids, the desk of its community."""
TYPING = deciding(Decide.REGISTER)
"""Who types them back, and ticks them."""

_DOOR = gettext_noop("Door")
COLUMNS: tuple[Column[Door], ...] = (
    Column(
        "code",
        gettext_noop("Code"),
        ("places.Dwelling", "door"),
        lambda door: codes.told(codes.code_of(door.place)) if door.place is not None else "",
    ),
    Column("estate", gettext_noop("Estate"), ("places.Dwelling", "building"), lambda door: door.estate),
    Column("building", gettext_noop("Building"), ("places.Dwelling", "building"), lambda door: door.building),
    Column("unit", gettext_noop("Staircase"), ("places.Dwelling", "unit"), lambda door: setting.number(door.unit)),
    Column("floor", gettext_noop("Floor"), ("places.Dwelling", "floor"), lambda door: setting.number(door.floor)),
    Column("door", _DOOR, ("places.Dwelling", "door"), lambda door: door.door),
    Column(
        "people",
        gettext_noop("People"),
        ("people.Identity", "name"),
        setting.people_told,
        setting.people_told,
    ),
)


def sheet_of(caller: Caller, sweep: Sweep, micro_grid: int, at: datetime) -> Listing[Door]:
    """What a sheet of a micro-grid would hold now.

    Raises:
        NotFound: the micro-grid is not the caller's, or does not lie in the sweep.
        RollNotReady: its lists are still being made.
    """
    area = Area.objects.filter(pk=micro_grid, level=Level.MICRO_GRID).first()
    above = places.ancestors(micro_grid, at)
    if area is None or not scope.finds_in(caller, micro_grid, at):
        raise NotFound
    if sweep.persons.area_id not in {each.pk for each in above}:
        raise NotFound
    if sweep.doors.ready_at is None:
        raise RollNotReady(area=sweep.persons.area.called)
    doors = [*doors_to_reach(sweep, micro_grid, at), *blank_doors(micro_grid, at)]
    return Listing(
        key=KEY,
        title=gettext(TITLE),
        where=" ".join(each.called for each in reversed(above) if each.level >= Level.COMMUNITY),
        area=micro_grid,
        above=tuple(each.pk for each in above),
        event=sweep.persons.event_id,
        columns=COLUMNS,
        records=lambda: doors,
        people=lambda door: tuple(f"person:{each.person}" for each in door.people),
        sheet=True,
    )


@transaction.atomic
def ask_sheet(sweep: Sweep, micro_grid: int, *, key: UUID | None = None, by: Caller, at: datetime) -> PaperSheet:
    """Number a sheet: doors of a micro-grid that are still to be reached, and blank lines where none is known.

    It may leave at once, or waits for a second.

    Raises as ``sheet_of`` and ``custody.export.ask``, and NothingLeftToPrint: every door there is done.
    """
    listing = sheet_of(by, sweep, micro_grid, at)
    doors = list(listing.records())
    if not doors:
        raise NothingLeftToPrint(area=listing.where)
    keys = [column.key for column in COLUMNS]
    made = export.ask(listing, columns=keys, purpose=Export.Purpose.VISIT, key=key, by=by, at=at)
    sheet, fresh = PaperSheet.objects.get_or_create(
        number=made.number,
        defaults={"sweep": sweep, "micro_grid_id": micro_grid, "asked_by": made.asked_by, "asked_at": at},
    )
    if fresh:
        PaperLine.objects.bulk_create(
            PaperLine(
                sheet=sheet,
                n=n,
                dwelling_id=door.place,
                building_id=door.blank_of,
                persons=[each.person for each in door.people],
            )
            for n, door in enumerate(doors, 1)
        )
    return sheet


@transaction.atomic
def take_sheet(sheet: PaperSheet, *, mark: Mark, event: str, by: Caller, at: datetime) -> HttpResponse:
    """The sheet as PDF, for who asked for it. Raises as ``custody.export.take``.

    Args:
        event: what the event is called, in the language of the page.
    """
    made = export.export_visible_to(by, sheet.number)

    def paper(kept: export.Kept, lines: Sequence[str]) -> bytes:
        return setting.paper(kept, lines, number=sheet.number, event=event, synthetic=mark.synthetic)

    reply = export.take(made, kind=Kind.PDF, mark=mark, by=by, at=at, paper=paper)
    PaperSheet.objects.filter(pk=sheet.pk, printed_at__isnull=True).update(printed_at=at)
    return reply


@transaction.atomic
def tick(sheet: PaperSheet, fate: PaperSheet.Fate, *, by: Caller, at: datetime) -> PaperSheet:
    """A sheet came back, or was destroyed; what came back may be destroyed later. Said twice, it is said once.

    Raises:
        SheetNotPrinted: it never left. SheetTickedOtherwise: what is destroyed does not come back.
    """
    held = PaperSheet.objects.select_for_update().get(pk=sheet.pk)
    if held.printed_at is None:
        raise SheetNotPrinted(number=held.number)
    if held.fate == PaperSheet.Fate.DESTROYED and fate != held.fate:
        raise SheetTickedOtherwise(number=held.number)
    if held.fate != fate:
        held.fate, held.fate_at, held.fate_by = fate, at, by.user
        held.save(update_fields=["fate", "fate_at", "fate_by"])
        trail.record(f"sheet.{fate}", who=by, subject=f"sheet:{held.number}", at=at, area=held.micro_grid_id)
    return held


def sheets_within(caller: Caller, at: datetime) -> QuerySet[PaperSheet]:
    """Sheets of the micro-grids in which a caller goes from door to door, or that their desk runs; newest first."""
    found = PaperSheet.objects.filter(micro_grid__in=places.within(caller.areas(*PRINTING), at))
    return found.select_related("sweep__persons__area", "sweep__doors", "micro_grid").order_by("-asked_at", "pk")


def sheet_visible_to(caller: Caller, number: str, at: datetime) -> PaperSheet:
    """One sheet by its number, however it was typed.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    found = sheets_within(caller, at).filter(pk=codes.letters_of(number)).first()
    if found is None:
        raise NotFound
    return found


def sheet_to_type(caller: Caller, number: str, at: datetime) -> PaperSheet:
    """One sheet that a caller types back. Raises as ``sheet_visible_to``."""
    found = sheets_within(caller, at).filter(micro_grid__in=places.within(caller.areas(*TYPING), at))
    sheet = found.filter(pk=codes.letters_of(number)).first()
    if sheet is None:
        raise NotFound
    return sheet
