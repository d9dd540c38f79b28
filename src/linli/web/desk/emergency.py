"""The numbers to dial first: a plain page, and what the words in a form say while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.access.permit import open_to
from linli.desk import emergency
from linli.desk.queries import HOLDING
from linli.web.desk.words import to_dial

PARTS = ("caller", "about", "need")


@open_to(anonymous=True)
@require_safe
def emergency_numbers(request: HttpRequest) -> HttpResponse:
    """120, 119 and 110 to dial at once, and what to say."""
    return render(request, "emergency/emergency.html")


@open_to(*HOLDING)
@never_cache
@require_POST
def emergency_words(request: HttpRequest) -> HttpResponse:
    """The numbers that the words typed so far ask for; 204 where the page shows them already. Nothing is kept."""
    hits = emergency.found(*(request.POST.get(part, "") for part in PARTS))
    if request.POST.get("dials", "") == ",".join(hit.number for hit in hits):
        return HttpResponse(status=204)
    return render(request, "desk/dial.html", {"dial": to_dial(hits)})


urlpatterns = [
    path("emergency/", emergency_numbers, name="emergency"),
    path("emergency/words/", emergency_words, name="emergency_words"),
]
