"""A briefing as it is kept: facts that need nothing looked up, the texts as they were told, and a digest over all.

What was told stays as it was told, whatever becomes of our words and figures. Written again from its facts in the
wording of its day it is the same to the letter.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext, override

from linli.command.figures import MEANINGS, Facts, Figure, Part
from linli.command.models import Briefing
from linli.command.text import WORDING, WORDINGS, plain, write


@dataclass(frozen=True, slots=True)
class Told:
    """A figure as it was told: name and definition in the reader's language, in the words of that day.

    Attributes:
        page: name of the page that listed what it counts; area: where.
    """

    name: str
    means: str
    value: int
    page: str
    area: int


def as_json(facts: Facts) -> dict[str, Any]:
    """Facts as JSON keeps them; nothing in it has to be looked up again."""
    return {
        "event": facts.event,
        "event_en": facts.event_en,
        "area": facts.area,
        "area_en": facts.area_en,
        "as_of": facts.as_of.isoformat(),
        "exercise": facts.exercise,
        "synthetic": facts.synthetic,
        "held_back": facts.held_back,
        "figures": [_figure(figure) for figure in facts.figures],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    page, area = figure.link
    with override("zh-hans"):
        chinese = [gettext(figure.name), gettext(figure.definition)]
    return {
        "key": figure.key,
        "value": figure.value,
        "zh": chinese,
        "en": [MEANINGS[figure.key].name, figure.definition],
        "page": page,
        "area": area,
        "part": [figure.part.name, figure.part.name_latin] if figure.part else None,
    }


def from_json(kept: dict[str, Any]) -> Facts:
    """The facts that ``as_json`` kept; their keys may be of figures that are counted no more."""
    as_of = datetime.fromisoformat(kept["as_of"])
    figures = tuple(
        Figure(
            key=row["key"],
            value=row["value"],
            definition=row["en"][1],
            as_of=as_of,
            link=(row["page"], row["area"]),
            part=Part(row["area"], *row["part"]) if row["part"] else None,
        )
        for row in kept["figures"]
    )
    rest = {name: kept[name] for name in ("event", "event_en", "area", "area_en", "exercise", "synthetic", "held_back")}
    return Facts(as_of=as_of, figures=figures, **rest)


def told(briefing: Briefing) -> list[Told]:
    """The totals of a saved briefing as they were told."""
    language = "en" if get_language() == "en" else "zh"
    return [
        Told(row[language][0], row[language][1], row["value"], row["page"], row["area"])
        for row in briefing.figures["figures"]
        if row["part"] is None
    ]


def texts(facts: Facts, wording: int = WORDING) -> tuple[str, str]:
    """The text in Chinese and in English, in a wording.

    Raises:
        KeyError: there is no such wording.
    """
    chinese, english = WORDINGS[wording]
    return plain(write(facts, chinese), chinese), plain(write(facts, english), english)


def digest_of(kept: dict[str, Any], wording: int, text_zh: str, text_en: str) -> str:
    """SHA-256 over facts, wording and texts, in hexadecimal; the same on any machine."""
    whole = json.dumps([kept, wording, text_zh, text_en], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()


def is_as_saved(briefing: Briefing) -> bool:
    """Whether nothing of a saved briefing was changed since: its digest fits."""
    return digest_of(briefing.figures, briefing.wording, briefing.text_zh, briefing.text_en) == briefing.digest


def is_written_again(briefing: Briefing) -> bool:
    """Whether its facts, written again in the wording of its day, give what was told, to the letter."""
    if briefing.wording not in WORDINGS:
        return False
    return texts(from_json(briefing.figures), briefing.wording) == (briefing.text_zh, briefing.text_en)
