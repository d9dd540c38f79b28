"""A briefing's facts as they are kept, and back again: what is saved can be written again to the letter."""

import hashlib
import json
from datetime import datetime
from typing import Any

from linli.command.figures import MEANINGS, Facts, Figure, Part
from linli.command.models import Briefing
from linli.command.text import CHINESE, ENGLISH, plain, write


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
        "figures": [
            {
                "key": figure.key,
                "value": figure.value,
                "area": figure.link[1],
                "part": [figure.part.name, figure.part.name_latin] if figure.part else None,
            }
            for figure in facts.figures
        ],
    }


def from_json(kept: dict[str, Any]) -> Facts:
    """The facts that ``as_json`` kept."""
    as_of = datetime.fromisoformat(kept["as_of"])
    figures = tuple(
        Figure(
            key=row["key"],
            value=row["value"],
            definition=MEANINGS[row["key"]].definition,
            as_of=as_of,
            link=(MEANINGS[row["key"]].page, row["area"]),
            part=Part(row["area"], *row["part"]) if row["part"] else None,
        )
        for row in kept["figures"]
    )
    rest = {name: kept[name] for name in ("event", "event_en", "area", "area_en", "exercise", "synthetic", "held_back")}
    return Facts(as_of=as_of, figures=figures, **rest)


def texts(facts: Facts) -> tuple[str, str]:
    """The text in Chinese and in English."""
    return plain(write(facts, CHINESE), CHINESE), plain(write(facts, ENGLISH), ENGLISH)


def digest_of(kept: dict[str, Any], text_zh: str, text_en: str) -> str:
    """SHA-256 over facts and texts, in hexadecimal; the same facts give the same digest on any machine."""
    whole = json.dumps([kept, text_zh, text_en], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()


def is_as_saved(briefing: Briefing) -> bool:
    """Whether a saved briefing, written again from its figures, is what was saved, to the letter."""
    text_zh, text_en = texts(from_json(briefing.figures))
    same = (text_zh, text_en) == (briefing.text_zh, briefing.text_en)
    return same and digest_of(briefing.figures, text_zh, text_en) == briefing.digest
