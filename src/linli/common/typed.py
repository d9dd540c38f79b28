"""Text that people type, whatever it is for."""

import unicodedata

from linli.common.errors import Unreadable

_BROKEN = "\ufffd"  # stands where bytes were not of the encoding they claimed


def is_readable(text: str) -> bool:
    """Whether every character can be typed: no NUL or other control character but line breaks and tabs, no mark of
    a broken encoding, no half of a surrogate pair."""
    return all(letter in "\t\n\r" or unicodedata.category(letter) not in ("Cc", "Cs") for letter in text) and (
        _BROKEN not in text
    )


def check_readable(*texts: str) -> None:
    """Refuse text with a character that nobody types.

    Raises:
        Unreadable: there is one.
    """
    if not all(is_readable(text) for text in texts):
        raise Unreadable
