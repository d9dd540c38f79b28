"""Sweeps, and what was found at each door."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from linli.common.ids import uuid7
from linli.people.models import Person
from linli.places.models import Place
from linli.rolls.models import Roll

MOST_AHEAD = timedelta(days=7)


class Sweep(models.Model):
    """One going from door to door: the two rolls that it is counted in, over the same area for the same event."""

    id = models.BigAutoField(primary_key=True)
    doors = models.OneToOneField(Roll, on_delete=models.PROTECT, related_name="sweep_of_doors")
    persons = models.OneToOneField(Roll, on_delete=models.PROTECT, related_name="sweep_of_persons")


class Finding(models.Model):
    """What was found at one door: somebody knocked, rang, was written to by the group, or heard it from a neighbour."""

    class Result(models.TextChoices):
        ANSWERED = "answered"
        NO_ANSWER = "no_answer"
        VACANT = "vacant"
        REFUSED = "refused"

    class How(models.TextChoices):
        DOOR = "door"
        PHONE = "phone"
        GROUP = "group", "group message"
        NEIGHBOUR = "neighbour"
        COUNTER = "counter", "came to the counter"
        SELF = "self", "reported by themselves"
        FILE = "file", "from a file"

    id = models.UUIDField(primary_key=True, default=uuid7)
    sweep = models.ForeignKey(Sweep, on_delete=models.PROTECT, related_name="findings")
    dwelling = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="findings")
    result = models.CharField(max_length=10, choices=Result.choices)
    how = models.CharField(max_length=10, choices=How.choices)
    by = models.BigIntegerField(null=True, blank=True, help_text="user id of whoever recorded it")
    device = models.UUIDField(null=True, blank=True)
    happened_at = models.DateTimeField(help_text="by the corrected clock of whoever recorded it")
    clipped = models.BooleanField(default=False, help_text="the device's clock could not be right")
    back_at = models.DateTimeField(
        null=True, blank=True, help_text="when they asked to come back; it counts until the door is found again"
    )
    recorded_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["dwelling", "sweep"], name="finding_at_door"),
            models.Index(fields=["sweep"], name="finding_promised", condition=Q(back_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="finding_result_known", condition=Q(result__in=["answered", "no_answer", "vacant", "refused"])
            ),
            models.CheckConstraint(
                name="finding_vacant_takes_more_than_silence",
                condition=~Q(result="vacant") | Q(how__in=["door", "neighbour", "phone", "file"]),
            ),
            models.CheckConstraint(
                name="finding_back_at_is_to_come",
                condition=Q(back_at__isnull=True)
                | Q(back_at__gt=F("happened_at"), back_at__lte=F("happened_at") + MOST_AHEAD),
            ),
            models.CheckConstraint(
                name="finding_back_at_where_somebody_lives", condition=Q(back_at__isnull=True) | ~Q(result="vacant")
            ),
            models.CheckConstraint(
                name="finding_taken_back_by_somebody",
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True) | Q(taken_back_at__isnull=False),
            ),
        ]


class Said(models.Model):
    """What was said of one person at a door. One member may answer for the household."""

    class State(models.TextChoices):
        HERE = "here"
        EXEMPT = "exempt"
        AWAY = "away", "confirmed away"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="said")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="said")
    state = models.CharField(max_length=8, choices=State.choices)
    spoke = models.BooleanField(default=False, help_text="whether they were the one who answered for the household")

    class Meta:
        indexes = [models.Index(fields=["person"], name="said_of_person")]
        constraints = [
            models.UniqueConstraint(name="said_once_of_each_at_a_door", fields=["finding", "person"]),
            models.UniqueConstraint(name="said_by_one_of_them", fields=["finding"], condition=Q(spoke=True)),
            models.CheckConstraint(
                name="said_by_who_is_here", condition=Q(spoke=False) | Q(state__in=["here", "refused"])
            ),
            models.CheckConstraint(
                name="said_state_known", condition=Q(state__in=["here", "exempt", "away", "refused"])
            ),
        ]
