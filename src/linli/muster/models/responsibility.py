"""Responsibility areas: who answers for which buildings and doors."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from linli.common.db import same
from linli.events.models import Event
from linli.muster.models.teams import Team
from linli.people.models import Person
from linli.places.models import Area, Place


class Responsibility(models.Model):
    """A building or a door that somebody, or a team, answers for (责任区); nobody else does at that time.

    A door without a row of its own follows its building, so that no door is ever answered for twice.
    """

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="responsibilities")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="responsibilities")
    grid = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="where they are placed"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="responsibilities")
    during = DateTimeRangeField()
    given_by = models.BigIntegerField()
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="responsibility_one_at_a_time",
                expressions=[*same("event_id", "place_id"), ("during", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="responsibility_of_somebody_or_a_team",
                condition=Q(person__isnull=False, grid__isnull=False, team__isnull=True)
                | Q(person__isnull=True, grid__isnull=True, team__isnull=False),
            ),
            models.CheckConstraint(name="responsibility_for_a_time", condition=Q(during__isempty=False)),
        ]
