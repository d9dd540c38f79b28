"""Training and insurance of those placed in a community: recorded by its desk, and asked for before dangerous work."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Invalid, NotFound
from linli.duty import protecting
from linli.events.models import Event
from linli.events.queries import active_event
from linli.muster.queries import community_of_desk
from linli.muster.teams import held, holding
from linli.muster.teams import protecting as recording
from linli.places import queries as places

MONTH = timedelta(days=30)


def _day() -> forms.DateField:
    return forms.DateField(
        label=gettext_lazy("It holds until"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


class TrainingForm(forms.Form):
    """Who was trained for what, until when it holds."""

    work = forms.ChoiceField(label=gettext_lazy("Trained for"), widget=forms.RadioSelect)
    trained_until = _day()
    people = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Who was trained"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick first who was trained.")},
    )

    def __init__(self, *args: Any, event: Event, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        works = [(code, post.name.told()) for code, post in holding.dangerous_works(event).items()]
        self.fields["work"].choices = works  # type: ignore[attr-defined]
        self.fields["people"].choices = people  # type: ignore[attr-defined]


class PolicyForm(forms.Form):
    """An insurance of everybody who serves here."""

    name = forms.CharField(
        label=gettext_lazy("Insurer and number"),
        help_text=gettext_lazy("One policy for everybody who serves in this community; nobody is named in it."),
        max_length=recording.MOST_NAME,
    )
    insured_until = _day()


@open_to("community_desk", area_from="community_id")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def protection(request: HttpRequest, community_id: int) -> HttpResponse:
    """Who is trained for which dangerous work, and which insurances hold; POST records one of the two."""
    me, at = caller_of(request), now()
    community = community_of_desk(me, community_id)
    event = active_event(at, community.pk)
    if event is None:
        raise NotFound
    people = held.people_to_choose(me, event, community, at)
    what = request.POST.get("what", "")
    first = {"trained_until": localdate(at) + MONTH, "insured_until": localdate(at) + MONTH}
    training = TrainingForm(request.POST if what == "training" else None, event=event, people=people, initial=first)
    policy = PolicyForm(request.POST if what == "policy" else None, initial=first)
    try:
        if training.is_bound and training.is_valid():
            said = training.cleaned_data
            facts = {"work": said["work"], "until": said["trained_until"], "area": community}
            recording.record_training(event, said["people"], **facts, by=me, at=at)
            n = len(said["people"])
            words = ngettext("The training of {n} person is recorded.", "The training of {n} people is recorded.", n)
            messages.success(request, words.format(n=n))
            return redirect("protection", community.pk)
        if policy.is_bound and policy.is_valid():
            said = policy.cleaned_data
            recording.record_policy(event, community, name=said["name"], until=said["insured_until"], by=me, at=at)
            messages.success(request, gettext("The insurance is recorded."))
            return redirect("protection", community.pk)
    except Invalid as problem:
        (training if what == "training" else policy).add_error(None, problem.told())
    names, above = dict(people), [area.pk for area in places.ancestors(community.pk, at)]
    works = [
        (post, [(names[person], until) for person, until in protecting.trained_of(event, list(names), code).items()])
        for code, post in holding.dangerous_works(event).items()
    ]
    context = {
        "community": community,
        "people": people,
        "training": training,
        "policy": policy,
        "works": works,
        "policies": protecting.policies_over(event, above),
        "today": localdate(at),
    }
    return render(request, "teams/protection.html", context, status=422 if training.errors or policy.errors else 200)


urlpatterns = [path("communities/<int:community_id>/protection/", protection, name="protection")]
