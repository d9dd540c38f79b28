"""How many people grids ask for, and with which skills."""

from django.db import models
from django.db.models import F, Q

from linli.events.models import Event
from linli.people.models import Skill
from linli.places.models import Area


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
