"""What dangerous work needs first: training of each person, and insurance, recorded once for everybody it covers."""

from django.db import models
from django.db.models import Q

from linli.events.models import Event
from linli.people.models import Organisation, Person
from linli.places.models import Area


class Training(models.Model):
    """Somebody was trained for a kind of work, for the last time; until when that holds."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="trainings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trainings")
    work = models.CharField(max_length=40, help_text="code of the pack's posts")
    until = models.DateField(help_text="the last day on which it holds")
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="training_once_a_work", fields=["event", "person", "work"])]


class Policy(models.Model):
    """An insurance of everybody who serves in an area, or whom a work unit sends."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="policies")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="policies")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="policies"
    )
    name = models.CharField(max_length=80, help_text="insurer and number, as it is quoted")
    until = models.DateField(help_text="the last day on which it holds")
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="policy_once", fields=["event", "area", "name"]),
            models.CheckConstraint(name="policy_has_a_name", condition=~Q(name="")),
        ]
