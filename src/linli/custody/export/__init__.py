"""The one way out (DESIGN.md §4, promise 5): files of people leave here, or not at all.

A room offers a ``Listing``: its rows, who each is about, and declared columns with their masks. ``ask`` freezes what
somebody chose of it, sealed; ``confirm`` is the second person's word where it takes one; ``take`` makes the file, for
who asked, until it expires. One's own data goes by ``own``. ``docs/decisions/the-one-way-out.md`` says why.
"""

from linli.custody.export.asking import LIVES, MOST_ALONE, ask, foreseen, offered
from linli.custody.export.deciding import confirm, decline, withdraw
from linli.custody.export.files import Kept, Kind, Mark
from linli.custody.export.listing import OF_A_LIST, PURPOSE_WORDS, SHEET_TAKERS, TAKERS, Column, Listing, Section
from linli.custody.export.queries import State, export_visible_to, may_second, of_mine, state_of, to_second
from linli.custody.export.taking import hand_back, own, own_paper, take

__all__ = [
    "LIVES",
    "MOST_ALONE",
    "OF_A_LIST",
    "PURPOSE_WORDS",
    "SHEET_TAKERS",
    "TAKERS",
    "Column",
    "Kept",
    "Kind",
    "Listing",
    "Mark",
    "Section",
    "State",
    "ask",
    "confirm",
    "decline",
    "export_visible_to",
    "foreseen",
    "hand_back",
    "may_second",
    "of_mine",
    "offered",
    "own",
    "own_paper",
    "state_of",
    "take",
    "to_second",
    "withdraw",
]
