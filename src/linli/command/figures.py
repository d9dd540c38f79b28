"""What is counted, by name: each figure says what it means, as of when, and where its rows are."""

from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from django.utils.translation import gettext_noop

from linli.command import rules
from linli.muster.rules import may_be_told


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a key stands for.

    Attributes:
        name: what people call it; definition: which rows it counts (both English msgids).
        page: the name of the page that lists those rows, opened at the area.
        of_people: counts people or what they did, so that fewer than five are not told outside.
    """

    name: str
    definition: str
    page: str
    of_people: bool = True


MEANINGS: MappingProxyType[str, Meaning] = MappingProxyType(
    {
        "signed_up": Meaning(
            name=gettext_noop("People signed up"),
            definition=gettext_noop("Sign-ups that a desk has confirmed, counted where they signed up."),
            page="area",
        ),
        "grids_asking": Meaning(
            name=gettext_noop("Grids asking"),
            definition=gettext_noop("Grids that ask for at least one person."),
            page="area",
        ),
        "grids_placed": Meaning(
            name=gettext_noop("Grids with people"),
            definition=gettext_noop("Grids with at least one person placed, now or from a later hour on."),
            page="area",
        ),
        "people_placed": Meaning(
            name=gettext_noop("People placed"),
            definition=gettext_noop("Published placements that have not ended. Nobody is in two grids at once."),
            page="area",
        ),
        "zones_high": Meaning(
            name=gettext_noop("High-risk zones"),
            definition=gettext_noop("Zones of high risk in force, from a building to a street."),
            page="zones",
            of_people=False,
        ),
        "zones_medium": Meaning(
            name=gettext_noop("Medium-risk zones"),
            definition=gettext_noop("Zones of medium risk in force, from a building to a street."),
            page="zones",
            of_people=False,
        ),
        "zones_low": Meaning(
            name=gettext_noop("Low-risk zones"),
            definition=gettext_noop("Zones of low risk in force, from a building to a street."),
            page="zones",
            of_people=False,
        ),
        "people_coming": Meaning(
            name=gettext_noop("Have said that they come"),
            definition=gettext_noop("People placed who said so on their phone, or whom the desk heard it from."),
            page="area",
        ),
        "people_idle": Meaning(
            name=gettext_noop("Signed up, never placed"),
            definition=gettext_noop("Confirmed sign-ups of people who have not been placed anywhere in this event."),
            page="area",
        ),
        "deployed_city": Meaning(
            name=gettext_noop("Deployed by units of the city"),
            definition=gettext_noop("People of work units of the city who arrived in this event, each counted once."),
            page="deployed",
        ),
        "deployed_counties": Meaning(
            name=gettext_noop("Deployed by units of the counties"),
            definition=gettext_noop(
                "People of work units of the counties who arrived in this event, each counted once."
            ),
            page="deployed",
        ),
        "departments_sent": Meaning(
            name=gettext_noop("Departments of the city that sent people"),
            definition=gettext_noop("Work units of the city of whose people at least one arrived."),
            page="deployed",
            of_people=False,
        ),
        "deployed_in_zones": Meaning(
            name=gettext_noop("Deployed people who worked in zones"),
            definition=gettext_noop(
                "People of work units who were where a zone of medium or high risk held. Counted apart: nobody assumes "
                "that they are a part of another figure."
            ),
            page="deployed",
        ),
        "people_told": Meaning(
            name=gettext_noop("Know where they are placed"),
            definition=gettext_noop("People placed who have read it, were told by phone, or have said that they come."),
            page="area",
        ),
        "people_came": Meaning(
            name=gettext_noop("Have started duty there"),
            definition=gettext_noop(
                "People placed who have started duty in their grid, or at a post of the area it lies in."
            ),
            page="area",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the areas directly below, where a figure is told by parts."""

    area: int
    name: str
    name_latin: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number counted from rows.

    Attributes:
        key: a key of ``MEANINGS``; definition: its msgid.
        as_of: the moment it was counted for.
        link: name of the page that lists what it counts, and the area to open it at.
        part: the area below that it is about, where a total is told by parts.
    """

    key: str
    value: int
    definition: str
    as_of: datetime
    link: tuple[str, int]
    part: Part | None = None

    @property
    def name(self) -> str:
        """What people call it, an English msgid."""
        return MEANINGS[self.key].name

    @property
    def of_people(self) -> bool:
        """Whether fewer than five of it are not told outside."""
        return MEANINGS[self.key].of_people


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a briefing says, with nothing left to look up.

    Attributes:
        event, event_en, area, area_en: names in both languages.
        held_back: whether parts are missing because they count fewer than five.
    """

    event: str
    event_en: str
    area: str
    area_en: str
    as_of: datetime
    exercise: bool
    synthetic: bool
    figures: tuple[Figure, ...]
    held_back: bool = False

    def figure(self, key: str) -> Figure | None:
        """The total of one key, if it is there."""
        return next((each for each in self.figures if each.key == key and each.part is None), None)

    def parts(self, key: str) -> list[Figure]:
        """One key by parts."""
        return [each for each in self.figures if each.key == key and each.part is not None]


def told_outside(facts: Facts) -> Facts:
    """The same facts without what counts fewer than five people, so that nobody is found by a figure."""
    kept: list[Figure] = []
    held_back = False
    for key in dict.fromkeys(figure.key for figure in facts.figures):
        total, parts = facts.figure(key), facts.parts(key)
        if not MEANINGS[key].of_people:
            kept += [*([total] if total else []), *parts]
            continue
        if total is None or not may_be_told(total.value):
            held_back = held_back or bool(parts)
            continue
        told = rules.parts_told({part.part.area: part.value for part in parts if part.part})
        kept += [total, *(part for part in parts if part.part and part.part.area in told)]
        held_back = held_back or len(told) < len(parts)
    return replace(facts, figures=tuple(kept), held_back=held_back)
