"""The administrator's home until nothing is missing: each thing that Linli needs, and which way it runs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.conf.settings import ENV
from linli.conf.ways import way_of
from linli.web.accounts.pages import DECIDES
from linli.web.first.standing import steps_of
from linli.web.first.ways import WAYS


@open_to(*DECIDES)
@require_safe
def first_steps(request: HttpRequest) -> HttpResponse:
    """What is there and what is missing, each with its next step."""
    steps = steps_of(caller_of(request), now())
    way = way_of(ENV)
    context = {
        "steps": steps,
        "missing": sum(not step.done for step in steps),
        "first": next((step for step in steps if not step.done), None),
        "way": WAYS[way],
        "others": [each for key, each in WAYS.items() if key is not way],
    }
    return render(request, "first/steps.html", context)


urlpatterns = [path("first-steps/", first_steps, name="first_steps")]
