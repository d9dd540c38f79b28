"""A notice in words, in the language that is active or the one given."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, gettext, override

from linli.common.moments import told as moment
from linli.events.models import Event
from linli.events.pack_parts import Notice as Template
from linli.events.packs import pack_of
from linli.notices.models import Notice
from linli.people.models import Organisation
from linli.places.models import Area, Level, Within

AREAS, MOMENTS, DESKS = {"grid", "place"}, {"since", "until", "answer_by"}, {"desk"}
UNITS, COUNTS = {"unit"}, {"heads"}
SLOTS = AREAS | MOMENTS | DESKS | UNITS | COUNTS
"""Places of templates that are filled in here: an area's name, a moment, the desk of the area with its number, the name
of a work unit, how many people."""


@dataclass(frozen=True, slots=True)
class Words:
    """A notice as one reader reads it."""

    title: str
    text: str


def in_words(notices: Collection[Notice], language: str | None = None) -> dict[int, Words]:
    """Notices by their ids, in words; three queries, however many, and one more where work units are named."""
    with override(language or get_language()):
        names = dict.fromkeys(AREAS, _areas(notices)) | dict.fromkeys(DESKS, _desks(notices))
        names |= dict.fromkeys(UNITS, _units(notices))
        events = Event.objects.in_bulk({each.event_id for each in notices})
        return {each.pk: _words(each, events[each.event_id], names) for each in notices}


def _words(notice: Notice, event: Event, names: Mapping[str, dict[int, str]]) -> Words:
    template = template_of(event, notice.code)
    if template is None:  # of a version of the pack that had it
        return Words(notice.code, "")
    chinese = (get_language() or "zh").startswith("zh")
    facts = {name: _fact(name, fact, names.get(name, {}), chinese=chinese) for name, fact in notice.facts.items()}
    return Words(template.title.told().format(**facts), template.text.told().format(**facts))


def template_of(event: Event, code: str) -> Template | None:
    """The template of a code in an event's pack."""
    return next((each for each in pack_of(event).notices if each.code == code), None)


def _fact(name: str, fact: int | str | None, named: dict[int, str], *, chinese: bool) -> str:
    if name in MOMENTS:
        return moment(datetime.fromisoformat(str(fact)), chinese=chinese) if fact else gettext("further notice")
    if name in COUNTS:
        return f"{int(fact or 0):,}"
    return named.get(int(fact or 0), "–")


def _ids(notices: Collection[Notice], slots: set[str]) -> set[int]:
    return {int(fact) for each in notices for name, fact in each.facts.items() if name in slots and fact}


def _areas(notices: Collection[Notice]) -> dict[int, str]:
    return {area.pk: area.called for area in Area.objects.filter(pk__in=_ids(notices, AREAS))}


def _units(notices: Collection[Notice]) -> dict[int, str]:
    asked = _ids(notices, UNITS)
    return {unit.pk: unit.name for unit in Organisation.objects.filter(pk__in=asked)} if asked else {}


def _desks(notices: Collection[Notice]) -> dict[int, str]:
    """By area the community whose desk answers for it, as the tree stood when it was told, and the desk's number."""
    asked = _ids(notices, DESKS)
    if not asked:
        return {}
    at = max(each.told_at for each in notices)
    rows = Within.objects.filter(inner__in=asked, outer__level=Level.COMMUNITY, during__contains=at)
    return {
        row.inner_id: " ".join(part for part in (row.outer.called, row.outer.desk_phone) if part)
        for row in rows.select_related("outer")
    }
