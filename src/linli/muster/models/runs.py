"""Runs of the planner, and what they propose."""

from datetime import timedelta

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q

from linli.events.models import Event
from linli.muster.rules import MOST_DAYS
from linli.people.models import Person, Skill
from linli.places.models import Area


class Allocation(models.Model):
    """A run of the planner over an area: its progress, then its proposal and proof (编入方案).

    One that places leaves everybody who is placed where they are; one that repairs (补位方案) fills places that stand
    empty, and may move people for it: calmly, at most three for each place, or exactly, to the best there is.
    """

    class Kind(models.TextChoices):
        PLACE = "place"
        REPAIR = "repair"

    class Mode(models.TextChoices):
        CALM = "calm"
        EXACT = "exact"

    class Pool(models.TextChoices):
        """Whom it places; the two are never mixed."""

        RESIDENTS = "residents", "who signed up where they live"
        UNITS = "units", "who arrived from work units"

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        PROPOSED = "proposed"
        PUBLISHING = "publishing"
        PUBLISHED = "published"
        FAILED = "failed"

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="allocations")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.PLACE)
    pool = models.CharField(max_length=9, choices=Pool.choices, default=Pool.RESIDENTS)
    mode = models.CharField(max_length=5, choices=Mode.choices, default=Mode.CALM, help_text="of a repair")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    step = models.CharField(max_length=40, blank=True)
    progress = models.FloatField(default=0)
    during = DateTimeRangeField(help_text="the time people are placed for")
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    published_by = models.BigIntegerField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=40, blank=True, help_text="error code")
    problem_digest = models.CharField(max_length=64, blank=True)
    objective = models.BigIntegerField(null=True, blank=True)
    bound = models.BigIntegerField(null=True, blank=True)
    proved = models.BooleanField(default=False, help_text="the verifier found nothing wrong and the gap is 0")
    summary = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="allocation_published_by_somebody",
                condition=~Q(state__in=["publishing", "published"])
                | Q(published_by__isnull=False, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="allocation_during_has_two_ends_near_each_other",
                condition=Q(
                    during__isempty=False,
                    during__lower_inf=False,
                    during__upper_inf=False,
                    during__endswith__lte=F("during__startswith") + timedelta(days=MOST_DAYS),
                ),
            ),
        ]


class Proposal(models.Model):
    """One line of an allocation: this person into this grid, and the state that line was computed from."""

    class Outcome(models.TextChoices):
        OPEN = "open"
        PUBLISHED = "published"
        OVERTAKEN = "overtaken"

    class Overtaken(models.TextChoices):
        """What had moved on when a line was to be published; the first that applies."""

        PLACED = "placed_meanwhile"
        LEFT = "left_meanwhile"
        NOT_CONFIRMED = "not_confirmed"
        DEMAND = "demand_changed"
        UNAVAILABLE = "unavailable_meanwhile"
        FILLED = "grid_filled_meanwhile"
        NO_GRID = "grid_gone"
        OTHER = "other"

    allocation = models.ForeignKey(Allocation, on_delete=models.CASCADE, related_name="lines")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    grid = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    skill = models.SmallIntegerField(null=True, blank=True, choices=Skill.choices)
    metres = models.IntegerField()
    estimated = models.BooleanField(default=False, help_text="distance taken from the tree, not from coordinates")
    demand_version = models.IntegerField()
    demand_generation = models.IntegerField(help_text="of the grid: another publication into it overtakes this line")
    from_grid = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="where they are moved from"
    )
    from_generation = models.IntegerField(null=True, blank=True, help_text="the same of the grid they are moved from")
    chain = models.IntegerField(null=True, blank=True, help_text="lines of one chain fill one empty place of a repair")
    why = models.JSONField(null=True, blank=True, help_text="facts of why here, as numbers: ``muster.why``")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    overtaken_by = models.CharField(max_length=24, blank=True, choices=Overtaken.choices)

    class Meta:
        indexes = [models.Index(fields=["allocation", "grid"])]
        constraints = [
            models.UniqueConstraint(name="proposal_person_once", fields=["allocation", "person"]),
            models.CheckConstraint(
                name="proposal_moved_from_elsewhere",
                condition=Q(from_grid__isnull=True, from_generation__isnull=True)
                | Q(from_grid__isnull=False, from_generation__isnull=False) & ~Q(from_grid=F("grid")),
            ),
            models.CheckConstraint(
                name="proposal_overtaken_by_something",
                condition=Q(outcome="overtaken") & ~Q(overtaken_by="") | ~Q(outcome="overtaken") & Q(overtaken_by=""),
            ),
        ]
