"""The one way in which a city folder, or a request for one, can be wrong."""

from __future__ import annotations

LONGEST_SHOWN = 60


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for the catalogue. This room knows no Django: whoever tells a person translates it."""
    return sentence


def shown(value: object) -> str:
    """What was found, fit for a sentence: one short line that a terminal can print."""
    text = value if isinstance(value, str) else type(value).__name__ if isinstance(value, list | dict) else repr(value)
    cut = text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in cut)


class BadCity(Exception):
    """A city that cannot be built or read.

    Attributes:
        file: the file (or argument) at fault, relative to the city folder.
        sentence: what is wrong with it: a clause in English, a format string over the facts and a key of the catalogue.
        facts: what the clause names.
        reason: the clause in English, facts put in.
    """

    code = "bad_city"

    def __init__(self, file: str, sentence: str, **facts: object) -> None:
        self.file = file
        self.sentence = sentence
        self.facts = facts
        self.reason = sentence.format(**facts)
        super().__init__(f"{file}: {self.reason}")
