"""Moves that are proposed, people who are not one and the same, and whom a form made known."""

from django.db import models
from django.db.models import F, Q

from linli.common.ids import uuid7
from linli.people.models import Person
from linli.places.models import Area, Place


class MoveProposed(models.Model):
    """A move that a grid worker heard of; the desk takes it or sets it aside. Nothing moves before."""

    class What(models.TextChoices):
        DOOR = "door", "moved to another door"
        GUEST = "guest", "a guest behind a door for a while"
        HOSPITAL = "hospital"
        SCHOOL = "school"
        QUARANTINE = "quarantine"
        AWAY = "away"
        BACK = "back", "back home"
        OUT = "out", "moved out"
        DIED = "died"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="moves_proposed")
    seat = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        related_name="moves_proposed",
        db_index=False,
        help_text="the micro-grid of their home then, whose desk decides",
    )
    what = models.CharField(max_length=10, choices=What.choices)
    dwelling = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    counted_in = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    joins = models.BooleanField(default=True, help_text="joins the household behind the door, or makes a new one")
    since = models.DateTimeField()
    by = models.BigIntegerField(null=True, blank=True)
    proposed_at = models.DateTimeField()
    taken = models.BooleanField(null=True, blank=True, help_text="whether the desk took it; empty: it waits")
    decided_by = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["seat"], name="move_proposed_waiting", condition=Q(taken__isnull=True))]
        constraints = [
            models.CheckConstraint(
                name="move_proposed_decided_at_a_moment",
                condition=Q(taken__isnull=True, decided_at__isnull=True)
                | Q(taken__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="move_proposed_behind_a_door",
                condition=Q(what__in=["door", "guest"], dwelling__isnull=False)
                | ~Q(what__in=["door", "guest"]) & Q(dwelling__isnull=True),
            ),
        ]


class Apart(models.Model):
    """Two people whom a desk looked at and found to be two: they are not proposed as one again."""

    id = models.BigAutoField(primary_key=True)
    lower = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    higher = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="apart_from")
    by = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="apart_lower_first", condition=Q(lower__lt=F("higher"))),
            models.UniqueConstraint(name="apart_once", fields=["lower", "higher"]),
        ]


class Arrived(models.Model):
    """Whom one form made known: the same form sent twice is one person."""

    form = models.UUIDField(primary_key=True, help_text="handed out with the empty form")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
