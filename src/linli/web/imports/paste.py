"""Volunteers by pasting a 接龙 or a group's text: what is not understood is mended in place, then the same dry run."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.sheets import LeftOut, Sheet
from linli.events.queries import active_event
from linli.muster import pasted, queries
from linli.muster.pasted import Read
from linli.web.imports.basis import BasisForm, form_for
from linli.web.imports.flow import look_through
from linli.web.imports.templates import DECIDES_SIGN_UPS
from linli.web.imports.volunteers import import_of

PASTED = gettext_noop("Pasted text")
MISSING = {
    "name": gettext_noop("There is no name in it, of two to four Chinese characters."),
    "phone": gettext_noop("There is no mobile number in it."),
    "door": gettext_noop("There is no building and door in it, such as 3栋1单元201 or 3-1-201."),
    "two": gettext_noop("There is more than one number in it that could be a phone. One line is one person."),
    "length": gettext_noop("The line is too long, or cannot be read. One line is one person."),
}
MOST_LETTERS = 100_000


class PasteForm(BasisForm):
    """The text, and on which basis it is kept."""

    file = None  # type: ignore[assignment]
    text = forms.CharField(
        label=gettext_lazy("The text, one person a line"),
        help_text=gettext_lazy("For example: 1. 张三 3栋1单元201 13800001234 会开车 晚上有空"),
        max_length=MOST_LETTERS,
        error_messages={"required": gettext_lazy("Please paste the text.")},
        widget=forms.Textarea({"rows": 12, "autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ["basis", "owner", "legal_basis", "text"]

    def stated(self) -> dict[str, str]:
        """What was said beside the text."""
        return {key: str(value) for key, value in self.cleaned_data.items() if key != "text"}


@open_to(*DECIDES_SIGN_UPS, area_from="community_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paste_volunteers(request: HttpRequest, community_id: int) -> HttpResponse:
    """A pasted text, read line by line by explicit rules."""
    me, at = caller_of(request), now()
    community = queries.community_of_desk(me, community_id)
    event = active_event(at, community.pk)
    kind = type("PasteFormHere", (PasteForm,), {"event": event})
    form = kind(_whole(request) if request.method == "POST" else None)
    read = Read()
    if form.is_bound and form.is_valid():
        read = pasted.read(form.cleaned_data["text"])
        if not read.mend and not read.rows:
            form.add_error("text", gettext("There is no line in it that could be a person."))
        elif not read.mend:
            words = [LeftOut(PASTED, len(read.left_out), tuple(dict.fromkeys(read.left_out)), declared=True)]
            sheet = Sheet(read.rows, [], words if read.left_out else [])
            what = import_of(request, community, event, form_for(event))
            return look_through(request, what, sheet, form.stated())
    context = {
        "community": community,
        "form": form,
        "url": reverse("paste_volunteers", args=[community.pk]),
        "understood": len(read.rows),
        "mend": [(number, line, gettext(MISSING[missing])) for number, line, missing in read.mend],
        "good": _without(form.cleaned_data["text"], read) if read.mend else "",
    }
    return render(request, "imports/paste.html", context, status=422 if form.errors or read.mend else 200)


def _whole(request: HttpRequest) -> dict[str, str]:
    """What was sent, with the mended lines put behind those that were understood; an emptied line is gone."""
    said = request.POST.dict()
    mended = [line for line in request.POST.getlist("line") if line.strip()]
    return {key: str(value) for key, value in said.items()} | {
        "text": "\n".join([*filter(None, [said.get("text", "")]), *mended])
    }


def _without(text: str, read: Read) -> str:
    """The lines that were understood."""
    bad = {number for number, _, _ in read.mend}
    return "\n".join(line for number, line in enumerate(text.splitlines(), 1) if number not in bad)


urlpatterns = [path("desk/<int:community_id>/volunteers/paste/", paste_volunteers, name="paste_volunteers")]
