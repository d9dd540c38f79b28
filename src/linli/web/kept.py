"""Pages that a phone keeps, so that they open without the net: their words in both languages, and their worker."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext

TEMPLATES = Path(__file__).parent / "templates"


def in_each_language(words: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Sentences by their keys, in each language."""
    found = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found[language] = {key: gettext(sentence) for key, sentence in words.items()}
    return found


def digest_of(files: tuple[str, ...], page: str, words: Mapping[str, str]) -> str:
    """A digest of all that a kept page is made of: its files, its template and its words."""
    parts = [_text(name) for name in files]
    template = (TEMPLATES / page).read_text(encoding="utf-8")
    told = json.dumps(in_each_language(words), sort_keys=True)
    return hashlib.sha256("\0".join([*parts, template, told]).encode()).hexdigest()[:16]


def worker_of(file: str, **said: object) -> HttpResponse:
    """The script of a service worker, which reads what is said as ``self.LINLI``."""
    return HttpResponse(
        f"self.LINLI = {json.dumps(said)};\n{_text(file)}", content_type="text/javascript; charset=utf-8"
    )


@cache
def _text(name: str) -> str:
    at = finders.find(name)
    if not isinstance(at, str):
        raise FileNotFoundError(name)
    return Path(at).read_text(encoding="utf-8")
