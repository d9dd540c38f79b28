"""Lists that leave: what the notice, the record and the assessment say of them, from the rules that hold them."""

from datetime import timedelta

from django.utils.translation import gettext

from linli.custody.declare import declared, told
from linli.custody.export import LIVES, MOST_ALONE, PURPOSE_WORDS, TAKERS, Column
from linli.custody.record import listed
from linli.custody.reveals import MOST_AN_HOUR
from linli.custody.roles import ROLES
from linli.web.declared.blocks import Block, items, lines, part, table, text
from linli.web.list_words import COLUMNS, list_name


def in_the_notice() -> list[Block]:
    """For the people who are in them: few words, no table."""
    return [
        part(gettext("Lists that leave Linli")),
        text(
            gettext("For their own area these may take out a list of people as a file: {roles}.").format(
                roles=listed(gettext(ROLES[key].name) for key in TAKERS)
            )
        ),
        text(gettext("There are these, and no others: {lists}.").format(lists=listed(map(list_name, COLUMNS)))),
        text(gettext("Whoever takes one out says what for:")),
        items(gettext(each) for each in PURPOSE_WORDS.values()),
        items(_rules()),
        text(gettext("If you signed up, your page shows each list that left with you in it. Else ask the desk.")),
    ]


def in_the_record() -> list[Block]:
    """For the data protection officer: the rules, and each list with what it shows."""
    head = (gettext("List"), gettext("Who takes it out"), gettext("What it may show"), gettext("Of this, in full"))
    return [
        part(gettext("Lists that leave Linli")),
        lines(
            [
                (gettext("What for"), listed(gettext(each) for each in PURPOSE_WORDS.values())),
                (gettext("How long the record of it is kept"), told(declared()["custody.Export"].keep)),
            ]
        ),
        items(_rules()),
        table(head, [_row(key, columns) for key, columns in COLUMNS.items()]),
    ]


def in_short() -> str:
    """One sentence for the assessment."""
    return gettext(
        "Lists that leave are marked, can be had for {hours} hours, and need a second person above {most} people."
    ).format(hours=_hours(), most=MOST_ALONE)


def _hours() -> int:
    return LIVES // timedelta(hours=1)


def _rules() -> list[str]:
    return [
        gettext(
            "Names, phone numbers and doors are masked as on the pages. Phone numbers and doors may be asked for in "
            "full, and in the duty log who called and what is needed; other names may not."
        ),
        gettext("The file and each printed page say which list it is, who took it out, when and what for."),
        gettext("The file can be had for {hours} hours, by them alone; then it is deleted here.").format(
            hours=_hours()
        ),
        gettext(
            "More than {most} people within {hours} hours, or {in_full} in full within an hour: a second person has to "
            "confirm it first."
        ).format(most=MOST_ALONE, hours=_hours(), in_full=MOST_AN_HOUR),
        gettext("Copies are not passed on or posted in a chat, and are destroyed after use."),
    ]


def _row(key: str, columns: tuple[Column, ...]) -> list[str]:
    readers = [declared()[column.field[0]].fields[column.field[1]].readers for column in columns]
    return [
        list_name(key),
        listed(gettext(ROLES[role].name) for role in TAKERS if all(role in each for each in readers)),
        listed(gettext(column.title) for column in columns),
        listed(gettext(column.title) for column in columns if column.reveal is not None) or "–",
    ]
