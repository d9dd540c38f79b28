"""From "I am willing" to "I am useful": claims of signing up, what grids ask, proposals, placements."""

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from linli.common.db import same
from linli.common.ids import uuid7
from linli.events.models import Event
from linli.muster.rules import MOST_DAYS
from linli.people.models import Organisation, Person, Skill
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


class Demand(models.Model):
    """How many people a grid asks for. A changed row has a new version, so an old plan can tell."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="demands")
    grid = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="demands")
    want = models.IntegerField()
    most = models.IntegerField()
    version = models.IntegerField(default=1)
    generation = models.IntegerField(
        default=0, help_text="counts publications into or out of this grid: compare and set"
    )
    set_by_run = models.BigIntegerField(null=True, blank=True, help_text="the allocation that was published here last")
    asked_by = models.BigIntegerField(null=True, blank=True)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="demand_once_a_grid", fields=["event", "grid"]),
            models.CheckConstraint(
                name="demand_not_negative_and_most_not_less", condition=Q(want__gte=0, most__gte=F("want"))
            ),
        ]


class DemandSkill(models.Model):
    """Of the people a grid asks for, how many should have a skill."""

    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="skills")
    skill = models.SmallIntegerField(choices=Skill.choices)
    heads = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="demand_skill_once", fields=["demand", "skill"]),
            models.CheckConstraint(name="demand_skill_positive", condition=Q(heads__gt=0)),
        ]


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


class Placement(models.Model):
    """A person placed in a grid for a time, published by a named person (编入网格)."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="placements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="placements")
    grid = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="placements")
    skill = models.SmallIntegerField(null=True, blank=True, choices=Skill.choices)
    metres = models.IntegerField()
    estimated = models.BooleanField(default=False)
    why = models.JSONField(null=True, blank=True, help_text="as in the line that was published")
    during = DateTimeRangeField()
    allocation = models.ForeignKey(Allocation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_by = models.BigIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["event", "grid"])]
        constraints = [
            ExclusionConstraint(
                name="placement_one_at_a_time",
                expressions=[*same("person_id"), ("during", RangeOperators.OVERLAPS)],
            )
        ]
