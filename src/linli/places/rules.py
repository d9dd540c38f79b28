"""Rules about places, over plain values."""

import re

from linli.places.errors import BadDeskPhone

_DIALLED = re.compile(r"\+?\d(?:[ -]?\d){2,15}", re.ASCII)  # 110 as well as 028-8512 3456


def desk_phone(text: str) -> str:
    """A number that can be dialled, as it is kept; empty where there is none.

    Raises:
        BadDeskPhone: it cannot be dialled.
    """
    dialled = text.strip()
    if dialled and not _DIALLED.fullmatch(dialled):
        raise BadDeskPhone
    return dialled
