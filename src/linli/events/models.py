"""An emergency: where it holds, its dated zones, and the pack that says what everything is called."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from linli.common.db import same
from linli.places.models import Area, Place


class Event(models.Model):
    """An emergency over some areas, with a start and, one day, an end."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    pack = models.CharField(max_length=40, help_text="code of the event pack")
    pack_version = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    exercise = models.BooleanField(default=False)
    areas = models.ManyToManyField(Area, through="EventArea", related_name="events")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="event_ends_after_it_starts",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")),
            )
        ]

    def __str__(self) -> str:
        return self.name


class EventArea(models.Model):
    """An area an event is active over, with all that lies in it."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(name="event_area_once", fields=["event", "area"])]


class Zone(models.Model):
    """A risk level declared over one place, from a building to a street. One level per event, place and instant."""

    class Risk(models.IntegerChoices):
        LOW = 0, "low"
        MEDIUM = 1, "medium"
        HIGH = 2, "high"

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="zones")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="zones")
    level = models.SmallIntegerField(choices=Risk.choices)
    basis = models.CharField(max_length=200)
    counted_from = models.DateField(help_text="day of the newest case or step down: day 0")
    during = DateTimeRangeField()
    declared_by = models.BigIntegerField(help_text="user id")
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="zone_one_level_at_a_time",
                expressions=[*same("event_id", "place_id"), ("during", RangeOperators.OVERLAPS)],
            )
        ]
