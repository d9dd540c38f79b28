"""The duty log (值班记录): what was heard at a desk, who has it, by when, and what was done; and shift changes.

What people typed is sealed: any of it may hold a phone or an ID number. Accounts are bare ids, as everywhere.
"""

from django.db import models
from django.db.models import F, Q

from linli.common.ids import uuid7
from linli.events.models import Event
from linli.people.models import Person
from linli.places.models import Area, Place


class Entry(models.Model):
    """Somebody called or came. Open under a named account until it is closed with what was done.

    Who, where and need stand in fields of their own, so that an order can be made of them without typing again.
    """

    class Priority(models.TextChoices):
        """As the pack's clocks name them."""

        LIFE = "P0", "threat to life"
        URGENT = "P1", "urgent"
        TODAY = "P2", "today"
        WHENEVER = "P3", "when possible"

    id = models.UUIDField(primary_key=True, default=uuid7)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="duty_entries")
    community = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="duty_entries")
    with_street = models.BooleanField(default=False, help_text="held by the street, not by the community's desk")
    caller = models.BinaryField(help_text="who called or came, without the phone; sealed; empty once they were erased")
    phone = models.BinaryField(null=True, blank=True)
    phone_index = models.BinaryField(null=True, blank=True, max_length=16)
    about = models.BinaryField(help_text="about whom or which door, as it was said; sealed")
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="the one door it names"
    )
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="whose number was shown"
    )
    need = models.BinaryField(help_text="what is needed; sealed")
    priority = models.CharField(max_length=2, choices=Priority.choices)
    due_at = models.DateTimeField()
    received_at = models.DateTimeField()
    received_by = models.BigIntegerField(null=True, blank=True, help_text="empty: it came by the code of a door")
    holder = models.BigIntegerField(
        null=True,
        blank=True,
        help_text="the account that has it now, or had it when it was closed; empty: nobody took it yet",
    )
    called_back_at = models.DateTimeField(null=True, blank=True)
    called_back_by = models.BigIntegerField(null=True, blank=True)
    done = models.BinaryField(null=True, blank=True, help_text="what was done; sealed")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["community", "due_at"], condition=Q(closed_at__isnull=True), name="entry_open"),
            models.Index(fields=["community", "closed_at"]),
            models.Index(fields=["phone_index"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="entry_phone_and_index_together",
                condition=Q(phone__isnull=True, phone_index__isnull=True)
                | Q(phone__isnull=False, phone_index__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_closed_by_somebody_with_what_was_done",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, done__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False, done__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_called_back_by_somebody_whose_number_is_known",
                condition=Q(called_back_at__isnull=True, called_back_by__isnull=True)
                | Q(called_back_at__isnull=False, called_back_by__isnull=False, person__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_that_somebody_noted_is_held",
                condition=Q(received_by__isnull=True) | Q(holder__isnull=False),
            ),
            models.CheckConstraint(name="entry_due_after_it_came", condition=Q(due_at__gt=F("received_at"))),
            models.CheckConstraint(
                name="entry_not_closed_before_it_came",
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("received_at")),
            ),
        ]


class HandOver(models.Model):
    """A shift change (交接班): open entries offered to a colleague by name, who takes them over.

    Until then they stay with whoever has them. What is handed over is what is open when it is taken.
    """

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="hand_overs")
    whole_desk = models.BooleanField(help_text="all that is open at the desk, not only what the giver has")
    given_by = models.BigIntegerField()
    given_at = models.DateTimeField()
    to = models.BigIntegerField()
    taken_at = models.DateTimeField(null=True, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True)
    called_off_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="hand_over_to_somebody_else", condition=~Q(to=F("given_by"))),
            models.CheckConstraint(
                name="hand_over_taken_or_called_off",
                condition=Q(called_off_at__isnull=True, called_off_by__isnull=True)
                | Q(taken_at__isnull=True, called_off_at__isnull=False, called_off_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="hand_over_one_waits_for_each_giver",
                fields=["community", "given_by"],
                condition=Q(taken_at__isnull=True, called_off_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="hand_over_of_the_desk_one_waits",
                fields=["community"],
                condition=Q(whole_desk=True, taken_at__isnull=True, called_off_at__isnull=True),
            ),
        ]


class Passing(models.Model):
    """One entry went from one holder to the next, at a shift change or because a colleague took it. Append-only."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="passings")
    hand_over = models.ForeignKey(HandOver, null=True, blank=True, on_delete=models.PROTECT, related_name="passings")
    given_by = models.BigIntegerField(null=True, blank=True, help_text="who had it; empty: nobody yet")
    to = models.BigIntegerField(help_text="who has it from then on")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="passing_to_somebody_else", condition=~Q(to=F("given_by"))),
            models.UniqueConstraint(name="passing_once_in_a_hand_over", fields=["hand_over", "entry"]),
        ]
