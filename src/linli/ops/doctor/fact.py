"""What the doctor says of one thing: how it is and, where something is wrong, its remedy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext

from linli.common.errors import told_facts


class State(StrEnum):
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was looked at.

    Attributes:
        key: its stable name for programs.
        state: how it is.
        name, sentence, remedy: English msgids; the remedy is empty where nothing is wrong.
        values: what stands in the sentence and the remedy.
        stops: Linli cannot do its work while this is so (`ready`).
    """

    key: str
    state: State
    name: str
    sentence: str
    remedy: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    stops: bool = False

    def told(self) -> dict[str, str]:
        """Key, state, name, sentence and remedy in the language that is active now."""
        values = told_facts(self.values)
        return {
            "key": self.key,
            "state": str(self.state),
            "name": gettext(self.name),
            "sentence": gettext(self.sentence).format(**values),
            "remedy": gettext(self.remedy).format(**values) if self.remedy else "",
        }
