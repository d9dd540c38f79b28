"""Work units that send people: what an area asks for, which units are asked, who is deployed (下沉)."""

from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from linli.common.db import same
from linli.duty.models import Booking
from linli.events.models import Event
from linli.people.models import Organisation, Person, Skill
from linli.places.models import Area

_TWO_ENDS = Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False)


class UnitFree(models.Model):
    """How many people a work unit says it can send in an event: with one skill, or with none of the list."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="free")
    skill = models.SmallIntegerField(null=True, blank=True, choices=Skill.choices)
    heads = models.IntegerField()
    said_by = models.BigIntegerField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="unit_free_once_a_skill", fields=["event", "organisation", "skill"], nulls_distinct=False
            ),
            models.CheckConstraint(name="unit_free_some", condition=Q(heads__gt=0)),
        ]


class Reinforcement(models.Model):
    """An area asks a level above it for people (增援请求).

    What stays short there is asked of the level above that, by a request for the same area which came from this one.
    """

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="reinforcements")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", help_text="where they are to serve")
    asked_of = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    came_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="upward")
    heads = models.IntegerField()
    during = DateTimeRangeField()
    meet = models.CharField(max_length=120, help_text="where to meet")
    receiver = models.BinaryField(help_text="who receives them, sealed")
    receiver_phone = models.BinaryField()
    bring = models.CharField(max_length=200, blank=True)
    answer_by = models.DateTimeField()
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    ended_by = models.BigIntegerField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["event", "asked_of"]), models.Index(fields=["event", "area"])]
        constraints = [
            models.CheckConstraint(name="reinforcement_some", condition=Q(heads__gt=0)),
            models.CheckConstraint(name="reinforcement_asks_another", condition=~Q(area=F("asked_of"))),
            models.CheckConstraint(name="reinforcement_has_two_ends", condition=_TWO_ENDS),
            models.UniqueConstraint(
                name="reinforcement_upward_once", fields=["came_from"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="reinforcement_ended_by_somebody",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]


class ReinforcementSkill(models.Model):
    """Of the people asked for, how many should bring a skill."""

    reinforcement = models.ForeignKey(Reinforcement, on_delete=models.CASCADE, related_name="skills")
    skill = models.SmallIntegerField(choices=Skill.choices)
    heads = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="reinforcement_skill_once", fields=["reinforcement", "skill"]),
            models.CheckConstraint(name="reinforcement_skill_some", condition=Q(heads__gt=0)),
        ]


class UnitPlan(models.Model):
    """A run of the planner over an area's own work units: its progress, then which units it would ask, and proof."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        PROPOSED = "proposed"
        PUBLISHED = "published"
        FAILED = "failed"

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    published_by = models.BigIntegerField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=40, blank=True, help_text="error code")
    problem_digest = models.CharField(max_length=64, blank=True)
    objective = models.BigIntegerField(null=True, blank=True)
    bound = models.BigIntegerField(null=True, blank=True)
    summary = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="unit_plan_one_at_a_time",
                fields=["event", "area"],
                condition=Q(state__in=["waiting", "running"]),
            ),
            models.CheckConstraint(
                name="unit_plan_published_by_somebody",
                condition=~Q(state="published") | Q(published_by__isnull=False, published_at__isnull=False),
            ),
        ]


class UnitPlanLine(models.Model):
    """People of one skill whom a plan sends from a unit for a request."""

    class Outcome(models.TextChoices):
        OPEN = "open"
        PUBLISHED = "published"
        OVERTAKEN = "overtaken"

    plan = models.ForeignKey(UnitPlan, on_delete=models.CASCADE, related_name="lines")
    reinforcement = models.ForeignKey(Reinforcement, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    skill = models.SmallIntegerField(null=True, blank=True, choices=Skill.choices)
    heads = models.IntegerField()
    minutes = models.IntegerField(help_text="of travel, for one person")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="unit_plan_line_once",
                fields=["plan", "reinforcement", "organisation", "skill"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="unit_plan_line_some", condition=Q(heads__gt=0)),
        ]


