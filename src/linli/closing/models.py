"""The lawful end of an event: what two people confirmed, each step that was done, what went, and the certificate.

Accounts are bare ids, as everywhere. No row here says anything about a resident: tables, counts, names of backups.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.events.models import Event
from linli.places.models import Area

MOST_REASON = 200
MOST_NAME = 40


def _together(by: str, at: str) -> Q:
    """Who and when are known together or not at all."""
    return Q(**{f"{by}__isnull": True, f"{at}__isnull": True}) | Q(**{f"{by}__isnull": False, f"{at}__isnull": False})


class Closing(models.Model):
    """The closing of one ended event: reviewed, confirmed by two, carried out step by step, certified."""

    class State(models.TextChoices):
        REVIEW = "review", "being reviewed"
        CONFIRMED = "confirmed", "confirmed by two; the work is under way"
        FINISHED = "finished", "destroyed and certified"

    id = models.BigAutoField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="closing")
    state = models.CharField(max_length=10, choices=State.choices, default=State.REVIEW)
    opened_by = models.BigIntegerField()
    opened_at = models.DateTimeField()
    early_reason = models.CharField(max_length=MOST_REASON, blank=True, help_text="why before the grace period is over")
    digest = models.CharField(max_length=64, blank=True, help_text="of the review that was confirmed")
    officer_by = models.BigIntegerField(null=True, blank=True, help_text="the data protection officer")
    officer_at = models.DateTimeField(null=True, blank=True)
    second_by = models.BigIntegerField(null=True, blank=True)
    second_at = models.DateTimeField(null=True, blank=True)
    witnesses = ArrayField(models.CharField(max_length=MOST_NAME), default=list, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="closing_two_people", condition=Q(second_by__isnull=True) | ~Q(second_by=F("officer_by"))
            ),
            models.CheckConstraint(name="closing_officer_at_a_moment", condition=_together("officer_by", "officer_at")),
            models.CheckConstraint(name="closing_second_at_a_moment", condition=_together("second_by", "second_at")),
            models.CheckConstraint(
                name="closing_confirmed_a_review",
                condition=Q(officer_by__isnull=True, second_by__isnull=True) | ~Q(digest=""),
            ),
            models.CheckConstraint(
                name="closing_goes_on_once_two_confirmed",
                condition=Q(state="review") | Q(officer_by__isnull=False, second_by__isnull=False),
            ),
            models.CheckConstraint(
                name="closing_finished_at_a_moment",
                condition=Q(state="finished", finished_at__isnull=False)
                | ~Q(state="finished") & Q(finished_at__isnull=True),
            ),
        ]


class Step(models.Model):
    """One step of a closing that was begun: done, or failed with a code and tried again."""

    class What(models.IntegerChoices):
        """In this order; each may be done again after a kill."""

        ROWS = 1, "rows"
        TABLES = 2, "tables"
        LOG = 3, "log"
        BACKUP = 4, "backup"
        KEYS = 5, "keys"
        CERTIFICATE = 6, "certificate"

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="steps")
    what = models.SmallIntegerField(choices=What.choices)
    begun_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=40, blank=True, help_text="error code of the last try")
    facts = models.JSONField(default=dict, help_text="numbers, names of tables and backups, digests")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="closing_step_once", fields=["closing", "what"]),
            models.CheckConstraint(
                name="closing_step_done_after_it_began",
                condition=Q(done_at__isnull=True) | Q(done_at__gte=F("begun_at"), failure=""),
            ),
        ]


class Line(models.Model):
    """What became of one table: rows destroyed and rows kept, written in the transaction that destroyed them."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="lines")
    model = models.CharField(max_length=60, help_text="room.Model")
    destroyed = models.BigIntegerField()
    kept = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="closing_line_once", fields=["closing", "model"]),
            models.CheckConstraint(name="closing_line_counts", condition=Q(destroyed__gte=0, kept__gte=0)),
        ]


class Debt(models.Model):
    """A copy of the keyring that was out of reach: the old keys in it are destroyed when it comes back."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="debts")
    copy = models.CharField(max_length=40, help_text="name in LINLI_KEYRING_COPIES")
    named_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="closing_debt_once", fields=["closing", "copy"]),
            models.CheckConstraint(
                name="closing_debt_settled_later",
                condition=Q(settled_at__isnull=True) | Q(settled_at__gte=F("named_at")),
            ),
        ]


class Certificate(models.Model):
    """What was destroyed, what was kept and why; issued again, under the next number, when a debt is settled."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="certificates")
    number = models.SmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content as canonical JSON")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="closing_certificate_once", fields=["closing", "number"]),
            models.CheckConstraint(name="closing_certificate_counts_from_one", condition=Q(number__gte=1)),
        ]


class Erasure(models.Model):
    """One person asked to be forgotten: asked for at their desk, decided by two, done at once."""

    class Scope(models.TextChoices):
        ALL = "all", "everything, the register too"
        BUT_REGISTER = "but_register", "everything but what the register must keep"

    class Ground(models.TextChoices):
        OVER = "over", "what it was collected for is over"
        WITHDRAWN = "withdrawn", "they take their consent or their service back"
        WRONGLY = "wrongly", "it should not have been collected"

    id = models.BigAutoField(primary_key=True)
    person = models.BigIntegerField(help_text="a bare id: the person is gone afterwards")
    community = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=12, choices=Scope.choices)
    ground = models.CharField(max_length=10, choices=Ground.choices)
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    officer_by = models.BigIntegerField(null=True, blank=True)
    officer_at = models.DateTimeField(null=True, blank=True)
    second_by = models.BigIntegerField(null=True, blank=True)
    second_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.BigIntegerField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    rewritten_at = models.DateTimeField(null=True, blank=True, help_text="since when it is in no file either")
    traces = models.JSONField(default=dict, help_text="what stands under no person and goes too: ids by kind")
    facts = models.JSONField(
        default=dict, help_text="what other desks keep; then rows by table, what was blanked, and the transaction"
    )

    class Meta:
        indexes = [models.Index(name="erasure_not_rewritten", fields=["done_at"], condition=Q(rewritten_at=None))]
        constraints = [
            models.CheckConstraint(
                name="erasure_two_people", condition=Q(second_by__isnull=True) | ~Q(second_by=F("officer_by"))
            ),
            models.CheckConstraint(name="erasure_officer_at_a_moment", condition=_together("officer_by", "officer_at")),
            models.CheckConstraint(name="erasure_second_at_a_moment", condition=_together("second_by", "second_at")),
            models.CheckConstraint(
                name="erasure_declined_at_a_moment", condition=_together("declined_by", "declined_at")
            ),
            models.CheckConstraint(
                name="erasure_done_by_two",
                condition=Q(done_at__isnull=True)
                | Q(officer_by__isnull=False, second_by__isnull=False, declined_at__isnull=True),
            ),
            models.CheckConstraint(
                name="erasure_rewritten_once_done", condition=Q(rewritten_at__isnull=True) | Q(done_at__isnull=False)
            ),
            models.UniqueConstraint(
                name="erasure_one_waits_for_a_person",
                fields=["person"],
                condition=Q(done_at__isnull=True, declined_at__isnull=True),
            ),
        ]
