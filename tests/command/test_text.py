"""The briefing's text: only sentences whose rows exist, in both languages, marked where the city is made up."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from linli.command import record
from linli.command.figures import MEANINGS, Facts, Figure, Part, told_outside
from linli.command.text import CHINESE, ENGLISH, WORDINGS, write

AT = datetime(2022, 9, 2, 12, 22, tzinfo=UTC)


def figure(key: str, value: int, part: Part | None = None) -> Figure:
    meaning = MEANINGS[key]
    return Figure(key, value, meaning.definition, AT, (meaning.page, part.area if part else 1), part)


def facts(*figures: Figure) -> Facts:
    return Facts("疫情", "the outbreak", "成都市", "Chengdu", AT, exercise=False, synthetic=False, figures=figures)


def test_the_articles_figures_are_written_as_the_article_writes_them() -> None:
    chinese, english = record.texts(
        facts(figure("signed_up", 139_300), figure("grids_placed", 9_310), figure("people_placed", 139_300))
    )
    assert chinese == (
        "截至2022年9月2日 20:22，成都市疫情动员情况如下。13.93 万人已报到并经社区核实。13.93 万人已编入9,310个网格。"
    )
    assert english == (
        "Chengdu, the outbreak: how people stand together as of 20:22 on 2 September 2022 (Beijing time). "
        "139,300 people have signed up and been confirmed by their communities. "
        "139,300 people have been placed in 9,310 grids."
    )


def test_the_number_stays_behind_the_words() -> None:
    runs = [run for sentence in write(facts(figure("signed_up", 139_312)), CHINESE) for run in sentence]
    assert [(run.text, run.value) for run in runs if run.value is not None] == [("13.93 万", 139_312)]


def test_a_sentence_without_rows_is_left_out() -> None:
    chinese, english = record.texts(
        facts(figure("signed_up", 12), figure("grids_asking", 0), figure("people_placed", 0), figure("zones_high", 0))
    )
    assert "12人已报到" in chinese
    assert "网格" not in chinese
    assert "风险" not in chinese
    assert "grids" not in english
    assert "Zones" not in english


def test_zones_and_parts_are_told_together_the_largest_first() -> None:
    east, west = Part(2, "锦江区", "Jinjiang"), Part(3, "青羊区", "Qingyang")
    said = facts(
        figure("people_placed", 1_500),
        figure("grids_placed", 100),
        figure("people_placed", 700, east),
        figure("people_placed", 800, west),
        figure("zones_high", 2),
        figure("zones_low", 1),
    )
    chinese, english = record.texts(said)
    assert "其中：青羊区800人、锦江区700人。" in chinese
    assert "现有高风险区2个、低风险区1个。" in chinese
    assert "Of these: Qingyang 800, Jinjiang 700." in english
    assert "Zones in force: 2 high risk, 1 low risk." in english


def test_a_made_up_city_and_an_exercise_say_so_inside_the_text() -> None:
    chinese, english = record.texts(replace(facts(figure("signed_up", 12)), synthetic=True, exercise=True))
    assert chinese.startswith("【合成数据，并无真人】【演练】")
    assert english.startswith("[Synthetic data: nobody here is real.] [Exercise.]")


def test_fewer_than_five_people_are_told_nowhere_and_zones_always() -> None:
    parts = [Part(number, f"{number}区", f"D{number}") for number in range(3)]
    said = facts(
        figure("signed_up", 4),
        figure("people_placed", 20),
        *(figure("people_placed", value, part) for value, part in zip((3, 7, 10), parts, strict=True)),
        figure("grids_placed", 6),
        figure("zones_high", 1),
    )
    outside = told_outside(said)
    assert {(one.key, one.value) for one in outside.figures} == {
        ("people_placed", 20),
        ("people_placed", 10),
        ("grids_placed", 6),
        ("zones_high", 1),
    }
    assert outside.held_back


def test_facts_come_back_from_their_record_as_they_were() -> None:
    said = facts(figure("signed_up", 12), figure("people_placed", 9, Part(2, "锦江区", "Jinjiang")))
    assert record.from_json(record.as_json(said)) == said


def test_english_and_chinese_say_the_same_numbers() -> None:
    said = facts(figure("signed_up", 139_312), figure("grids_asking", 9_310), figure("zones_medium", 3))
    numbers = [
        [run.value for sentence in write(said, tongue) for run in sentence if run.value is not None]
        for tongue in (CHINESE, ENGLISH)
    ]
    assert numbers[0] == numbers[1] == [139_312, 9_310, 3]


def test_a_wording_that_briefings_were_saved_in_never_changes() -> None:
    """Pinned: whoever changes a sentence adds a wording, and its digest here."""
    east, west = Part(2, "锦江区", "Jinjiang"), Part(3, "青羊区", "Qingyang")
    said = facts(
        *(figure(key, 5 + row) for row, key in enumerate(MEANINGS)),
        figure("people_placed", 3, east),
        figure("people_placed", 5, west),
    )
    said = replace(said, synthetic=True, exercise=True, held_back=True)
    written = {
        number: hashlib.sha256("\n".join(record.texts(said, number)).encode()).hexdigest()[:16] for number in WORDINGS
    }
    assert written == {1: "f42c59b04da7522b", 2: "ff2b906dc1d606bd"}