class Call(models.Model):
    """A unit is asked for people, and answers; or it offers them unasked, before anybody has a request for them."""

    class State(models.TextChoices):
        ASKED = "asked"
        COMMITTED = "committed"
        DECLINED = "declined"
        OFFERED = "offered"
        ENDED = "ended"

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="calls")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="calls")
    reinforcement = models.ForeignKey(
        Reinforcement, null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )
    plan = models.ForeignKey(UnitPlan, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    heads = models.IntegerField()
    committed = models.IntegerField(default=0, help_text="how many the unit sends: as many as it has named")
    during = DateTimeRangeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    offered = models.BooleanField(default=False, help_text="the unit said so unasked")
    reason = models.CharField(max_length=120, blank=True, help_text="why a unit declines")
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    answered_by = models.BigIntegerField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "event"])]
        constraints = [
            models.CheckConstraint(name="call_some", condition=Q(heads__gt=0)),
            models.CheckConstraint(name="call_has_two_ends", condition=_TWO_ENDS),
            models.CheckConstraint(
                name="call_commits_no_more_than_asked", condition=Q(committed__gte=0, committed__lte=F("heads"))
            ),
            models.CheckConstraint(name="call_commits_somebody", condition=~Q(state="committed") | Q(committed__gt=0)),
            models.CheckConstraint(
                name="call_offer_has_no_request_yet",
                condition=~Q(state="offered") | Q(reinforcement__isnull=True, offered=True),
            ),
            models.CheckConstraint(
                name="call_of_a_request", condition=Q(offered=True) | Q(reinforcement__isnull=False)
            ),
            models.CheckConstraint(
                name="call_declined_with_a_reason",
                condition=Q(state="declined") & ~Q(reason="") | ~Q(state="declined") & Q(reason=""),
            ),
        ]


class CallSkill(models.Model):
    """Of the people a unit is asked for, how many of one skill, or of none; together they are its heads."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="skills")
    skill = models.SmallIntegerField(null=True, blank=True, choices=Skill.choices)
    heads = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="call_skill_once", fields=["call", "skill"], nulls_distinct=False),
            models.CheckConstraint(name="call_skill_some", condition=Q(heads__gt=0)),
        ]


class Deployed(models.Model):
    """A person whom a unit names for a call: listed, arrived, released; or taken off the list before they arrived.

    Where they are placed is said by their placement. Nobody is named by two units, or twice by one, for one hour.
    A booking or a row that is gone is forgotten here by the database itself (`deployed_forgets_…`).
    """

    class State(models.TextChoices):
        LISTED = "listed"
        ARRIVED = "arrived"
        RELEASED = "released"
        OFF = "off", "taken off the list"

    id = models.BigAutoField(primary_key=True)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="deployments")
    during = DateTimeRangeField()
    skills = models.IntegerField(default=0, help_text="bits of Skill")
    state = models.CharField(max_length=10, choices=State.choices, default=State.LISTED)
    instead_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False
    )
    booking = models.ForeignKey(
        Booking, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False
    )
    home = models.ForeignKey(
        Booking,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_constraint=False,
        help_text="the placement at home that goes on afterwards",
    )
    listed_by = models.BigIntegerField()
    listed_at = models.DateTimeField()
    arrived_by = models.BigIntegerField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    cannot_until = models.DateTimeField(
        null=True, blank=True, help_text="a desk heard that they cannot come; they are not placed again before"
    )
    left_by = models.BigIntegerField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="deployed_skills_known", condition=Q(skills__gte=0, skills__lt=1 << 12)),
            models.CheckConstraint(name="deployed_has_two_ends", condition=_TWO_ENDS),
            models.CheckConstraint(
                name="deployed_arrived_at_a_moment",
                condition=Q(state__in=["arrived", "released"], arrived_at__isnull=False)
                | Q(state__in=["listed", "off"], arrived_at__isnull=True),
            ),
            models.CheckConstraint(
                name="deployed_left_at_a_moment",
                condition=Q(state__in=["released", "off"], left_at__isnull=False)
                | Q(state__in=["listed", "arrived"], left_at__isnull=True),
            ),
            ExclusionConstraint(
                name="deployed_by_one_unit_at_a_time",
                expressions=[*same("person_id"), ("during", RangeOperators.OVERLAPS)],
                condition=Q(state__in=["listed", "arrived"]),
            ),
        ]

    def away_until(self, at: datetime) -> datetime | None:
        """Before when somebody who is here cannot come; None where they can."""
        away = self.state == self.State.ARRIVED and self.cannot_until is not None and self.cannot_until > at
        return self.cannot_until if away else None
