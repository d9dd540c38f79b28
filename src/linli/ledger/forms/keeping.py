"""Forms that an office requires: taking one in, saying what its columns mean, taking it away; and who sees which."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.common.sheets import cells
from linli.common.sheets.heads import unlawful
from linli.common.sheets.layout import Layout
from linli.common.typed import tidied
from linli.custody import headings, trail
from linli.custody.export import TAKERS
from linli.ledger.errors import (
    FormColumnTwice,
    FormColumnUnclear,
    FormColumnUnlawful,
    FormNameMissing,
    FormNameTaken,
    FormRemoved,
)
from linli.ledger.forms import meanings, reading
from linli.ledger.forms.reading import Titled
from linli.ledger.models import ReportColumn, ReportFilling, ReportForm
from linli.places import queries as places
from linli.places.models import Area, Within

MOST_NAME = 80
Kind = ReportColumn.Kind


@dataclass(frozen=True, slots=True)
class Means:
    """What a desk says of one column: `says` is the key of a meaning, or the text of a constant."""

    kind: Kind
    says: str = ""


def forms_within(caller: Caller, at: datetime) -> QuerySet[ReportForm]:
    """Forms that a caller may fill: of their areas, of what lies in these, and of what these lie in; by name."""
    mine = caller.areas(*TAKERS)
    above = Within.objects.filter(inner__in=mine, during__contains=at).values("outer")
    found = ReportForm.objects.filter(Q(area__in=places.within(mine, at)) | Q(area__in=above), removed_at__isnull=True)
    return found.select_related("area").order_by("name", "pk")


def form_visible_to(caller: Caller, form_id: int, at: datetime) -> ReportForm:
    """One form that a caller may fill.

    Raises:
        NotFound: there is none, it was removed, or it is of another area.
    """
    found = forms_within(caller, at).filter(pk=form_id).first()
    if found is None:
        raise NotFound
    return found


def may_change(caller: Caller, form: ReportForm, at: datetime) -> bool:
    """Whether a caller says what the columns of a form mean: whoever takes lists out of all of its area."""
    return caller.user is not None and places.is_within_any(form.area_id, caller.areas(*TAKERS), at)


def form_to_remove(caller: Caller, form_id: int, at: datetime) -> ReportForm:
    """One form that a caller may take away, or that somebody has taken away already.

    Raises:
        NotFound: there never was one, or it is not theirs to change.
    """
    found = ReportForm.objects.select_related("area").filter(pk=form_id).first()
    if found is None or not may_change(caller, found, at):
        raise NotFound
    return found


def area_of_forms(caller: Caller, area_id: int, at: datetime) -> Area:
    """An area that a caller takes a form in for.

    Raises:
        NotFound: it does not exist, or is not theirs.
    """
    found = Area.objects.filter(pk=area_id, place__in=places.within(caller.areas(*TAKERS), at)).first()
    if found is None or caller.user is None:
        raise NotFound
    return found


@transaction.atomic
def add_form(
    area: Area, *, name: str, required_by: str, rows: str, content: bytes, by: Caller, at: datetime
) -> tuple[ReportForm, int]:
    """Take a form in, with what its titles say of its columns. Returns it, and how many filled rows were not kept.

    Raises:
        NotFound: the area is not theirs. FormNameMissing: without a name or an office.
        FormNameTaken: there is one of this name. Invalid: as ``reading.read``.
    """
    area_of_forms(by, area.pk, at)
    name, required_by = tidied(name), tidied(required_by)
    if not (0 < len(name) <= MOST_NAME and 0 < len(required_by) <= MOST_NAME) or rows not in ReportForm.Rows.values:
        raise FormNameMissing(most=MOST_NAME)
    template = meanings.template_of(rows)
    known = headings.known(template)
    found = reading.read(content, template, known)
    try:
        with transaction.atomic():
            form = ReportForm.objects.create(
                area=area,
                name=name,
                required_by=required_by,
                rows=rows,
                layout=msgspec.to_builtins(found.layout, str_keys=True),
                made_by=by.user,
                made_at=at,
            )
    except IntegrityError as taken:
        raise FormNameTaken from taken
    ReportColumn.objects.bulk_create(_guessed(form, column, known) for column in found.columns)
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"rows": rows, "columns": len(found.columns)}
    trail.record("form.added", who=by, subject=f"form:{form.pk}", at=at, area=area.pk, facts=facts)
    return form, found.left_out


def _guessed(form: ReportForm, column: Titled, known: Mapping[str, str]) -> ReportColumn:
    """What a title says of its column. What may not be handed on comes first, whatever else the title says."""
    if unlawful(column.title):
        kind, meaning = Kind.UNLAWFUL, ""
    elif column.meaning is not None:
        kind, meaning = Kind.FIELD, column.meaning
    elif cells.folded(column.title) in meanings.BY_HAND_ALSO or known.get(cells.folded(column.title)) == "":
        kind, meaning = Kind.BY_HAND, ""
    else:
        kind, meaning = Kind.OPEN, ""
    return ReportColumn(form=form, at=column.at, title=column.title, kind=kind, meaning=meaning)


@transaction.atomic
def say_columns(form: ReportForm, said: Mapping[int, Means], *, by: Caller, at: datetime) -> None:
    """Say what columns of a form mean, by their places; the others stay as they are. What a title means is remembered
    for the next form.

    Raises:
        NotFound: the form is not theirs to change. FormRemoved: it is gone.
        FormColumnUnclear: a meaning that there is not, or a text that is empty or too long.
        FormColumnUnlawful: a column that stays empty. FormColumnTwice: two would be filled with the same.
    """
    held = _held(form, by, at)
    columns = {column.at: column for column in held.columns.order_by("at")}
    for place, means in said.items():
        if place not in columns:
            raise NotFound
        _mean(columns[place], means, held)
    taken: dict[str, str] = {}
    for column in columns.values():
        if column.meaning and taken.setdefault(column.meaning, column.title) is not column.title:
            title = gettext(meanings.titled(held.rows, column.meaning))
            raise FormColumnTwice(title=title)
    # First let go, then take: two columns may change places.
    ReportColumn.objects.filter(form=held, at__in=list(said)).update(kind=Kind.OPEN, meaning="", constant="")
    for place in said:
        column = columns[place]
        ReportColumn.objects.filter(form=held, at=place).update(
            kind=column.kind, meaning=column.meaning, constant=column.constant
        )
    _remember(held, [columns[place] for place in said], by, at)
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"columns": len(said)}
    trail.record("form.columns_said", who=by, subject=f"form:{held.pk}", at=at, area=held.area_id, facts=facts)


def _mean(column: ReportColumn, means: Means, form: ReportForm) -> None:
    if column.kind == Kind.UNLAWFUL:
        raise FormColumnUnlawful(title=column.title)
    text = tidied(means.says)
    known = dict(meanings.titles_of(form.rows))
    wrong = {
        Kind.FIELD: text not in known,
        Kind.CONSTANT: not 0 < len(text) <= MOST_NAME,
        Kind.BY_HAND: bool(text),
    }
    if wrong.get(means.kind, True):
        raise FormColumnUnclear(title=column.title)
    column.kind = means.kind
    column.meaning = text if means.kind == Kind.FIELD else ""
    column.constant = text if means.kind == Kind.CONSTANT else ""


def _remember(form: ReportForm, columns: list[ReportColumn], by: Caller, at: datetime) -> None:
    """What titles mean, for the next form; a text that is always the same is this form's alone."""
    template = meanings.template_of(form.rows)
    own = {cells.folded(each) for column in template.columns for each in column.also} | meanings.BY_HAND_ALSO
    said = {column.title: column.meaning for column in columns if column.kind in (Kind.FIELD, Kind.BY_HAND)}
    said = {title: key for title, key in said.items() if cells.folded(title) not in own}
    if said:
        headings.say(template, said, by=by, at=at)


