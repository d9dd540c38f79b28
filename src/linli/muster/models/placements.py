"""Who is placed in which grid."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q

from linli.duty.models import Booking
from linli.events.models import Event
from linli.muster.models.runs import Allocation
from linli.people.models import Person, Skill
from linli.places.models import Area


class Placement(models.Model):
    """A person placed in a grid for a time, published by a named person (编入网格).

    Who, where and when are those of its booking: the database holds them equal, and what ends there ends here.
    """

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="placement", db_constraint=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="placements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="placements")
    grid = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="placements")
    skill = models.SmallIntegerField(null=True, blank=True, choices=Skill.choices)
    metres = models.IntegerField()
    estimated = models.BooleanField(default=False)
    why = models.JSONField(null=True, blank=True, help_text="as in the line that was published")
    during = DateTimeRangeField()
    allocation = models.ForeignKey(Allocation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_by = models.BigIntegerField()
    published_at = models.DateTimeField()
    answer_by = models.DateTimeField(help_text="when the desk calls whoever has not said whether they come")
    coming_at = models.DateTimeField(null=True, blank=True, help_text="when they said that they come")
    coming_heard_by = models.BigIntegerField(
        null=True, blank=True, help_text="the account that heard it; none: they said it on their phone"
    )

    class Meta:
        indexes = [models.Index(fields=["event", "grid"])]
        constraints = [
            models.CheckConstraint(
                name="placement_heard_only_where_said",
                condition=Q(coming_heard_by__isnull=True) | Q(coming_at__isnull=False),
            )
        ]
