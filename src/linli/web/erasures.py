"""Erasing one person: asked for at their desk, decided by two people who see numbers and no name."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.closing import erasing, forgetting, queries, traces, words
from linli.closing.models import Erasure
from linli.closing.rules import TAKING_PART, Part
from linli.closing.traces import Kind, Sign
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, Refused
from linli.common.moments import local
from linli.custody import masks
from linli.muster import here
from linli.muster.queries import community_of_desk
from linli.web.accounts.shapes import account_names
from linli.web.closings import PARTS

A_PAGE = 50
SCOPES = {
    Erasure.Scope.BUT_REGISTER: gettext_lazy("Everything but what the register has to keep"),
    Erasure.Scope.ALL: gettext_lazy("Everything, the register's record too"),
}
GROUNDS = {
    Erasure.Ground.OVER: gettext_lazy("What it was collected for is over"),
    Erasure.Ground.WITHDRAWN: gettext_lazy("They take their consent or their service back"),
    Erasure.Ground.WRONGLY: gettext_lazy("It should not have been collected"),
}


KINDS = {
    Kind.SIGN_UP: gettext_lazy("Sign-up"),
    Kind.SELF_REPORT: gettext_lazy("Named in a self-report"),
    Kind.ENTRY: gettext_lazy("Duty log"),
    Kind.HELD: gettext_lazy("Written on a phone, and not taken"),
    Kind.CALLER: gettext_lazy("Duty log, about somebody else: only who called goes"),
}
SIGNS = {
    Sign.PHONE: gettext_lazy("same phone"),
    Sign.NAME: gettext_lazy("same name"),
    Sign.DOOR: gettext_lazy("same door"),
}


class AskForm(forms.Form):
    """What is to be erased, and why."""

    scope = forms.ChoiceField(
        label=gettext_lazy("What is to be erased?"), choices=list(SCOPES.items()), widget=forms.RadioSelect
    )
    ground = forms.ChoiceField(label=gettext_lazy("Why?"), choices=list(GROUNDS.items()), widget=forms.RadioSelect)
    also = forms.MultipleChoiceField(
        label=gettext_lazy("Which of these are about them too?"),
        help_text=gettext_lazy(
            "They stand under nobody, and others may share a name, a phone or a door. What is not ticked stays."
        ),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, data: QueryDict | None, found: list[traces.Trace]) -> None:
        super().__init__(data, initial={"also": [each.code for each in found if each.sure]})
        if found:
            self.fields["also"].choices = [(each.code, _trace(each)) for each in found]  # type: ignore[attr-defined]
        else:
            del self.fields["also"]


def _trace(each: traces.Trace) -> str:
    """One line of the list: what it is, from when, masked, and why it stands here."""
    signs = gettext(", ").join(str(told) for sign, told in SIGNS.items() if sign in each.signs)
    waits = [gettext("still open")] if each.waits else []
    return " · ".join([str(KINDS[each.kind]), local(each.at), each.words, signs, *waits])


@open_to("community_desk", area_from="community_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_erasure(request: HttpRequest, community_id: int, person_id: int) -> HttpResponse:
    """Take down that somebody who stands at the desk asks to be erased. Nothing is erased yet."""
    me, at = caller_of(request), now()
    found = here.person_here(me, community_id, person_id, at)
    form = AskForm(request.POST if request.method == "POST" else None, traces.found(me, found.person))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            erasing.ask(
                found.person,
                community_id,
                scope=said["scope"],
                ground=said["ground"],
                also=said.get("also", []),
                by=me,
                at=at,
            )
        except (Conflict, Invalid) as problem:
            form.add_error(None, problem.told())
        else:
            messages.success(request, gettext("It is taken down. Two people decide; tell the person what came of it."))
            return redirect("find_person", community_id)
    context = {
        "community": community_of_desk(me, community_id),
        "name": masks.mask_name(found.name),
        "where": masks.mask_door(found.building, found.unit) if found.building else "",
        "form": form,
    }
    return render(request, "erasures/ask.html", context, status=422 if form.errors else 200)


@open_to(*TAKING_PART)
@require_safe
def erasures(request: HttpRequest) -> HttpResponse:
    """What waits to be decided, then what was."""
    caller = caller_of(request)
    waiting = list(queries.erasures_waiting(caller))
    page = Paginator(queries.erasures_decided(caller), A_PAGE).get_page(request.GET.get("page"))
    context = {"rows": _rows(waiting), "over": _rows(list(page)), "page": page, "query": ""}
    return render(request, "erasures/erasures.html", context)


def _rows(found: list[Erasure]) -> list[dict[str, Any]]:
    names = account_names(each.asked_by for each in found)
    return [
        {
            "erasure": each,
            "scope": SCOPES[Erasure.Scope(each.scope)],
            "ground": GROUNDS[Erasure.Ground(each.ground)],
            "asked_by": names.get(each.asked_by, ""),
        }
        for each in found
    ]


@open_to(*TAKING_PART)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """One of them: what would go, who has confirmed. POST confirms or declines it."""
    caller = caller_of(request)
    found = queries.erasure_visible_to(caller, erasure_id)
    if request.method == "POST":
        _decided(request, found, caller)
        return redirect("erasure", found.pk)
    is_open = found.done_at is None and found.declined_at is None
    counted = forgetting.count(found.person, found.scope, found.traces) if is_open else found.facts.get("rows", {})
    blanked = forgetting.blanked(found) if found.declined_at is None else 0
    names = account_names([found.officer_by, found.second_by, found.declined_by])
    parts = queries.parts_for(caller, found) if is_open else []
    context = {
        "row": _rows([found])[0],
        "found": found,
        "is_open": is_open,
        "lines": [(words.table_told(model), rows) for model, rows in counted.items() if rows],
        "rows": sum(counted.values()),
        "blanked": blanked,
        "elsewhere": found.facts.get("elsewhere", 0),
        "left": found.facts.get("left", 0),
        "who": [
            (PARTS[Part.OFFICER], names.get(found.officer_by or 0, ""), found.officer_at),
            (PARTS[Part.SECOND], names.get(found.second_by or 0, ""), found.second_at),
        ],
        "declined_by": names.get(found.declined_by or 0, ""),
        "may_confirm": bool(parts),
        "mine": caller.user in (found.officer_by, found.second_by),
    }
    return render(request, "erasures/erasure.html", context)


def _decided(request: HttpRequest, found: Erasure, caller: Caller) -> None:
    at = now()
    try:
        if request.POST.get("how") == "decline":
            erasing.decline(found, by=caller, at=at)
            messages.success(request, gettext("Declined. Nothing was erased; the desk tells the person why."))
        elif request.POST.get("how") == "confirm":
            done = erasing.confirm(found, by=caller, at=at)
            said = gettext("Erased. By tomorrow morning nothing of it is in any file either.")
            waits = gettext("You have confirmed. The other of the two has to confirm as well.")
            messages.success(request, said if done.done_at is not None else waits)
        else:
            raise Invalid
    except (Conflict, Invalid, Refused) as problem:
        messages.warning(request, problem.told())


urlpatterns = [
    path("desk/<int:community_id>/people/<int:person_id>/erasure/", ask_erasure, name="ask_erasure"),
    path("erasures/", erasures, name="erasures"),
    path("erasures/<int:erasure_id>/", erasure, name="erasure"),
]
