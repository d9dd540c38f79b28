"""The desk hands a grid worker's doors to a colleague: what is done, what is left, and for how long."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access import queries
from linli.access.callers import caller_of
from linli.access.models import User
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, Refused
from linli.custody.roles import Decide, deciding
from linli.field import handing

DESK = deciding(Decide.REGISTER)
HOURS = (4, 8, 12, 24)


class HandOverForm(forms.Form):
    """To whom, and for how long."""

    receiver = forms.TypedChoiceField(
        label=_("Who takes over?"), coerce=int, error_messages={"required": _("Please say who takes over.")}
    )
    hours = forms.TypedChoiceField(label=_("For how long?"), coerce=int, initial=8, widget=forms.RadioSelect)

    def __init__(self, *args: Any, colleagues: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].choices = [("", "–"), *((each.pk, each.display_name) for each in colleagues)]  # type: ignore[attr-defined]
        hours = [(n, ngettext("{n} hour", "{n} hours", n).format(n=n)) for n in HOURS]
        self.fields["hours"].choices = hours  # type: ignore[attr-defined]


@open_to(*DESK)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_doors(request: HttpRequest, user_id: int) -> HttpResponse:
    """What a worker has done and what is left; then whom the desk gives it to."""
    me, at = caller_of(request), now()
    giver = queries.account_visible_to(me, user_id)
    colleagues = handing.colleagues(giver, me, at)
    form = HandOverForm(request.POST if request.method == "POST" else None, colleagues=colleagues)
    if form.is_bound and form.is_valid():
        receiver = next(each for each in colleagues if each.pk == form.cleaned_data["receiver"])
        until = handing.for_hours(form.cleaned_data["hours"], at)
        try:
            handing.hand_over(giver, receiver, until=until, by=me, at=at)
        except (Conflict, Invalid, Refused) as problem:
            form.add_error(None, problem.told())
        else:
            told = gettext("{name} has the doors now. Show them a new QR, so that their phone opens these doors too.")
            messages.success(request, told.format(name=receiver.display_name))
            return redirect("account", receiver.pk)
    context = {"giver": giver, "form": form, "shift": handing.shift_of(giver, me, at), "colleagues": colleagues}
    return render(request, "field/hand_over.html", context, status=422 if form.errors else 200)


urlpatterns = [path("accounts/<int:user_id>/doors/", hand_over_doors, name="hand_over_doors")]
