"""Taking a list out: what it shows, what it is for; the pages that list people lead here."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import LinliError
from linli.custody import export
from linli.custody.export import MOST_ALONE, OF_A_LIST, PURPOSE_WORDS, Column, Listing
from linli.custody.reveals import MOST_AN_HOUR
from linli.desk import takeout as desk
from linli.muster import takeout as muster
from linli.muster.models import SignUp
from linli.people import takeout as people
from linli.web.fields import new_once, once_key

_SALT = "linli.take_out"


class TakeOutForm(forms.Form):
    """Which columns, of those what without its mask, and what for. `once` makes the same form sent twice one file."""

    columns = forms.MultipleChoiceField(
        label=gettext_lazy("What does the list show?"),
        help_text=gettext_lazy("Leave out what nobody needs for this."),
        error_messages={"required": gettext_lazy("Please choose what the list shows.")},
        widget=forms.CheckboxSelectMultiple,
    )
    in_full = forms.MultipleChoiceField(
        label=gettext_lazy("What of it in full?"),
        help_text=gettext_lazy(
            "Everything else stays masked, as on the page. Each person can see that this was shown."
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("What is it for?"),
        error_messages={"required": gettext_lazy("Please say what the list is for.")},
        widget=forms.RadioSelect,
    )
    once = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, columns: list[tuple[Column, bool]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(column.key, gettext(column.title)) for column, _ in columns]
        full = [(column.key, gettext(column.title)) for column, may in columns if may]
        self.fields["columns"].choices = named  # type: ignore[attr-defined]
        self.fields["in_full"].choices = full  # type: ignore[attr-defined]
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            (str(value), gettext(PURPOSE_WORDS[value])) for value in OF_A_LIST
        ]
        if not full:
            del self.fields["in_full"]
        if not self.is_bound:
            self.initial["once"] = new_once(_SALT)
            self.initial["columns"] = [key for key, _ in named]

    @property
    def key(self) -> UUID | None:
        """The id this form gives its file; None where the form was kept too long or changed."""
        return once_key(self.data.get("once", ""), _SALT)

    def chosen(self) -> dict[str, Any]:
        """What `export.ask` wants to know. What is to be shown in full is shown."""
        said = self.cleaned_data
        full = said.get("in_full", [])
        columns = [key for key, _ in self.fields["columns"].choices if key in {*said["columns"], *full}]  # type: ignore[attr-defined]
        return {"columns": columns, "in_full": full, "purpose": said["purpose"], "key": self.key}


def _answer(request: HttpRequest, listing: Listing[Any], back: str) -> HttpResponse:
    """The page of one list, and asking for it."""
    me, at = caller_of(request), now()
    columns = export.offered(listing, me)
    form = TakeOutForm(request.POST if request.method == "POST" else None, columns=columns)
    if form.is_bound and form.is_valid():
        try:
            made = export.ask(listing, **form.chosen(), by=me, at=at)
        except LinliError as problem:
            form.add_error(None, problem.told())
        else:
            words = gettext("List {number} is ready.")
            if made.needs_second:
                words = gettext("List {number} waits for a second person.")
            messages.success(request, words.format(number=made.number))
            return redirect("list_out", made.number)
    context = {
        "listing": listing,
        "back": back,
        "form": form,
        "foreseen": export.foreseen(listing, me, at),
        "most_alone": MOST_ALONE,
        "most_in_full": MOST_AN_HOUR,
    }
    return render(request, "takeout/ask.html", context, status=422 if form.errors else 200)


@open_to("community_desk", area_from="community_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_out_sign_ups(request: HttpRequest, community_id: int) -> HttpResponse:
    """The sign-ups of a community in one state."""
    state = request.GET.get("state", str(SignUp.State.CONFIRMED))
    listing = muster.sign_ups(caller_of(request), community_id, state, now())
    return _answer(request, listing, reverse("sign_ups", args=[community_id]))


@open_to("community_desk", area_from="community_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_out_placed(request: HttpRequest, community_id: int) -> HttpResponse:
    """Who is placed in the grids of a community."""
    listing = muster.placed(caller_of(request), community_id, now())
    return _answer(request, listing, reverse("area", args=[community_id]))


@open_to("community_desk", area_from="community_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_out_register(request: HttpRequest, community_id: int) -> HttpResponse:
    """Whom the register counts in a community."""
    listing = people.register_of(caller_of(request), community_id, now())
    return _answer(request, listing, reverse("find_person", args=[community_id]))


@open_to("community_desk", "street", area_from="area_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_out_duty_log(request: HttpRequest, area_id: int) -> HttpResponse:
    """Entries of the duty log, open or closed: of the desk, or those that the street holds."""
    me = caller_of(request)
    part = request.GET.get("show", desk.OPEN)
    listing = desk.duty_log(me, area_id, part, now())
    page = "duty_log" if me.has("community_desk") else "duty_counts"
    return _answer(request, listing, reverse(page, args=[area_id]))


urlpatterns = [
    path("desk/<int:community_id>/sign-ups/take-out/", take_out_sign_ups, name="take_out_sign_ups"),
    path("desk/<int:community_id>/placed/take-out/", take_out_placed, name="take_out_placed"),
    path("desk/<int:community_id>/people/take-out/", take_out_register, name="take_out_register"),
    path("areas/<int:area_id>/log/take-out/", take_out_duty_log, name="take_out_duty_log"),
]
