"""Teams: people who are placed near each other and go out together, with somebody who leads them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from linli.common.db import same
from linli.events.models import Event, Zone
from linli.people.models import Person
from linli.places.models import Area, Place


class Team(models.Model):
    """A team of one community (突击队, 志愿队), formed over a place: a zone's, or any part of the community.

    Its name is what the pack calls its kind, and a number.
    """

    class Kind(models.TextChoices):
        RAPID = "rapid_team", "rapid-response team"
        VOLUNTEER = "volunteer_team", "volunteer team"

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="teams")
    community = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="teams")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="teams")
    kind = models.CharField(max_length=14, choices=Kind.choices, help_text="what the pack names")
    number = models.SmallIntegerField()
    level = models.SmallIntegerField(choices=Zone.Risk.choices, help_text="of the place when the team was formed")
    formed_by = models.BigIntegerField()
    formed_at = models.DateTimeField()
    released_by = models.BigIntegerField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["event", "community"])]
        constraints = [
            models.UniqueConstraint(name="team_number_once", fields=["event", "community", "kind", "number"]),
            models.UniqueConstraint(name="team_of_its_event", fields=["id", "event"]),
            models.CheckConstraint(
                name="team_released_by_somebody",
                condition=Q(released_by__isnull=True, released_at__isnull=True)
                | Q(released_by__isnull=False, released_at__isnull=False),
            ),
        ]


class Member(models.Model):
    """Somebody in a team for a time, and as what. Whoever leads is a member, because leading is a way of being one."""

    class Role(models.IntegerChoices):
        MEMBER = 0, "member"
        DEPUTY = 1, "deputy"
        LEADER = 2, "leader"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    grid = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="+", help_text="where they were placed when they joined"
    )
    role = models.SmallIntegerField(choices=Role.choices, default=Role.MEMBER)
    during = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="member_one_team_at_a_time",
                expressions=[*same("event_id", "person_id"), ("during", RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="member_one_leader_at_a_time",
                expressions=[*same("team_id"), ("during", RangeOperators.OVERLAPS)],
                condition=Q(role=2),
            ),
            ExclusionConstraint(
                name="member_one_deputy_at_a_time",
                expressions=[*same("team_id"), ("during", RangeOperators.OVERLAPS)],
                condition=Q(role=1),
            ),
            models.CheckConstraint(name="member_for_a_time", condition=Q(during__isempty=False)),
        ]
