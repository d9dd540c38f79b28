"""What a column of a form may be filled with, by the kind of its rows.

Titles are matched as the import matches them (``common.sheets.heads``), with the names that the import's own template
knows, so that a word means the same whether it comes in or goes out.
"""

from functools import cache

from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop

from linli.common import sheets
from linli.common.sheets import Template, cells
from linli.ledger.forms.meaning import Meaning
from linli.ledger.forms.of_areas import AREAS
from linli.ledger.forms.of_households import HOUSEHOLDS
from linli.ledger.forms.of_people import PEOPLE
from linli.ledger.models import ReportForm

COUNTED = "n"
"""The meaning of a column that numbers the rows: it says nothing of anybody, and is no column of the list."""
COUNTED_TITLE = gettext_noop("Number of the row")
_COUNTED_ALSO = ("序号", "编号", "行号", "顺序号", "no", "no.", "#")
# What people write in by hand whatever the ledger knows: nobody is asked about these.
BY_HAND_ALSO = frozenset(
    map(cells.folded, ("备注", "签名", "签字", "本人签字", "remarks", "remark", "signature", "notes"))
)

Rows = ReportForm.Rows
MEANINGS = {
    Rows.PERSON: PEOPLE,
    Rows.HOUSEHOLD: HOUSEHOLDS,
    Rows.EVERY_DOOR: HOUSEHOLDS,
    Rows.MICRO_GRID: AREAS,
    Rows.GRID: AREAS,
}
OF_HOUSEHOLDS = frozenset({Rows.HOUSEHOLD, Rows.EVERY_DOOR})
OF_PEOPLE = OF_HOUSEHOLDS | {Rows.PERSON}
"""Forms that somebody is in; the others hold numbers of areas."""
IN_A_SWEEP = frozenset(
    {
        "standing",
        "door_standing",
        *("found", "not_reached", "away", "refused", "exempt"),
        *("answered", "no_answer", "vacant", "not_visited"),
    }
)
"""What only a sweep can say."""
COLUMNS = tuple({each.key: each.column for each in (*AREAS, *HOUSEHOLDS, *PEOPLE)}.values())
"""Every column that may leave in a form, once."""


def meanings_of(rows: str) -> dict[str, Meaning]:
    """By key, what the columns of a form of this kind may be filled with."""
    return {each.key: each for each in MEANINGS[Rows(rows)]}


def titles_of(rows: str) -> list[tuple[str, str]]:
    """Key and name of everything that a column may be filled with, in the language of the page."""
    fields = [(each.key, gettext(each.column.title)) for each in MEANINGS[Rows(rows)]]
    return [(COUNTED, gettext(COUNTED_TITLE)), *fields]


@cache
def template_of(rows: str) -> Template:
    """The columns as the import's matcher takes them; a form has none that is needed. What somebody said of a title
    holds for all forms of people, of households or of areas."""
    columns = [
        sheets.Column(each.key, each.column.title, "", cells.text(80), also=each.also) for each in MEANINGS[Rows(rows)]
    ]
    numbered = sheets.Column(COUNTED, COUNTED_TITLE, "", cells.text(80), also=_COUNTED_ALSO)
    kind = "form_households" if rows in OF_HOUSEHOLDS else "form_people" if rows in OF_PEOPLE else "form_areas"
    return Template(key=kind, title="", says="", columns=(numbered, *columns), examples=())


def titled(rows: str, key: str) -> str:
    """The English name of what a column is filled with."""
    return COUNTED_TITLE if key == COUNTED else meanings_of(rows)[key].column.title
