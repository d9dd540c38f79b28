"""The briefing: figures with what they mean, and the text that may leave the house."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from ninja import Router

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, BriefingOut
from linli.command.figures import Facts, told_outside
from linli.command.record import texts
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.events.queries import active_event
from linli.muster.queries import COUNTING, area_visible_to, decides_over
from linli.web.briefing import shared_facts

router = Router(tags=["briefings"])


@router.get("/areas/{area_id}/briefing", response={200: BriefingOut, **READING})
@open_to(*COUNTING, area_from="area_id")
def briefing(request: HttpRequest, area_id: int) -> dict[str, object]:
    """The briefing of an area as of now, as its page has it.

    The text holds no figure below five. The figures do where the caller decides there; each then has the address of
    the page that lists what it counts.
    """
    caller, at = caller_of(request), now()
    area = area_visible_to(caller, area_id, *COUNTING)
    event = active_event(at, area.pk)
    if event is None:
        raise NotFound
    facts = shared_facts(event, area, at)
    outside = told_outside(facts)
    decides = decides_over(caller, area.pk, at)
    text_zh, text_en = texts(outside)
    return {
        "area": area.pk,
        "name": facts.area,
        "name_en": facts.area_en,
        "event": facts.event,
        "event_en": facts.event_en,
        "as_of": facts.as_of,
        "exercise": facts.exercise,
        "synthetic": facts.synthetic,
        "figures": _figures(facts if decides else outside, links=decides),
        "text_zh": text_zh,
        "text_en": text_en,
    }


def _figures(facts: Facts, *, links: bool) -> list[dict[str, object]]:
    return [
        {
            "key": figure.key,
            "name": gettext(figure.name),
            "definition": gettext(figure.definition),
            "value": figure.value,
            "as_of": figure.as_of,
            "link": reverse(figure.link[0], args=[figure.link[1]]) if links else None,
            "part": {"area": figure.part.area, "name": figure.part.name, "name_en": figure.part.name_latin}
            if figure.part
            else None,
        }
        for figure in facts.figures
    ]
