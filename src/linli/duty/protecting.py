"""Asking for training and insurance: dangerous work is given to nobody without them."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Q, QuerySet

from linli.duty.models import Policy, Training
from linli.duty.rules import Why
from linli.events.models import Event
from linli.people.models import Volunteer
from linli.places import queries as places


def lacks(event: Event, person: int, *, work: str, area_id: int, day: date, at: datetime) -> Why | None:
    """What somebody lacks to do dangerous work in an area until a day; None where nothing."""
    trained = Training.objects.filter(event=event, person=person, work=work).values_list("until", flat=True).first()
    if trained is None:
        return Why.NOT_TRAINED
    if trained < day:
        return Why.TRAINING_OVER
    sends = Volunteer.objects.filter(person=person).values("organisation")
    above = [area.pk for area in places.ancestors(area_id, at)]
    covered = policies_over(event, above).filter(Q(organisation__isnull=True) | Q(organisation__in=sends))
    return None if covered.filter(until__gte=day).exists() else Why.NOT_INSURED


def policies_over(event: Event, area_ids: Collection[int]) -> QuerySet[Policy]:
    """Insurances of some areas, who ends last before the others."""
    return (
        Policy.objects.filter(event=event, area__in=area_ids).select_related("area", "organisation").order_by("-until")
    )


def trained_of(event: Event, people: Collection[int], work: str) -> dict[int, date]:
    """Until when each of some people is trained for a kind of work; who never was is missing."""
    rows = Training.objects.filter(event=event, person__in=people, work=work)
    return dict(rows.values_list("person", "until"))
