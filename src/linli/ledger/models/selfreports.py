"""Codes at doors, and what people say of themselves by them or at the counter."""

from django.db import models
from django.db.models import Q

from linli.common.ids import uuid7
from linli.events.models import Event
from linli.people.models import Person
from linli.places.models import Place


class DoorCode(models.Model):
    """The code on a door's sheet, by which whoever is behind the door reports themselves. It only takes.

    Its letters stand nowhere: they follow from the row's id under a key of the keyring (``doorcodes``).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="door_codes")
    dwelling = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="door_codes")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="another took its place")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="door_code_one_that_counts", fields=["dwelling", "event"], condition=Q(ended_at__isnull=True)
            ),
        ]


class SelfReport(models.Model):
    """What one phone said through a door's code. It waits for the desk or the door's grid worker, and changes nothing
    before. Once it is decided about, what it said stands with the people, and no longer here."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="self_reports")
    dwelling = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="self_reports")
    device = models.BinaryField(max_length=32, help_text="digest of a cookie: who may mend it, until it is decided")
    said_index = models.BinaryField(max_length=16, help_text="keyed digest of what was said: sent again it is known")
    asked = models.JSONField(default=dict, help_text="what was needed: code of the need to the duty log's entry")
    said_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["dwelling"], name="self_report_waiting", condition=Q(decided_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                name="self_report_one_waits_of_each_phone",
                fields=["dwelling", "event", "device"],
                condition=Q(decided_at__isnull=True),
            ),
            models.CheckConstraint(
                name="self_report_decided_by_somebody",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]


class SelfReported(models.Model):
    """One person in a self-report: a name until it is decided about, then who it was."""

    class Outcome(models.TextChoices):
        WAITS = ""
        KNOWN = "known", "somebody who was known"
        NEW = "new", "somebody new"
        ASIDE = "aside", "set aside"

    id = models.UUIDField(primary_key=True, default=uuid7)
    report = models.ForeignKey(SelfReport, on_delete=models.CASCADE, related_name="people", db_index=False)
    n = models.SmallIntegerField(help_text="from 1; the first is whoever wrote")
    name = models.CharField(max_length=40, blank=True)
    phone = models.BinaryField(null=True, blank=True)
    phone_index = models.BinaryField(null=True, blank=True, max_length=16)
    guest = models.BooleanField(default=False, help_text="registered elsewhere, here for a while")
    outcome = models.CharField(max_length=5, choices=Outcome.choices, blank=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="self_reported")

    class Meta:
        indexes = [
            models.Index(fields=["phone_index"], name="self_reported_phone", condition=Q(phone_index__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(name="self_reported_in_order", fields=["report", "n"]),
            models.CheckConstraint(
                name="self_reported_phone_and_index_together",
                condition=Q(phone__isnull=True, phone_index__isnull=True)
                | Q(phone__isnull=False, phone_index__isnull=False),
            ),
            models.CheckConstraint(
                name="self_reported_keeps_nothing_that_stands_elsewhere",
                condition=Q(outcome="", person__isnull=True) & ~Q(name="")
                | Q(outcome__in=["known", "new"], person__isnull=False, name="", phone__isnull=True)
                | Q(outcome="aside", person__isnull=True, name="", phone__isnull=True),
            ),
        ]
