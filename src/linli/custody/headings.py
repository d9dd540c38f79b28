"""What columns of offices' own lists are called: asked about once, and known from then on in this installation."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from linli.common.caller import Caller
from linli.common.sheets import cells
from linli.common.sheets.columns import Template
from linli.common.typed import is_readable
from linli.custody import trail
from linli.custody.models import Heading

_SAY = """
INSERT INTO custody_heading (template, heading, "column") VALUES (%s, %s, %s)
ON CONFLICT (template, heading) DO UPDATE SET "column" = excluded."column"
"""


def known(template: Template) -> dict[str, str]:
    """The column of each folded title that somebody explained; empty where it is none of ours."""
    return dict(Heading.objects.filter(template=template.key).values_list("heading", "column"))


@transaction.atomic
def say(template: Template, meant: Mapping[str, str], *, by: Caller, at: datetime) -> None:
    """Note what titles mean; what was said before is said anew. A column that is none of the template's is passed over.

    Args:
        meant: by title, the key of a column, or empty where it is none of ours.
    """
    keys = {"", *(column.key for column in template.columns)}
    for title, column in meant.items():
        heading = cells.folded(title)[:40]
        if heading and column in keys and is_readable(heading):
            with connection.cursor() as cursor:
                cursor.execute(_SAY, [template.key, heading, column])
            facts: dict[str, trail.Fact | list[trail.Fact]] = {"column": column}
            trail.record("heading.explained", who=by, subject=f"template:{template.key}", at=at, facts=facts)
