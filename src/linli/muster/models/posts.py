"""Named posts of a community, and who holds them when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from linli.common.db import same
from linli.duty.models import Booking
from linli.events.models import Event
from linli.people.models import Person
from linli.places.models import Area, Place


class NamedPost(models.Model):
    """A post with a name of its own (先锋岗, 示范岗), at which somebody does one kind of work of the event's pack."""

    class Kind(models.TextChoices):
        LEAD = "lead_post", "lead post"
        MODEL = "model_post", "model post"

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="named_posts")
    community = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="named_posts")
    kind = models.CharField(max_length=10, choices=Kind.choices, help_text="what the pack names")
    work = models.CharField(max_length=40, help_text="code of the pack's posts: what is done there")
    name = models.CharField(max_length=40)
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="named_post_once", fields=["event", "community", "name"], condition=Q(closed_at__isnull=True)
            ),
        ]


class Holding(models.Model):
    """Who holds a named post for some hours. Who, where and when are those of its booking, and go with it."""

    post = models.ForeignKey(NamedPost, on_delete=models.PROTECT, related_name="holdings")
    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="holding", db_constraint=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holdings")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    during = DateTimeRangeField()
    given_by = models.BigIntegerField()
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="holding_one_at_a_time",
                expressions=[*same("post_id"), ("during", RangeOperators.OVERLAPS)],
            ),
        ]
