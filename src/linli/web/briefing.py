"""The briefing: figures with what they mean, the text in both languages, and what was saved of it."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.command import actions, queries, record
from linli.command.figures import Facts, told_outside
from linli.command.models import Briefing
from linli.command.text import WORDING, WORDINGS, Run, Sentence, Tongue, plain, write
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.custody.roles import Decide, deciding
from linli.events.models import Event
from linli.events.queries import active_event
from linli.muster.queries import COUNTING, area_visible_to, areas_seen, decides_over
from linli.places.models import Area
from linli.web.standing import shared_stands

SPEAKERS = deciding(Decide.BRIEFINGS)
SHOWN_SAVED = 20


@dataclass(frozen=True, slots=True)
class Text:
    """One language's text: its sentences as runs, and the plain text that is copied."""

    code: str
    name: str
    sentences: list[Sentence]
    plain: str
    between: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure as ``parts/figure.html`` takes it."""

    name: str
    value: int
    means: str
    as_of: datetime
    url: str | None
    link: str | None = None
    unit: str = ""


def _texts(facts: Facts, wording: tuple[Tongue, Tongue] = WORDINGS[WORDING]) -> list[Text]:
    """Both texts, the reader's language first."""

    def one(code: str, name: str, tongue: Tongue) -> Text:
        sentences = write(facts, tongue)
        return Text(code, name, sentences, plain(sentences, tongue), tongue.between)

    both = [one("zh-Hans", "中文", wording[0]), one("en", "English", wording[1])]
    return both[::-1] if get_language() == "en" else both


def _kept_texts(kept: Briefing, facts: Facts) -> list[Text]:
    """Both texts as they were told; with the numbers behind the words where they can be written again."""
    if record.is_written_again(kept):
        return _texts(facts, WORDINGS[kept.wording])
    both = [Text("zh-Hans", "中文", [(Run(kept.text_zh),)], kept.text_zh, "")]
    both.append(Text("en", "English", [(Run(kept.text_en),)], kept.text_en, ""))
    return both[::-1] if get_language() == "en" else both


def _page(name: str, area: int) -> str | None:
    """The page that lists what an old figure counted, if it is still there."""
    try:
        return reverse(name, args=[area])
    except NoReverseMatch:
        return None


def _figures(facts: Facts, *, links: bool) -> list[Shown]:
    """The totals; where the caller may not open the rows, the link leads to the parts on this page."""
    return [
        Shown(
            name=gettext(figure.name),
            value=figure.value,
            means=gettext(figure.definition),
            as_of=figure.as_of,
            url=reverse(figure.link[0], args=[figure.link[1]]) if links else None,
        )
        for figure in facts.figures
        if figure.part is None
    ]


def _parts(facts: Facts) -> list[dict[str, object]]:
    """One row for each area below, its figures by key; None where fewer than five are not told."""
    rows: dict[int, dict[str, object]] = {}
    for figure in facts.figures:
        if figure.part is not None:
            name = figure.part.name_latin if get_language() == "en" else figure.part.name
            rows.setdefault(figure.part.area, {"area": figure.part.area, "name": name})[figure.key] = figure.value
    return list(rows.values())


def shared_facts(event: Event, area: Area, at: datetime) -> Facts:
    """All that the briefing of an area can say, from what is counted for all who ask, program or person."""
    return queries.facts(event, area, at, shared_stands(event, area, at))


@open_to(*COUNTING, area_from="area_id")
@require_http_methods(["GET", "HEAD", "POST"])
def briefing(request: HttpRequest, area_id: int) -> HttpResponse:
    """The briefing of an area as of now; POST keeps it."""
    caller, at = caller_of(request), now()
    area = area_visible_to(caller, area_id, *COUNTING)
    event = active_event(at, area.pk)
    if event is None:
        if request.method == "POST":
            raise NotFound
        return render(request, "briefing/no_event.html", {"area": area})
    if request.method == "POST":
        return redirect("saved_briefing", actions.save_briefing(event, area, by=caller, at=at).pk)
    facts = shared_facts(event, area, at)
    decides = decides_over(caller, area.pk, at)
    outside = told_outside(facts)
    shown = facts if decides else outside
    context = {
        "area": area,
        "event": event,
        "facts": facts,
        "counted_at": facts.as_of,
        "signed_up": shown.figure("signed_up"),
        "placed": shown.figure("people_placed"),
        "figures": _figures(shown, links=decides),
        "parts": _parts(shown),
        "texts": _texts(outside),
        "decides": decides,
        "may_save": areas_seen(caller, at, *SPEAKERS).filter(inner=area.pk).exists(),
        "saved": queries.briefings_of(event, area)[:SHOWN_SAVED],
    }
    return render(request, "briefing/briefing.html", context)


@open_to(*COUNTING)
@require_safe
def saved_briefing(request: HttpRequest, briefing_id: int) -> HttpResponse:
    """A briefing as it was saved, with the proof that it has not changed."""
    caller, at = caller_of(request), now()
    kept = queries.briefing_visible_to(caller, briefing_id)
    facts, decides = record.from_json(kept.figures), decides_over(caller, kept.area_id, at)
    context = {
        "briefing": kept,
        "area": kept.area,
        "facts": facts,
        "figures": [
            Shown(
                name=told.name,
                value=told.value,
                means=told.means,
                as_of=kept.as_of,
                url=_page(told.page, told.area) if decides else None,
            )
            for told in record.told(kept)
        ],
        "parts": _parts(facts),
        "texts": _kept_texts(kept, facts),
        "as_saved": record.is_as_saved(kept),
        "written_again": record.is_written_again(kept),
    }
    return render(request, "briefing/saved.html", context)


urlpatterns = [
    path("areas/<int:area_id>/briefing/", briefing, name="briefing"),
    path("briefings/<int:briefing_id>/", saved_briefing, name="saved_briefing"),
]
