"""Rows of a file that cannot be taken, as a spreadsheet: their cells as they were, and why, to be mended."""

from collections import defaultdict
from datetime import datetime

from django.http import HttpResponse
from django.utils.translation import gettext

from linli.common.caller import Caller
from linli.common.sheets import Looked, Sheet, Template
from linli.common.sheets.writing import REASON, ROW_WAS
from linli.custody import export
from linli.people.queries import city_is_synthetic
from linli.web.accounts.shapes import account_names


def hand_back(
    template: Template, sheet: Sheet, looked: Looked, *, area: int | None, by: Caller, at: datetime
) -> HttpResponse:
    """The rejected rows alone, in the language of the page. What nothing declares was never kept and is not in it."""
    why: defaultdict[int, list[str]] = defaultdict(list)
    for each in (*sheet.rejected, *looked.rejected):
        title = template.titled(each.column)
        why[each.row].append(f"{title}: {each.problem.told()}" if title else each.problem.told())
    rows = sorted((*sheet.rows, *sheet.unread), key=lambda row: row.number)
    keys = [column.key for column in template.columns]
    lines = [
        [str(row.number), " ".join(why[row.number]), *(row.cell(key) for key in keys)]
        for row in rows
        if row.number in why
    ]
    return export.hand_back(
        gettext(template.title),
        [gettext(ROW_WAS), gettext(REASON), *(gettext(column.title) for column in template.columns)],
        lines,
        what=template.key,
        area=area,
        taken_by=account_names([by.user]).get(by.user or 0, ""),
        synthetic=city_is_synthetic(),
        by=by,
        at=at,
    )
