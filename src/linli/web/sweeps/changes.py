"""What changed in a sweep since a moment, or since one looked last: explained line by line, with nothing left over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Invalid, NotFound
from linli.ledger import reached, sweeps
from linli.ledger.models import Sweep
from linli.places.models import Area, Level
from linli.rolls import explaining, past
from linli.rolls.explaining import Explained, Line
from linli.rolls.models import Roll, State
from linli.rolls.past import Known
from linli.web.fields import moment_field
from linli.web.sweeps.words import CAUSE_WORDS, OF_WORDS, STATE_WORDS, cause_of

ROWS = 50
MOST_LOOKS = 20
_LOOKS = "linli_sweeps_looked_at"


class SinceForm(forms.Form):
    """From which moment on."""

    since = moment_field(_("Since when?"))


@dataclass(frozen=True, slots=True)
class Row:
    """One change in words; `name` is empty where the caller sees no names, or nobody knows it."""

    line: Line
    name: str
    where: str
    door: int | None
    before: Promise | str
    after: Promise | str
    cause: Promise


class _Lines:
    """The lines of an explanation as a paginator asks for them."""

    def __init__(self, told: Explained, more: Any) -> None:
        self._told, self._more = told, more

    def __len__(self) -> int:
        return self._told.number

    def __getitem__(self, part: slice) -> list[Line]:
        lines: list[Line] = self._more(most=part.stop - part.start, skip=part.start).lines
        return lines


@open_to(*sweeps.COUNTING, area_from="area_id")
@never_cache
@require_safe
def sweep_changes(request: HttpRequest, sweep_id: int, area_id: int) -> HttpResponse:
    """Before, found, moved in, withdrawn by cause, after; and, for the desk, each line of it."""
    me, at = caller_of(request), now()
    sweep, area = sweeps.sweep_visible_to(me, sweep_id, area_id)
    roll = sweep.doors if request.GET.get("of") == Roll.Of.DOORS else sweep.persons
    if roll.ready_at is None:
        raise NotFound
    until = past.read_picture(request.GET.get("until", "")) or past.picture()
    looked = _looked_last(request, sweep, area, roll)
    form = SinceForm(request.GET) if request.GET.get("since") else SinceForm()
    known, since = _since(form, roll, looked, at)
    context: dict[str, Any] = {"sweep": sweep, "area": area, "of": roll.of, "form": form, "looked": looked}
    if known is not None:
        # Of a community all standings can be counted anew; above it the counters are believed.
        proved = area.level >= Level.COMMUNITY
        told = explaining.since(roll, area.pk, known, at, until=until, most=0, proved=proved)
        names = sweeps.sees_names(me, area.pk, at)
        if names:

            def more(most: int, skip: int) -> Explained:
                return explaining.since(roll, area.pk, known, at, until=until, most=most, skip=skip)

            page: Page[Line] = Paginator(_Lines(told, more), ROWS).get_page(request.GET.get("page"))  # type: ignore[arg-type]
            context |= {"page": page, "rows": _rows(list(page.object_list), roll, at)}
        asked = {"of": roll.of, "until": until, **({"since": request.GET["since"]} if form.is_bound else {})}
        context |= {
            "told": told,
            "since": since,
            "names": names,
            "query": urlencode(asked) + "&",
            "went": [(CAUSE_WORDS[cause], n) for cause, n in told.went.items() if n],
            "states": [
                (STATE_WORDS[state], told.before.states[state], told.after.states[state])
                for state, _number in told.after.parts
            ],
            "unexplained": sum(abs(n) for n in told.unexplained.values()),
        }
        if not form.is_bound and "page" not in request.GET:
            _look(request, sweep, area, roll, at)
    context |= {"ofs": list(OF_WORDS.items()), "of_words": OF_WORDS[roll.of], "persons": roll.of == Roll.Of.PERSONS}
    return render(request, "sweeps/changes.html", context, status=422 if form.errors else 200)


def _since(form: SinceForm, roll: Roll, looked: datetime | None, at: datetime) -> tuple[Known | None, datetime | None]:
    """From where on: the moment that was asked for, else when one looked last, else the beginning."""
    begun = roll.ready_at
    assert begun is not None
    if not form.is_bound:
        since = looked or begun
        return Known(moment=max(since, begun)), max(since, begun)
    if not form.is_valid():
        return None, None
    since = form.cleaned_data["since"]
    if since > at:
        form.add_error("since", _("This moment is still to come."))
        return None, None
    # To the minute: whoever asks for the minute in which the sweep began means its beginning.
    if begun.replace(second=0, microsecond=0) <= since < begun:
        since = begun
    try:
        past.check_moment(roll, since, at)
    except Invalid as problem:
        form.add_error("since", problem.told())
        return None, None
    return Known(moment=since), since


def _key(sweep: Sweep, area: Area, roll: Roll) -> str:
    return f"{sweep.pk}:{area.pk}:{roll.of}"


def _looked_last(request: HttpRequest, sweep: Sweep, area: Area, roll: Roll) -> datetime | None:
    """When the same account last looked at these changes, in this browser."""
    text = request.session.get(_LOOKS, {}).get(_key(sweep, area, roll))
    return datetime.fromisoformat(text) if text else None


def _look(request: HttpRequest, sweep: Sweep, area: Area, roll: Roll, at: datetime) -> None:
    looks = dict(request.session.get(_LOOKS, {}))
    looks.pop(_key(sweep, area, roll), None)
    looks[_key(sweep, area, roll)] = at.isoformat()
    request.session[_LOOKS] = dict(list(looks.items())[-MOST_LOOKS:])


def _rows(lines: list[Line], roll: Roll, at: datetime) -> list[Row]:
    """Lines in words, with who it is about, masked."""
    subjects = [line.subject for line in lines]
    told = reached.briefly(subjects, roll)

    def words(state: State | None) -> Promise | str:
        return STATE_WORDS[state] if state is not None else "–"

    return [
        Row(
            line,
            *told.get(line.subject, ("", "", None)),
            words(line.before),
            words(line.after),
            cause_of(line),
        )
        for line in lines
    ]


urlpatterns = [path("sweeps/<int:sweep_id>/areas/<int:area_id>/changes/", sweep_changes, name="sweep_changes")]
