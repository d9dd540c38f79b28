"""Failures with a stable code for machines and a sentence for people.

    LinliError
    ├── NotFound   it does not exist, or this caller may not know that it does   404
    ├── Refused    a rule says no                                                403
    ├── Conflict   somebody was quicker, or the world moved on                   409
    └── Invalid    the input makes no sense                                      422

Each room derives its own in its ``errors.py``; a code is never reused for another meaning.
``docs/reference/errors.md`` lists them all, and a test fails on one it leaves out. Facts keep moments as moments: they
are told by the clock of the place, and programs get them as ISO 8601.
"""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from django.utils.translation import get_language, gettext
from django.utils.translation.trans_null import gettext_noop  # marks a message; the other one wants settings

from linli.common import moments


class LinliError(Exception):
    """A failure with a stable code, a sentence for people, and its facts."""

    code: ClassVar[str] = "error"
    sentence: ClassVar[str] = gettext_noop("Something went wrong.")
    status: ClassVar[int] = 500

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.sentence.format(**facts))

    def told(self) -> str:
        """The sentence in the language that is active now."""
        return gettext(self.sentence).format(**told_facts(self.facts))


def told_facts(facts: Mapping[str, object]) -> dict[str, object]:
    """Facts as a sentence takes them: moments and days in the words of the language that is active now."""
    chinese = (get_language() or "en").startswith("zh")
    return {
        key: moments.told(value, chinese=chinese) if isinstance(value, date) else value for key, value in facts.items()
    }


def error_of(code: str, facts: Mapping[str, object]) -> LinliError:
    """A failure again from its code and its facts, as it was written down."""
    waiting = [LinliError]
    while waiting:
        kind = waiting.pop()
        if kind.code == code:
            return kind(**facts)
        waiting += kind.__subclasses__()
    return LinliError()


class NotFound(LinliError):
    code = "not_found"
    sentence = gettext_noop("There is nothing here, or it is not yours to see.")
    status = 404


class Refused(LinliError):
    code = "refused"
    sentence = gettext_noop("A rule does not allow this.")
    status = 403


class Conflict(LinliError):
    code = "conflict"
    sentence = gettext_noop("Somebody was quicker: what you saw has changed meanwhile.")
    status = 409


class Invalid(LinliError):
    code = "invalid"
    sentence = gettext_noop("This input makes no sense here.")
    status = 422


class Unreadable(Invalid):
    code = "unreadable"
    sentence = gettext_noop("There is a character in it that cannot be read. Please type it again.")
