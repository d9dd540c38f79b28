"""The briefing's text, in both languages at once.

Its sentences stand here in pairs and not among the translations of the pages: a saved briefing can be written again
to the letter years later, whatever became of the pages. Whoever changes a sentence adds a wording to `WORDINGS` and
leaves the older ones as they are. Only a sentence whose rows exist is written.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from string import Formatter
from types import MappingProxyType
from zoneinfo import ZoneInfo

from linli.command.figures import Facts
from linli.command.rules import in_chinese, in_english

SHANGHAI = ZoneInfo("Asia/Shanghai")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; where it is a number, `value` is the number behind the words."""

    text: str
    value: int | None = None


Sentence = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language's templates and how it writes numbers, moments and lists."""

    chinese: bool
    number: Callable[[int], str]
    moment: Callable[[datetime], str]
    between: str
    synthetic: str
    exercise: str
    opening: str
    signed_up: str
    grids_asking: str
    placed: str
    parts: tuple[str, str, str, str, str]
    zones: tuple[str, str, str]
    zone_names: dict[str, str]
    deployed: tuple[str, ...] = ()


def _moment_zh(at: datetime) -> str:
    local = at.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def _moment_en(at: datetime) -> str:
    local = at.astimezone(SHANGHAI)
    return f"{local:%H:%M} on {local.day} {_MONTHS[local.month - 1]} {local.year} (Beijing time)"


CHINESE = Tongue(
    chinese=True,
    number=in_chinese,
    moment=_moment_zh,
    between="",
    synthetic="【合成数据，并无真人】",
    exercise="【演练】",
    opening="截至{moment}，{area}{event}动员情况如下。",
    signed_up="{signed_up}人已报到并经社区核实。",
    grids_asking="{grids_asking}个网格提出用人需求。",
    placed="{people_placed}人已编入{grids_placed}个网格。",
    parts=("其中：", "{name}{value}人", "、", "，其余各地不逐一列出", "。"),
    zones=("现有", "、", "。"),
    zone_names={
        "zones_high": "高风险区{value}个",
        "zones_medium": "中风险区{value}个",
        "zones_low": "低风险区{value}个",
    },
)
ENGLISH = Tongue(
    chinese=False,
    number=in_english,
    moment=_moment_en,
    between=" ",
    synthetic="[Synthetic data: nobody here is real.]",
    exercise="[Exercise.]",
    opening="{area}, {event}: how people stand together as of {moment}.",
    signed_up="{signed_up} people have signed up and been confirmed by their communities.",
    grids_asking="{grids_asking} grids have asked for people.",
    placed="{people_placed} people have been placed in {grids_placed} grids.",
    parts=("Of these: ", "{name} {value}", ", ", "; the other areas are not listed one by one", "."),
    zones=("Zones in force: ", ", ", "."),
    zone_names={
        "zones_high": "{value} high risk",
        "zones_medium": "{value} medium risk",
        "zones_low": "{value} low risk",
    },
)


_WITH_UNITS = (
    replace(
        CHINESE,
        deployed=(
            "市级{departments_sent}个部门选派{deployed_city}人下沉一线。",
            "县级单位{deployed_counties}人下沉一线。",
            "下沉人员中有{deployed_in_zones}人曾在中高风险区工作。",
        ),
    ),
    replace(
        ENGLISH,
        deployed=(
            "{departments_sent} departments of the city have sent {deployed_city} people to the front line.",
            "Units of the counties have sent {deployed_counties} people.",
            "{deployed_in_zones} of the people deployed worked in zones at medium or high risk.",
        ),
    ),
)
WORDINGS: MappingProxyType[int, tuple[Tongue, Tongue]] = MappingProxyType({1: (CHINESE, ENGLISH), 2: _WITH_UNITS})
"""Every wording that briefings were ever saved in, Chinese and English, by its number."""
WORDING = max(WORDINGS)


def write(facts: Facts, tongue: Tongue) -> list[Sentence]:
    """The sentences of a briefing, each as runs so that a page can put the number behind the words."""
    sentences: list[Sentence] = []
    if facts.synthetic:
        sentences.append((Run(tongue.synthetic),))
    if facts.exercise:
        sentences.append((Run(tongue.exercise),))
    chinese = tongue.chinese
    names = {
        "area": facts.area if chinese else facts.area_en,
        "event": facts.event if chinese else facts.event_en,
        "moment": tongue.moment(facts.as_of),
    }
    sentences.append((Run(tongue.opening.format(**names)),))
    for template in (tongue.signed_up, tongue.grids_asking, tongue.placed):
        sentences += _if_there(template, facts, tongue)
    sentences += _by_parts(facts, tongue)
    for template in tongue.deployed:
        sentences += _if_there(template, facts, tongue)
    sentences += _zones(facts, tongue)
    return sentences


def plain(sentences: list[Sentence], tongue: Tongue) -> str:
    """The text as it is copied."""
    return tongue.between.join("".join(run.text for run in sentence) for sentence in sentences)


def _if_there(template: str, facts: Facts, tongue: Tongue) -> list[Sentence]:
    """One sentence where each of its figures counts something, else none."""
    runs: list[Run] = []
    for words, key, _, _ in Formatter().parse(template):
        runs += [Run(words)] if words else []
        if key is None:
            continue
        figure = facts.figure(key)
        if figure is None or figure.value == 0:
            return []
        runs.append(Run(tongue.number(figure.value), figure.value))
    return [tuple(runs)]


def _by_parts(facts: Facts, tongue: Tongue) -> list[Sentence]:
    parts = sorted(
        (part for part in facts.parts("people_placed") if part.value), key=lambda part: (-part.value, part.link)
    )
    if len(parts) < 2:
        return []
    opening, template, comma, others, stop = tongue.parts
    runs = [Run(opening)]
    for row, figure in enumerate(parts):
        assert figure.part is not None
        name = figure.part.name if tongue.chinese else figure.part.name_latin
        before, after = template.split("{value}")
        runs += [Run((comma if row else "") + before.format(name=name)), Run(tongue.number(figure.value), figure.value)]
        runs += [Run(after)] if after else []
    return [(*runs, Run((others if facts.held_back else "") + stop))]


def _zones(facts: Facts, tongue: Tongue) -> list[Sentence]:
    opening, comma, stop = tongue.zones
    runs: list[Run] = []
    for key, template in tongue.zone_names.items():
        figure = facts.figure(key)
        if figure is None or figure.value == 0:
            continue
        before, after = template.split("{value}")
        runs += [Run((comma if runs else opening) + before), Run(tongue.number(figure.value), figure.value), Run(after)]
    return [(*runs, Run(stop))] if runs else []
