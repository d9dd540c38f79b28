"""The page about packs names every key a pack may have, and none that is gone."""

from dataclasses import fields
from pathlib import Path

from linli.events.packs import Pack

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "packs.md"


def test_every_key_of_a_pack_stands_on_the_page():
    named = set()
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            named |= {part.strip(" `") for part in line.split("|")[1].split(",")}
    assert named == {field.name for field in fields(Pack)}
