"""What people are told, and what became of it for each of them."""

from django.db import models
from django.db.models import Q

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
