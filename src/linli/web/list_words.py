"""What pages call lists that leave, and their columns."""

from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop

from linli.custody.export import Column
from linli.desk import takeout as desk
from linli.ledger.forms import filling as forms
from linli.ledger.forms import meanings
from linli.ledger.paper import printing as paper
from linli.muster import takeout as muster
from linli.muster.models import SignUp
from linli.muster.words import state_name
from linli.people import takeout as people

COLUMNS: dict[str, tuple[Column, ...]] = {
    muster.SIGN_UPS: muster.SIGN_UP_COLUMNS,
    muster.PLACED: muster.PLACED_COLUMNS,
    desk.KEY: desk.COLUMNS,
    people.KEY: people.COLUMNS,
    paper.KEY: paper.COLUMNS,
    forms.KEY: meanings.COLUMNS,
}
NAMES = {
    muster.SIGN_UPS: gettext_noop("Sign-ups"),
    muster.PLACED: muster.PLACED_TITLE,
    desk.KEY: gettext_noop("Duty log"),
    people.KEY: people.TITLE,
    paper.KEY: paper.TITLE,
    forms.KEY: forms.TITLE,
}


def list_name(what: str) -> str:
    """What lists of one kind are called, whichever part is taken out."""
    return gettext(NAMES[what])


def list_title(what: str, part: str) -> str:
    """What a list is called."""
    if what == muster.SIGN_UPS and part in SignUp.State.values:
        return gettext("Sign-ups: {state}").format(state=state_name(part))
    if what == desk.KEY and part in desk.TITLES:
        return gettext(desk.TITLES[part])
    return gettext(NAMES[what])


def column_titles(what: str, keys: Iterable[str], in_full: Iterable[str]) -> list[str]:
    """Columns of a list in words; those without their mask say so."""
    full, titles = set(in_full), {column.key: gettext(column.title) for column in COLUMNS.get(what, ())}
    return [
        gettext("{column} in full").format(column=titles.get(key, key)) if key in full else titles.get(key, key)
        for key in keys
    ]
