"""Coming in by a code on paper that a desk printed: photograph it, or type it, then say yes once."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access import codes
from linli.access.callers import caller_of
from linli.access.devices import kind_of
from linli.access.errors import PaperSpent
from linli.access.permit import open_to
from linli.common.clock import now
from linli.custody import masks
from linli.muster import coming
from linli.web.codes.words import into_own_pages


class PaperForm(forms.Form):
    """Eight letters and digits."""

    code = forms.CharField(
        label=gettext_lazy("The code on the paper"),
        help_text=gettext_lazy("For example: K7QD-2M4X"),
        max_length=40,
        error_messages={"required": gettext_lazy("Please type the code that stands on the paper.")},
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


@open_to(anonymous=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def type_paper(request: HttpRequest) -> HttpResponse:
    """Type the code of a paper that cannot be photographed."""
    form = PaperForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            paper = codes.paper_of(form.cleaned_data["code"], at=now())
        except PaperSpent as problem:
            form.add_error("code", problem.told())
        else:
            page = "use_paper" if paper.user_id is None else "choose_pin"
            return redirect(page, codes.letters_of(form.cleaned_data["code"]))
    return render(request, "codes/paper.html", {"form": form}, status=422 if form.errors else 200)


@open_to(anonymous=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def use_paper(request: HttpRequest, text: str) -> HttpResponse:
    """Say that it is oneself, and come in. Looking uses nothing up: a chat that shows a preview must not."""
    at = now()
    paper = codes.paper_of(text, at=at)
    if paper.user_id is not None:
        return redirect("choose_pin", text)
    if request.method == "POST":
        session, secret = coming.come_in_by_paper(paper, kind=kind_of(request), by=caller_of(request), at=at)
        return into_own_pages(request, session, secret)
    name = masks.mask_name(coming.name_of_paper(paper))
    return render(request, "codes/use_paper.html", {"name": name})


urlpatterns = [
    path("code/paper/", type_paper, name="type_paper"),
    path("code/paper/<str:text>/", use_paper, name="use_paper"),
]
