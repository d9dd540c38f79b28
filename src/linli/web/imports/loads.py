"""Files of people that were taken: on which basis, who answers for them, and looking at that again."""

from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_lazy, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Invalid, LinliError
from linli.custody.roles import See, seeing
from linli.events.queries import names_of
from linli.people import loads, queries
from linli.people.errors import LoadReviewed
from linli.people.models import REGISTER, Load
from linli.web.accounts.shapes import account_names
from linli.web.imports.templates import ALL, DECIDES_REGISTER

SEE = (*DECIDES_REGISTER, *seeing(See.DECLARATIONS))
A_PAGE = 50
KEPT, ENDED = "kept", "ended"
OUTCOMES = {
    KEPT: gettext_noop("Still needed: looked at again on the day below"),
    ENDED: gettext_noop("No longer needed"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One file as the pages show it."""

    id: int
    what: str
    community: str
    kept: str
    owner: str
    legal_basis: str
    people: int
    loaded_at: datetime
    loaded_by: str
    review_by: date | None
    overdue: bool
    reviewed_at: datetime | None
    reviewed_by: str
    ended_at: datetime | None


class ReviewForm(forms.Form):
    """Whether a standing list is still needed, and when that is looked at again."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Is it still needed?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose one of these.")},
    )
    until = forms.DateField(
        label=gettext_lazy("When is it looked at again?"),
        help_text=gettext_lazy("Within a year. Only where it is still needed."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["outcome"].choices = [(key, gettext(words)) for key, words in OUTCOMES.items()]  # type: ignore[attr-defined]

    def clean_until(self) -> date | None:
        """A day has to be named where it is kept."""
        day: date | None = self.cleaned_data["until"]
        if day is None and self.cleaned_data.get("outcome") == KEPT:
            raise forms.ValidationError(gettext("Please name a day."))
        return day


@open_to(*SEE)
@never_cache
@require_safe
def list_loads(request: HttpRequest) -> HttpResponse:
    """Every file that the caller may see, the one to be reviewed next on top."""
    me, at = caller_of(request), now()
    page = Paginator(queries.loads_seen_by(me, at), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": _shown(list(page.object_list), at),
        "total": page.paginator.count,
        "overdue": queries.loads_overdue(me, at),
        "page": page,
    }
    return render(request, "imports/loads.html", context)


@open_to(*SEE)
@never_cache
@require_safe
def show_load(request: HttpRequest, load_id: int) -> HttpResponse:
    """One file, and, for the desk, the form of its review."""
    load = queries.load_visible_to(caller_of(request), load_id, now())
    return _page(request, load, None)


@open_to(*DECIDES_REGISTER)
@never_cache
@require_POST
def review_load(request: HttpRequest, load_id: int) -> HttpResponse:
    """Record what a review came to."""
    me, at = caller_of(request), now()
    load = queries.load_visible_to(me, load_id, at)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, load, form)
    said = form.cleaned_data
    try:
        if said["seen"] != _state(load):
            raise LoadReviewed
        if said["outcome"] == KEPT:
            loads.keep(load, said["until"], by=me, at=at)
        else:
            loads.end(load, by=me, at=at)
    except Invalid as problem:
        form.add_error("until", problem.told())
        return _page(request, load, form)
    except LinliError as problem:
        messages.warning(request, problem.told())
        return redirect("load", load.pk)
    messages.success(request, gettext("The review is recorded."))
    return redirect("load", load.pk)


def _page(request: HttpRequest, load: Load, form: ReviewForm | None) -> HttpResponse:
    at = now()
    open_to_review = load.holder < 0 and load.ended_at is None and caller_of(request).has(*DECIDES_REGISTER)
    if form is None and open_to_review:
        again = localdate(at) + loads.REVIEWED_EVERY
        form = ReviewForm(initial={"until": again, "seen": _state(load)})
    context = {
        "load": _shown([load], at)[0],
        "form": form if open_to_review else None,
        "standing": load.holder < 0,
        "of_register": load.holder == REGISTER,
    }
    return render(request, "imports/one_load.html", context, status=422 if form is not None and form.errors else 200)


def _state(load: Load) -> str:
    """What tells one state of a file from the next: when it was reviewed last."""
    return load.reviewed_at.isoformat() if load.reviewed_at is not None else ""


def _shown(rows: list[Load], at: datetime) -> list[Shown]:
    today = localdate(at)
    accounts = account_names([each for load in rows for each in (load.loaded_by, load.reviewed_by) if each])
    events = names_of({load.holder for load in rows if load.holder > 0})
    return [
        Shown(
            id=load.pk,
            what=gettext(ALL[load.template][0].title) if load.template in ALL else load.template,
            community=load.community.called,
            kept=_kept(load, events),
            owner=load.owner,
            legal_basis=load.legal_basis,
            people=load.people,
            loaded_at=load.loaded_at,
            loaded_by=accounts.get(load.loaded_by or 0, ""),
            review_by=load.review_by,
            overdue=load.ended_at is None and load.review_by is not None and load.review_by < today,
            reviewed_at=load.reviewed_at,
            reviewed_by=accounts.get(load.reviewed_by or 0, ""),
            ended_at=load.ended_at,
        )
        for load in rows
    ]


def _kept(load: Load, events: dict[int, str]) -> str:
    if load.holder > 0:
        return gettext("for the event: {name}").format(name=events.get(load.holder, str(load.holder)))
    return gettext("in the standing register") if load.holder == REGISTER else gettext("as standing volunteers")


urlpatterns = [
    path("loads/", list_loads, name="loads"),
    path("loads/<int:load_id>/", show_load, name="load"),
    path("loads/<int:load_id>/review/", review_load, name="review_load"),
]
