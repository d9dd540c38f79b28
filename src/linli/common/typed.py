"""Text that people type, whatever it is for."""

import unicodedata

from linli.common.errors import Unreadable

# Marks that turn the writing direction: phones put them around a number that is copied from the contacts.
_TURNING = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_BROKEN = "\ufffd"  # stands where bytes were not of the encoding they claimed


def is_readable(text: str) -> bool:
    """Whether every character can be typed: no NUL or other control character but line breaks and tabs, no mark of
    a broken encoding, no half of a surrogate pair."""
    if text.isprintable():  # nearly every cell of a long list
        return _BROKEN not in text
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


def tidied(text: str) -> str:
    """Text on one line as it is kept: trimmed, inner white space single, without marks of direction, normalised.

    Raises:
        Unreadable: there is a character that nobody types.
    """
    kept = " ".join(text.translate(_TURNING).split())  # line breaks and tabs come along with what is pasted
    check_readable(kept)
    return unicodedata.normalize("NFC", kept)
