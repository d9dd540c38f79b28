"""Rows of these pages, put into words: a few queries for any number of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from linli.custody.export import PURPOSE_WORDS, State, state_of
from linli.custody.models import Export
from linli.ledger.forms.filling import KEY as FORM
from linli.ledger.forms.keeping import form_names
from linli.places.names import place_names
from linli.web.accounts.shapes import account_names
from linli.web.list_words import column_titles, list_title

STATES: dict[str, Promise] = {
    State.WAITING: gettext_lazy("waits for a second person"),
    State.READY: gettext_lazy("ready"),
    State.DECLINED: gettext_lazy("declined"),
    State.WITHDRAWN: gettext_lazy("taken back"),
    State.EXPIRED: gettext_lazy("gone: its time is over"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One file in words."""

    row: Export
    title: str
    where: str
    purpose: str
    columns: list[str]
    state: State
    said: Promise
    asked_by: str
    decided_by: str


def told(rows: Iterable[Export], at: datetime) -> list[Told]:
    """Files in words; three queries for any number of them."""
    found = list(rows)
    where = place_names({row.area for row in found})
    forms = form_names([int(row.part) for row in found if row.what == FORM])
    names = account_names(each for row in found for each in (row.asked_by, row.decided_by))
    return [
        Told(
            row=row,
            title=forms[int(row.part)] if row.what == FORM else list_title(row.what, row.part),
            where=where.get(row.area, ""),
            purpose=gettext(PURPOSE_WORDS[Export.Purpose(row.purpose)]),
            columns=column_titles(row.what, row.columns, row.in_full),
            state=state_of(row, at),
            said=STATES[state_of(row, at)],
            asked_by=names.get(row.asked_by, ""),
            decided_by=names.get(row.decided_by or 0, ""),
        )
        for row in found
    ]
