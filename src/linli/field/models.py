"""What a phone without a signal was lent, and what became of each thing it sent (DESIGN.md §2, Receipt)."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.access.models import DeviceSession, User
from linli.common.ids import uuid7

LONGEST = timedelta(hours=30)


class Lease(models.Model):
    """For so long one phone may hold its holder's doors, and vouch for what it sends by a secret of its own."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    device = models.UUIDField(db_index=True, help_text="id that the app gave this phone")
    session = models.ForeignKey(DeviceSession, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by_phone = models.BooleanField(help_text="by a QR: without a session it is ended, and the session was let go of")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    grants = ArrayField(models.BigIntegerField(), help_text="ids of the grants that it works under")
    event = models.BigIntegerField(help_text="id of the event it was lent for")
    secret = models.BinaryField(help_text="of the device, sealed")
    numbers = models.SmallIntegerField(default=0, help_text="how many phone numbers it held at most")
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="signed out, or another was lent")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="lease_of_thirty_hours_at_most",
                condition=Q(until__gt=F("since"), until__lte=F("since") + LONGEST),
            ),
            models.CheckConstraint(name="lease_lends_a_role", condition=Q(grants__len__gt=0)),
        ]


class Receipt(models.Model):
    """One thing that a phone sent, and its answer for good: sent again, it is answered the same and done no more.

    What was not done is kept here, sealed, until its author has decided: the phone may be gone by then.
    """

    class State(models.TextChoices):
        DONE = "done"
        REFUSED = "refused"
        CONFLICT = "conflict"

    id = models.BigAutoField(primary_key=True)
    device = models.UUIDField()
    key = models.UUIDField(help_text="made by the phone, UUIDv7")
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, related_name="receipts")
    digest = models.BinaryField(max_length=32, help_text="of the body: the same key stands for no other")
    state = models.CharField(max_length=8, choices=State.choices)
    code = models.CharField(max_length=40, blank=True, help_text="of the error")
    facts = models.JSONField(default=dict, blank=True, help_text="of the error: ids, moments, counts")
    made = models.BigIntegerField(null=True, blank=True, help_text="id of the person, door or duty that came of it")
    held = models.BinaryField(null=True, blank=True, help_text="the body of what was not done, sealed")
    happened_at = models.DateTimeField()
    clipped = models.BooleanField(help_text="the phone's clock could not be right")
    delivered_by = models.BigIntegerField(null=True, blank=True, help_text="user id of whoever's phone sent it")
    recorded_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True, help_text="since when its author has decided")

    class Meta:
        indexes = [
            models.Index(
                name="receipt_waits_for_its_author",
                fields=["lease"],
                condition=Q(settled_at__isnull=True) & ~Q(state="done"),
            )
        ]
        constraints = [
            models.UniqueConstraint(name="receipt_once_of_a_device", fields=["device", "key"]),
            models.CheckConstraint(
                name="receipt_done_or_told_why",
                condition=Q(state="done", code="", held__isnull=True)
                | Q(state__in=["refused", "conflict"]) & ~Q(code=""),
            ),
        ]
