"""What people are told, and what became of it for each of them."""

from django.db import models
from django.db.models import Q

from linli.common.ids import uuid7
from linli.events.models import Event
from linli.people.models import Person


class Notice(models.Model):
    """Something that some people are told, as a template of the event's pack and what is filled in.

    Nothing is kept as a sentence: each reader is told in their own language, when they read.
    """

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="notices", db_index=False)
    key = models.CharField(max_length=80, unique=True, help_text="who tells the same again, says the same key")
    code = models.CharField(max_length=40, help_text="of a template of the pack")
    about = models.CharField(max_length=60, help_text="what it is about, as room:id; nothing is pointed to")
    facts = models.JSONField(default=dict, help_text="what is filled in: ids and moments, never a name or a number")
    told_by = models.BigIntegerField(null=True, blank=True)
    told_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["event", "about"])]

    def __str__(self) -> str:
        return self.key


class Told(models.Model):
    """One person who is told something, each once; whether they read it, or were called."""

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="told", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="told", db_index=False)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True, help_text="when they first opened it")
    read_in = models.CharField(max_length=10, blank=True, help_text="the language they read it in")
    called_at = models.DateTimeField(null=True, blank=True, help_text="when a desk told them by phone")
    called_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-id"])]
        constraints = [
            models.UniqueConstraint(name="told_once", fields=["notice", "person"]),
            models.CheckConstraint(
                name="told_read_in_some_language",
                condition=Q(read_at__isnull=True, read_in="") | Q(read_at__isnull=False) & ~Q(read_in=""),
            ),
            models.CheckConstraint(
                name="told_called_by_somebody",
                condition=Q(called_at__isnull=True, called_by__isnull=True)
                | Q(called_at__isnull=False, called_by__isnull=False),
            ),
        ]


class Sending(models.Model):
    """One message on its way to one reader, beside what they read in the app.

    Handed over means that a server or gateway has taken it, no more: whether it arrived, nobody tells us. Whoever is
    told holds the row while they hand it over, so that a worker which is killed lets go of it at once.
    """

    class Way(models.TextChoices):
        SMS = "sms", "by short message"
        MAIL = "mail", "by e-mail"

    class Why(models.TextChoices):
        REFUSED = "refused", "the other side refused it for good"
        GIVEN_UP = "given_up", "it was tried as often as is tried"
        NO_ADDRESS = "no_address", "there is no number or address any more"
        NONE = ""

    id = models.UUIDField(primary_key=True, default=uuid7)
    told = models.ForeignKey(Told, on_delete=models.CASCADE, related_name="sendings", db_index=False)
    way = models.CharField(max_length=4, choices=Way.choices)
    urgent = models.BooleanField(help_text="it may wake people: the pack says that it is about life")
    tries = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(help_text="not before this moment")
    sent_at = models.DateTimeField(null=True, blank=True, help_text="when it was handed over")
    failed_at = models.DateTimeField(null=True, blank=True, help_text="when it was given up")
    why = models.CharField(max_length=10, choices=Why.choices, blank=True, default=Why.NONE)

    class Meta:
        indexes = [
            models.Index(
                fields=["way", "-urgent", "next_at"],
                condition=Q(sent_at__isnull=True, failed_at__isnull=True),
                name="sending_waiting",
            ),
            models.Index(fields=["way", "sent_at"], condition=Q(sent_at__isnull=False), name="sending_sent"),
        ]
        constraints = [
            models.UniqueConstraint(name="sending_once_a_way", fields=["told", "way"]),
            models.CheckConstraint(
                name="sending_ends_one_way",
                condition=Q(failed_at__isnull=True, why="")
                | Q(sent_at__isnull=True, failed_at__isnull=False) & ~Q(why=""),
            ),
        ]
