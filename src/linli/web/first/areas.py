"""The tree of areas as the administrator founds it by hand: the top, then its parts, their names and desks' numbers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, NotFound
from linli.custody.roles import Decide, deciding
from linli.places import founding, queries
from linli.places.actions import set_desk_phone
from linli.places.models import Area, Level

KEEPERS = deciding(Decide.AREA_TREE)
LEVELS = {
    Level.CITY: gettext_lazy("city"),
    Level.DISTRICT: gettext_lazy("district"),
    Level.STREET: gettext_lazy("street"),
    Level.COMMUNITY: gettext_lazy("community"),
    Level.GRID: gettext_lazy("grid"),
    Level.MICRO_GRID: gettext_lazy("micro-grid"),
}


class NameForm(forms.Form):
    """What an area is called."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=founding.MOST_NAME, widget=forms.TextInput({"autocomplete": "off"})
    )
    name_latin = forms.CharField(
        label=gettext_lazy("Name in English"),
        max_length=founding.MOST_LATIN,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class AreaForm(NameForm):
    """A new area: what it is and what it is called."""

    level = forms.TypedChoiceField(label=gettext_lazy("What it is"), coerce=int, widget=forms.RadioSelect)
    field_order = ["level", "name", "name_latin"]

    def __init__(self, *args: Any, levels: list[Level], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [(int(each), LEVELS[each]) for each in levels]  # type: ignore[attr-defined]
        self.initial.setdefault("level", int(levels[0]))


class DeskPhoneForm(forms.Form):
    """Under which number the desk of a community answers."""

    phone = forms.CharField(
        label=gettext_lazy("Number of the desk"),
        help_text=gettext_lazy("It stands on the posters, and on the page of everybody who signed up."),
        required=False,
        max_length=20,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel"}),
    )


@open_to(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def places(request: HttpRequest) -> HttpResponse:
    """Name the top area; once it has a name this leads to it."""
    top = queries.top_area()
    if request.method != "POST" and top is not None:
        return redirect("place", top.pk)
    levels = [Level.COMMUNITY, Level.STREET, Level.DISTRICT, Level.CITY]
    form = AreaForm(request.POST if request.method == "POST" else None, levels=levels)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            made = founding.name_top_area(**said, by=caller_of(request), at=now())
        except (Conflict, Invalid) as problem:
            form.add_error(None, problem.told())
        else:
            messages.success(request, gettext("{name} is the top area.").format(name=made.called))
            return redirect("place", made.pk)
    return render(request, "first/top.html", {"form": form}, status=422 if form.errors else 200)


@open_to(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, place_id: int) -> HttpResponse:
    """One area: its parts, one more part, its desk's number, its name."""
    at = now()
    area = Area.objects.filter(pk=place_id).first()
    if area is None:
        raise NotFound
    said = request.POST.get("how", "") if request.method == "POST" else ""
    found = _forms(area, said, request)
    if said and said not in found:
        raise Invalid
    if said and found[said].is_valid() and _did(said, area, found[said], caller_of(request), request):
        return redirect("place", area.pk)
    context = {
        "area": area,
        "kind": LEVELS[Level(area.level)],
        "above": queries.ancestors(area.pk, at)[:0:-1],
        "parts": [(part, LEVELS[Level(part.level)]) for part in queries.children(area.pk, at)],
        **{f"{name}_form": form for name, form in found.items()},
        "wrong": said,
    }
    return render(request, "first/place.html", context, status=422 if said else 200)


def _forms(area: Area, said: str, request: HttpRequest) -> dict[str, forms.Form]:
    """What can be done with an area; the form that was sent holds what was typed."""

    def sent(name: str) -> Any:
        return request.POST if said == name else None

    found: dict[str, forms.Form] = {}
    if below := [level for level in Level if level > area.level]:
        found["part"] = AreaForm(sent("part"), levels=below, auto_id="part_%s")
    if area.level == Level.COMMUNITY:
        found["phone"] = DeskPhoneForm(sent("phone"), initial={"phone": area.desk_phone}, auto_id="phone_%s")
    names = {"name": area.name, "name_latin": area.name_latin}
    return found | {"name": NameForm(sent("name"), initial=names, auto_id="name_%s")}


def _did(what: str, area: Area, form: forms.Form, by: Caller, request: HttpRequest) -> bool:
    """Do what a form says, or say at the form why not."""
    said = form.cleaned_data
    try:
        if what == "part":
            made = founding.add_part(area, **said, by=by, at=now())
            messages.success(request, gettext("{name} is added.").format(name=made.called))
        elif what == "phone":
            set_desk_phone(area, said["phone"], by=by, at=now())
            messages.success(request, gettext("The number of the desk is kept."))
        else:
            founding.rename(area, **said, by=by, at=now())
            messages.success(request, gettext("The name is kept."))
    except (Conflict, Invalid) as problem:
        form.add_error("phone" if what == "phone" else "name", problem.told())
        return False
    return True


urlpatterns = [path("places/", places, name="places"), path("places/<int:place_id>/", place, name="place")]
