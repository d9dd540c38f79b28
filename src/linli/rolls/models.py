"""Roll calls: who, or which doors, must be accounted for, and how each of them stands (DESIGN.md §2).

`Standing` and `StandingChange` are list-partitioned by `part`: a small roll shares the part of its event, one of a
district or more has its own. Their rows refer to persons and doors by bare ids, because a roll may hold 21 million.
"""

from django.db import models
from django.db.models import Q

from linli.events.models import Event
from linli.places.models import Area


class State(models.IntegerChoices):
    """How a subject stands: the first of its kind that applies. Each has a column of its own in `Counter`."""

    WITHDRAWN = 0, "withdrawn"
    DONE = 1, "done"
    EXEMPT = 2, "exempt"
    AWAY = 3, "confirmed away"
    REFUSED = 4, "refused"
    NOT_REACHED = 5, "not reached"
    ANSWERED = 11, "answered"
    VACANT = 12, "confirmed vacant"
    TURNED_AWAY = 13, "refused at the door"
    NO_ANSWER = 14, "no answer"
    NOT_VISITED = 15, "not yet visited"

    @property
    def column(self) -> str:
        """Its column in `Counter`."""
        return f"s{self.value % 10}"


class Cause(models.IntegerChoices):
    """Why a standing changed. From 10 on somebody became known, from 20 on they no longer are."""

    FACT = 1, "a fact"
    TAKEN_BACK = 2, "a fact was taken back"
    MOVED = 3, "moved inside the roll"
    FOUND = 10, "found"
    MOVED_IN = 11, "moved in"
    PARTED = 12, "no duplicate after all"
    DUPLICATE = 20, "duplicate"
    DIED = 21, "died"
    MOVED_OUT = 22, "moved out"
    ERASED = 23, "erased by right"


COMES = frozenset({Cause.FOUND, Cause.MOVED_IN, Cause.PARTED})
GOES = frozenset({Cause.DUPLICATE, Cause.DIED, Cause.MOVED_OUT, Cause.ERASED})


class Roll(models.Model):
    """One question asked of everybody, or of every door, of an area."""

    class Of(models.TextChoices):
        PERSONS = "persons"
        DOORS = "doors"

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="rolls")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="rolls")
    of = models.CharField(max_length=8, choices=Of.choices)
    question = models.CharField(max_length=20, help_text="code of what is asked, as sweep or sampled")
    part = models.IntegerField(help_text="which part of the tables holds it: minus the event's id, or its own id")
    opened_by = models.BigIntegerField(null=True, blank=True)
    opened_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True, help_text="since when everybody due stands in it")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(name="roll_open", fields=["area"], condition=Q(closed_at__isnull=True))]
        constraints = [
            models.CheckConstraint(name="roll_of_persons_or_doors", condition=Q(of__in=["persons", "doors"])),
            models.CheckConstraint(
                name="roll_ready_before_it_closes",
                condition=Q(closed_at__isnull=True) | Q(ready_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="roll_one_open_for_a_question",
                fields=["event", "area", "of", "question"],
                condition=Q(closed_at__isnull=True),
            ),
        ]


class Standing(models.Model):
    """How one person or door stands in one roll: the only source of balances."""

    pk = models.CompositePrimaryKey("subject", "roll_id", "part")
    subject = models.BigIntegerField(help_text="a person or a door, by the roll's kind")
    roll = models.ForeignKey(Roll, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    part = models.IntegerField()
    micro_grid = models.BigIntegerField()
    state = models.SmallIntegerField(choices=State.choices)
    owner = models.BigIntegerField(null=True, blank=True, help_text="user named for it; else the grid's worker")


class StandingChange(models.Model):
    """One change of a standing, for good. A past balance is that of now without the later ones."""

    pk = models.CompositePrimaryKey("id", "part")
    id = models.BigIntegerField(help_text="from the sequence of the table, over all parts")
    part = models.IntegerField()
    roll = models.ForeignKey(Roll, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    subject = models.BigIntegerField()
    state_from = models.SmallIntegerField(null=True, blank=True, help_text="empty: not in the roll before")
    state_to = models.SmallIntegerField()
    micro_grid_from = models.BigIntegerField(null=True, blank=True)
    micro_grid_to = models.BigIntegerField()
    cause = models.SmallIntegerField(choices=Cause.choices)
    fact = models.UUIDField(null=True, blank=True, help_text="what made it so, in the room that keeps it")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    transaction = models.TextField(help_text="id of the transaction, to leave out what a figure had not seen")


class Counter(models.Model):
    """How many of a roll stand how in a micro-grid; changes with the standings, in one transaction."""

    pk = models.CompositePrimaryKey("roll_id", "micro_grid")
    roll = models.ForeignKey(Roll, on_delete=models.CASCADE, related_name="counters", db_index=False)
    micro_grid = models.BigIntegerField()
    s0 = models.IntegerField(default=0)
    s1 = models.IntegerField(default=0)
    s2 = models.IntegerField(default=0)
    s3 = models.IntegerField(default=0)
    s4 = models.IntegerField(default=0)
    s5 = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="counter_never_below_zero",
                condition=Q(s0__gte=0, s1__gte=0, s2__gte=0, s3__gte=0, s4__gte=0, s5__gte=0),
            )
        ]


class Missed(models.Model):
    """Who moved, or which door changed, while a roll was being made: it catches up with these before it is ready."""

    id = models.BigAutoField(primary_key=True)
    roll = models.ForeignKey(Roll, on_delete=models.CASCADE, related_name="missed")
    subject = models.BigIntegerField()
