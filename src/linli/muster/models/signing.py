"""A claim: somebody says who they are and that they will help."""

from django.db import models
from django.db.models import Q

from linli.common.ids import uuid7
from linli.events.models import Event
from linli.people.models import Organisation, Person
from linli.places.models import Area, Place


class Free(models.IntegerChoices):
    """Bits of when somebody can come, as people say it of themselves."""

    MORNINGS = 0, "mornings"
    AFTERNOONS = 1, "afternoons"
    EVENINGS = 2, "evenings"
    NIGHTS = 3, "nights"
    WEEKENDS = 4, "weekends"
    ALWAYS = 5, "at any time"


class SignUp(models.Model):
    """A claim: somebody says who they are and that they will help. It counts once the desk confirms it.

    Confirmed means that a person stands behind it; both are known together or not at all.
    """

    class State(models.TextChoices):
        CLAIMED = "claimed", "waiting for the desk"
        CONFIRMED = "confirmed", "confirmed"
        DECLINED = "declined", "declined by the desk"
        WITHDRAWN = "withdrawn", "withdrawn"

    class Way(models.TextChoices):
        PAGE = "page", "signed up on the page"
        DESK = "desk", "signed up at the desk"
        LIST = "list", "came in a list"

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.CharField(max_length=12, unique=True, help_text="what a person quotes on the phone")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="sign_ups")
    community = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="sign_ups")
    way = models.CharField(max_length=8, choices=Way.choices)
    as_member = models.BooleanField(
        default=False, help_text="the pack's way of signing up; shown in totals of 5 or more"
    )
    name = models.CharField(max_length=40)
    phone = models.BinaryField()
    phone_index = models.BinaryField(max_length=16)
    door = models.CharField(max_length=80, help_text="building and door as the person said it")
    lives_at = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    skills = models.IntegerField(default=0)
    fit_said_at = models.DateTimeField(
        null=True, blank=True, help_text="when they said that they are of age and fit for what they take on"
    )
    free = models.SmallIntegerField(default=0, db_default=0, help_text="bits of Free; none: nobody asked")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="who sends them"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.CLAIMED)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="sign_ups")
    matched = models.BooleanField(default=False, help_text="whether the register knows this person")
    made_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["event", "community", "state"]), models.Index(fields=["phone_index"])]
        constraints = [
            models.CheckConstraint(
                name="sign_up_confirmed_has_a_person",
                condition=~Q(state="confirmed") | Q(person__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="sign_up_withdrawn_at_a_moment",
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | ~Q(state="withdrawn") & Q(withdrawn_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="sign_up_person_once_an_event", fields=["event", "person"], condition=Q(state="confirmed")
            ),
            models.CheckConstraint(name="sign_up_skills_known", condition=Q(skills__gte=0, skills__lt=1 << 12)),
            models.CheckConstraint(name="sign_up_free_known", condition=Q(free__gte=0, free__lt=1 << 6)),
        ]
