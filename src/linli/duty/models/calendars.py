"""What somebody's calendar was told, so that the next one can call off what is no longer so."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q

from linli.events.models import Event
from linli.people.models import Person
from linli.places.models import Place


class CalendarEntry(models.Model):
    """An entry of the calendar that somebody took to their phone, as it last left here.

    It outlives the booking: a calendar forgets nothing by itself, so that whoever came for a shift which was taken back
    would still be shown it.
    """

    booking = models.BigIntegerField(primary_key=True, help_text="its number; the booking may be gone")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    during = DateTimeRangeField()
    busy = models.BooleanField()
    sequence = models.IntegerField(default=0, help_text="grows with every change")
    called_off = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="calendar_entry_has_two_ends",
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
            )
        ]
