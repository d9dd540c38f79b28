"""The one way in which a city folder, or a request for one, can be wrong."""

from __future__ import annotations


class BadCity(Exception):
    """A city that cannot be built or read.

    Attributes:
        file: the file (or argument) at fault, relative to the city folder.
        reason: what is wrong with it, a clause in English.
    """

    code = "bad_city"

    def __init__(self, file: str, reason: str) -> None:
        self.file = file
        self.reason = reason
        super().__init__(f"{file}: {reason}")
