"""Who is booked where and when: the one table that says what a person's time is given to."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from linli.common.db import same
from linli.events.models import Event
from linli.people.models import Person
from linli.places.models import Place


class Booking(models.Model):
    """A person's time, given to a place: where they belong for some days, or a shift of some hours at a post.

    Nobody belongs to two places at once, and nobody stands at two posts at once; a shift lies inside where somebody
    belongs (docs/decisions/bookings.md). Whatever room books points down to its booking and says so in `source`.
    """

    class Kind(models.IntegerChoices):
        BELONGS = 0, "belongs to a place"
        SHIFT = 1, "a shift at a post"

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="bookings")
    kind = models.SmallIntegerField(choices=Kind.choices)
    during = DateTimeRangeField()
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="bookings")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="bookings")
    post = models.CharField(max_length=40, blank=True, help_text="code of the pack: what a shift is for")
    source = models.CharField(max_length=16, help_text="the room that booked")
    booked_by = models.BigIntegerField(null=True, blank=True)
    booked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["event", "place"])]
        constraints = [
            models.UniqueConstraint(name="booking_as_pointed_to", fields=["id", "person", "event", "place", "during"]),
            ExclusionConstraint(
                name="booking_one_at_a_time",
                expressions=[*same("person_id", "kind"), ("during", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="booking_shift_is_at_a_post",
                condition=Q(kind=1, during__upper_inf=False) & ~Q(post="") | Q(kind=0, post=""),
            ),
            models.CheckConstraint(
                name="booking_takes_time", condition=Q(during__isempty=False, during__lower_inf=False)
            ),
        ]
