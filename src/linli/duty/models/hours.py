"""Hours served: when somebody started and finished duty, what they asked to have corrected, and the codes of posts."""

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from linli.common.db import same
from linli.common.ids import uuid7
from linli.duty.models.bookings import Booking
from linli.events.models import Event
from linli.people.models import Person
from linli.places.models import Place

LONGEST = timedelta(hours=24)
"""Nobody serves longer without a break; whatever says so was forgotten, and is asked about."""

_NOT_ONESELF = Q(decided_person__isnull=True) | ~Q(decided_person=F("person"))


class Service(models.Model):
    """Hours of one person at one place, from the start of duty to its end. No location is taken.

    Nobody is on duty twice at once, and what somebody served never overlaps; only what was declined takes no time. Who
    decides about it is not whoever served.
    """

    class State(models.TextChoices):
        ON_DUTY = "on_duty", "on duty"
        WAITING = "waiting", "to be approved"
        APPROVED = "approved", "approved"
        CORRECTED = "corrected", "corrected and approved"
        DECLINED = "declined", "not counted"

    class Said(models.TextChoices):
        CODE = "code", "by the post's code"
        LEADER = "leader", "by the leader's tap"
        LATER = "later", "said later"

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(unique=True, default=uuid7, help_text="of the tap it began with: sent again, it is the same")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="services")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="services")
    booking = models.ForeignKey(
        Booking, null=True, blank=True, on_delete=models.SET_NULL, related_name="services", db_constraint=False
    )
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="services")
    post = models.CharField(max_length=40, blank=True, help_text="code of the pack, where it was a shift")
    started_at = models.DateTimeField()
    start_said = models.CharField(max_length=8, choices=Said.choices)
    start_clipped = models.BooleanField(default=False, help_text="the phone's clock could not be right")
    start_recorded_at = models.DateTimeField()
    start_by = models.BigIntegerField(null=True, blank=True, help_text="account that tapped; none: their own phone")
    finished_at = models.DateTimeField(null=True, blank=True)
    finish_said = models.CharField(max_length=8, choices=Said.choices, blank=True)
    finish_clipped = models.BooleanField(default=False, help_text="the phone's clock could not be right")
    finish_recorded_at = models.DateTimeField(null=True, blank=True)
    finish_by = models.BigIntegerField(null=True, blank=True, help_text="account that tapped; none: their own phone")
    finish_key = models.UUIDField(
        null=True, blank=True, unique=True, help_text="of the tap that a phone kept: sent again, it is the same"
    )
    asked_at = models.DateTimeField(null=True, blank=True, help_text="since when the forgotten finish is asked about")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ON_DUTY)
    decided_by = models.BigIntegerField(null=True, blank=True)
    decided_person = models.BigIntegerField(null=True, blank=True, help_text="who the deciding account is, if known")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, help_text="why it is not counted")

    class Meta:
        indexes = [
            models.Index(fields=["place", "state"]),
            models.Index(name="service_by_person", fields=["person", "started_at"]),
        ]
        constraints = [
            models.UniqueConstraint(name="service_one_open", fields=["person"], condition=Q(state="on_duty")),
            ExclusionConstraint(
                name="service_one_at_a_time",
                expressions=[
                    *same("person_id"),
                    (Func(F("started_at"), F("finished_at"), function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                condition=~Q(state="declined"),
            ),
            models.CheckConstraint(
                name="service_finishes_after_its_start",
                condition=Q(finished_at__isnull=True)
                | Q(finished_at__gt=F("started_at"), finished_at__lte=F("started_at") + LONGEST),
            ),
            models.CheckConstraint(
                name="service_on_duty_until_it_finishes",
                condition=Q(state="on_duty", finished_at__isnull=True, finish_said="", finish_recorded_at__isnull=True)
                | ~Q(state="on_duty") & Q(finished_at__isnull=False, finish_recorded_at__isnull=False),
            ),
            models.CheckConstraint(
                name="service_decided_by_somebody",
                condition=Q(state__in=["on_duty", "waiting"], decided_by__isnull=True, decided_at__isnull=True)
                | Q(
                    state__in=["approved", "corrected", "declined"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="service_declined_with_a_reason",
                condition=Q(state="declined") & ~Q(reason="") | ~Q(state="declined") & Q(reason=""),
            ),
            models.CheckConstraint(name="service_not_decided_by_oneself", condition=_NOT_ONESELF),
        ]


class Correction(models.Model):
    """Somebody says that the hours written down for them are wrong. What was written stays on record beside it."""

    class State(models.TextChoices):
        ASKED = "asked", "waiting for the desk"
        GRANTED = "granted", "corrected"
        REFUSED = "refused", "left as it was"

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(unique=True, default=uuid7)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="corrections")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", help_text="as of the service")
    since = models.DateTimeField()
    until = models.DateTimeField()
    was_since = models.DateTimeField(help_text="as it was written when they asked")
    was_until = models.DateTimeField()
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    reason = models.CharField(max_length=200, blank=True, help_text="why the desk decided so")
    decided_by = models.BigIntegerField(null=True, blank=True)
    decided_person = models.BigIntegerField(null=True, blank=True, help_text="who the deciding account is, if known")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="correction_one_open", fields=["service"], condition=Q(state="asked")),
            models.CheckConstraint(
                name="correction_takes_time",
                condition=Q(until__gt=F("since"), until__lte=F("since") + LONGEST),
            ),
            models.CheckConstraint(
                name="correction_decided_with_a_reason",
                condition=Q(state="asked", decided_by__isnull=True, decided_at__isnull=True, reason="")
                | ~Q(state="asked") & Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason=""),
            ),
            models.CheckConstraint(name="correction_not_decided_by_oneself", condition=_NOT_ONESELF),
        ]


class PostCode(models.Model):
    """A code that hangs where people report for duty: it opens the page to start and to finish, and nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="since when it leads nowhere")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="post_code_one_counts", fields=["event", "place"], condition=Q(ended_at__isnull=True)
            )
        ]