@transaction.atomic
def remove_form(form: ReportForm, *, by: Caller, at: datetime) -> None:
    """Take a form away; what was counted of its fillings stays.

    Raises:
        NotFound: it is not theirs to change. FormRemoved: it is gone.
    """
    held = _held(form, by, at)
    ReportForm.objects.filter(pk=held.pk).update(removed_at=at, removed_by=by.user)
    trail.record("form.removed", who=by, subject=f"form:{held.pk}", at=at, area=held.area_id)


def _held(form: ReportForm, by: Caller, at: datetime) -> ReportForm:
    held = ReportForm.objects.select_for_update(of=("self",)).select_related("area").get(pk=form.pk)
    if not may_change(by, held, at):
        raise NotFound
    if held.removed_at is not None:
        raise FormRemoved
    return held


def layout_of(form: ReportForm) -> Layout:
    """How a form looks."""
    return msgspec.convert(form.layout, Layout, strict=False)


def cells_of(forms: Collection[int]) -> list[dict[str, Any]]:
    """By form, how many cells were `asked` for in all its fillings, and how many `done` without typing. One query."""
    found = ReportFilling.objects.filter(form__in=list(forms)).values("form")
    summed = found.annotate(
        times=Count("number"),
        done=Sum("filled"),
        veiled=Sum("masked"),
        unknown=Sum("empty"),
        typed=Sum("by_hand"),
        asked=Sum(F("filled") + F("masked") + F("empty") + F("by_hand")),
    )
    return [dict(row) for row in summed.order_by("form")]


def form_names(forms: Collection[int]) -> dict[int, str]:
    """What forms are called, those that were taken away too."""
    return dict(ReportForm.objects.filter(pk__in=list(forms)).values_list("pk", "name")) if forms else {}
