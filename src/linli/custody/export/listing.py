"""What a room hands over: a list with its rows, who each row is about, and its columns behind their masks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils.translation.trans_null import gettext_noop

from linli.common.caller import Caller
from linli.common.sheets.layout import Form
from linli.custody.declare import declared
from linli.custody.models import Export
from linli.custody.roles import Reveal, TakeOut, revealing, taking_out

Record = TypeVar("Record")
TAKERS = taking_out(TakeOut.LISTS)
SHEET_TAKERS = taking_out(TakeOut.LISTS, TakeOut.SHEETS)

PURPOSE_WORDS = {
    Export.Purpose.CALL: gettext_noop("to call people, one after the other"),
    Export.Purpose.PAPER: gettext_noop("to work on paper while power or network is out"),
    Export.Purpose.SHIFT: gettext_noop("for those who are on duty now"),
    Export.Purpose.VISIT: gettext_noop("to go from door to door"),
    Export.Purpose.COMPARE: gettext_noop("to compare with another list"),
    Export.Purpose.REPORT: gettext_noop("to hand in a form that an office requires"),
}
OF_A_LIST = tuple(purpose for purpose in PURPOSE_WORDS if purpose != Export.Purpose.REPORT)
"""What a list may be taken out for; only a form that is filled is handed in."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Record]):
    """One column of a list.

    Attributes:
        key: names it in forms and in the trail.
        title: English message of the catalogue.
        field: the declared field that it shows, as (model label, name): its readers are those who may choose it.
        text: the cell of a record, in clear.
        masked: the same behind its mask; None where the field needs none.
        reveal: what a role has to be able to unmask to have it in full; None: nobody has it in full.
    """

    key: str
    title: str
    field: tuple[str, str]
    text: Callable[[Record], str]
    masked: Callable[[Record], str] | None = None
    reveal: Reveal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[Record]):
    """A list of people that may be taken out, already scoped to what the caller sees.

    Attributes:
        key, part: codes that stand on record; part is empty where the list has none.
        title, where: what it is called, told in the language of whoever asks, and the area's name.
        area: the place id it is of. above: that id and those of all it lies in.
        event: the bare id of the event it belongs to and ends with.
        records: reads the rows, when they are needed.
        people: whom a row is about, as the trail names subjects; at least one each, but for a sheet's doors.
        sheet: a numbered sheet of paper: who goes from door to door takes it out too, and it leaves as paper alone.
        form: a form of an office's own that its rows are filled into; about areas alone, it has nobody in it.
    """

    key: str
    part: str = ""
    title: str
    where: str
    area: int
    above: tuple[int, ...]
    event: int | None = None
    columns: tuple[Column[Record], ...]
    records: Callable[[], Iterable[Record]]
    people: Callable[[Record], tuple[str, ...]]
    sheet: bool = False
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of one's own data: a heading, what the columns are called, and rows of text."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def roles_over(caller: Caller, above: Iterable[int], *, sheet: bool = False) -> frozenset[str]:
    """The roles by which a caller takes lists, or numbered sheets, out of an area."""
    areas, takers = set(above), SHEET_TAKERS if sheet else TAKERS
    return frozenset(grant.role for grant in caller.grants if grant.area in areas and grant.role in takers)


def readable(listing: Listing[Record], roles: Iterable[str]) -> list[tuple[Column[Record], bool]]:
    """The columns that one of some roles reads by their declaration, each with whether they may have it in full."""
    held = set(roles)
    return [
        (column, column.reveal is not None and bool(held & set(revealing(column.reveal))))
        for column in listing.columns
        if held & set(declared()[column.field[0]].fields[column.field[1]].readers)
    ]
