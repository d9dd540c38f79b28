"""The ledger: sweeps from door to door, what was found at each, and what was said of each person (DOMAIN.md A.4).

A finding is a fact and is kept whatever it does to a standing. What is wrong is taken back, never overwritten.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.common.ids import uuid7
from linli.events.models import Event
from linli.people.models import Person
from linli.places.models import Area, Building, Place
from linli.rolls.models import Roll


class Sweep(models.Model):
    """One going from door to door: the two rolls that it is counted in, over the same area for the same event."""

    id = models.BigAutoField(primary_key=True)
    doors = models.OneToOneField(Roll, on_delete=models.PROTECT, related_name="sweep_of_doors")
    persons = models.OneToOneField(Roll, on_delete=models.PROTECT, related_name="sweep_of_persons")


class Finding(models.Model):
    """What was found at one door: somebody knocked, rang, was written to by the group, or heard it from a neighbour."""

    class Result(models.TextChoices):
        ANSWERED = "answered"
        NO_ANSWER = "no_answer"
        VACANT = "vacant"
        REFUSED = "refused"

    class How(models.TextChoices):
        DOOR = "door"
        PHONE = "phone"
        GROUP = "group", "group message"
        NEIGHBOUR = "neighbour"
        COUNTER = "counter", "came to the counter"
        SELF = "self", "reported by themselves"
        FILE = "file", "from a file"

    id = models.UUIDField(primary_key=True, default=uuid7)
    sweep = models.ForeignKey(Sweep, on_delete=models.PROTECT, related_name="findings")
    dwelling = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="findings")
    result = models.CharField(max_length=10, choices=Result.choices)
    how = models.CharField(max_length=10, choices=How.choices)
    by = models.BigIntegerField(null=True, blank=True, help_text="user id of whoever recorded it")
    device = models.UUIDField(null=True, blank=True)
    happened_at = models.DateTimeField(help_text="by the corrected clock of whoever recorded it")
    clipped = models.BooleanField(default=False, help_text="the device's clock could not be right")
    recorded_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["dwelling", "sweep"], name="finding_at_door")]
        constraints = [
            models.CheckConstraint(
                name="finding_result_known", condition=Q(result__in=["answered", "no_answer", "vacant", "refused"])
            ),
            models.CheckConstraint(
                name="finding_vacant_takes_more_than_silence",
                condition=~Q(result="vacant") | Q(how__in=["door", "neighbour", "phone", "file"]),
            ),
            models.CheckConstraint(
                name="finding_taken_back_by_somebody",
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True) | Q(taken_back_at__isnull=False),
            ),
        ]


class Said(models.Model):
    """What was said of one person at a door. One member may answer for the household."""

    class State(models.TextChoices):
        HERE = "here"
        EXEMPT = "exempt"
        AWAY = "away", "confirmed away"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="said")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="said")
    state = models.CharField(max_length=8, choices=State.choices)
    spoke = models.BooleanField(default=False, help_text="whether they were the one who answered for the household")

    class Meta:
        indexes = [models.Index(fields=["person"], name="said_of_person")]
        constraints = [
            models.UniqueConstraint(name="said_once_of_each_at_a_door", fields=["finding", "person"]),
            models.UniqueConstraint(name="said_by_one_of_them", fields=["finding"], condition=Q(spoke=True)),
            models.CheckConstraint(
                name="said_by_who_is_here", condition=Q(spoke=False) | Q(state__in=["here", "refused"])
            ),
            models.CheckConstraint(
                name="said_state_known", condition=Q(state__in=["here", "exempt", "away", "refused"])
            ),
        ]


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


class PaperSheet(models.Model):
    """A numbered sheet of paper: doors of one micro-grid that are still to be reached, as they were printed."""

    class Fate(models.TextChoices):
        RETURNED = "returned"
        DESTROYED = "destroyed"

    number = models.CharField(primary_key=True, max_length=8, help_text="of the export by which it left")
    sweep = models.ForeignKey(Sweep, on_delete=models.PROTECT, related_name="sheets")
    micro_grid = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="sheets")
    asked_by = models.BigIntegerField(help_text="user id of whoever asked for it")
    asked_at = models.DateTimeField()
    printed_at = models.DateTimeField(null=True, blank=True, help_text="when it left first; empty: it never did")
    fate = models.CharField(max_length=9, choices=Fate.choices, blank=True)
    fate_at = models.DateTimeField(null=True, blank=True)
    fate_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["micro_grid", "asked_at"], name="sheet_of_micro_grid")]
        constraints = [
            models.CheckConstraint(
                name="sheet_fate_of_what_was_printed",
                condition=Q(fate="", fate_at__isnull=True, fate_by__isnull=True)
                | Q(fate__in=["returned", "destroyed"], fate_at__isnull=False, printed_at__isnull=False),
            )
        ]


class PaperLine(models.Model):
    """One door on a sheet, with the people printed below it, in their order; or a blank one of a building.

    A blank one has no door until what was written there is typed back.
    """

    pk = models.CompositePrimaryKey("sheet_id", "n")
    sheet = models.ForeignKey(PaperSheet, on_delete=models.CASCADE, related_name="lines", db_index=False)
    n = models.SmallIntegerField(help_text="from 1, in walking order")
    dwelling = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="paper_lines")
    building = models.ForeignKey(
        Building, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="of a blank line"
    )
    persons = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="paper_line_of_a_door_or_blank", condition=Q(dwelling__isnull=False) | Q(building__isnull=False)
            )
        ]


class ReportForm(models.Model):
    """A form that an office requires, as it looks: asked once what its columns mean, then filled from the ledger."""

    class Rows(models.TextChoices):
        PERSON = "person", "a person"
        MICRO_GRID = "micro_grid", "a micro-grid"
        GRID = "grid", "a grid"

    id = models.BigAutoField(primary_key=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="report_forms")
    name = models.CharField(max_length=80)
    required_by = models.CharField(max_length=80, help_text="the office that requires it")
    rows = models.CharField(max_length=10, choices=Rows.choices, help_text="what one row of it is about")
    layout = models.JSONField(help_text="how it looks: common.sheets.layout.Layout, without rows")
    made_by = models.BigIntegerField(null=True, blank=True)
    made_at = models.DateTimeField()
    removed_by = models.BigIntegerField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="report_form_name_once", fields=["area", "name"], condition=Q(removed_at__isnull=True)
            ),
            models.CheckConstraint(
                name="report_form_has_a_name_and_an_office", condition=~Q(name="") & ~Q(required_by="")
            ),
            models.CheckConstraint(
                name="report_form_rows_known", condition=Q(rows__in=["person", "micro_grid", "grid"])
            ),
            models.CheckConstraint(
                name="report_form_removed_at_a_moment",
                condition=Q(removed_by__isnull=True) | Q(removed_at__isnull=False),
            ),
        ]


class ReportColumn(models.Model):
    """One column of a form and what it is filled with."""

    class Kind(models.TextChoices):
        FIELD = "field", "from the ledger"
        CONSTANT = "constant", "the same text in every row"
        BY_HAND = "by_hand", "typed by hand"
        OPEN = "open", "not said yet"
        UNLAWFUL = "unlawful", "may not be kept or handed on"

    pk = models.CompositePrimaryKey("form_id", "at")
    form = models.ForeignKey(ReportForm, on_delete=models.CASCADE, related_name="columns", db_index=False)
    at = models.SmallIntegerField(help_text="from 0, as the spreadsheet has them")
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    meaning = models.CharField(max_length=20, blank=True, help_text="key of ledger.forms.meanings")
    constant = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            # Which of two is meant is asked, not guessed; filled twice, one of them would be somebody else's.
            models.UniqueConstraint(
                name="report_column_means_it_alone", fields=["form", "meaning"], condition=~Q(meaning="")
            ),
            models.CheckConstraint(name="report_column_at_a_place", condition=Q(at__gte=0)),
            models.CheckConstraint(
                name="report_column_says_what_its_kind_says",
                condition=Q(kind="field", constant="") & ~Q(meaning="")
                | Q(kind="constant", meaning="") & ~Q(constant="")
                | Q(kind__in=["by_hand", "open", "unlawful"], meaning="", constant=""),
            ),
        ]


class ReportFilling(models.Model):
    """One time that a form was filled, in cells: how many need no more typing, and how many do. Nobody is in it."""

    number = models.CharField(primary_key=True, max_length=8, help_text="of the export by which it leaves")
    form = models.ForeignKey(ReportForm, on_delete=models.PROTECT, related_name="fillings")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    filled_at = models.DateTimeField()
    rows = models.IntegerField()
    filled = models.IntegerField(help_text="cells that need no typing")
    masked = models.IntegerField(help_text="cells behind their masks")
    empty = models.IntegerField(help_text="cells that the ledger knows nothing for")
    by_hand = models.IntegerField(help_text="cells of columns that are typed by hand")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="report_filling_counts_cells",
                condition=Q(rows__gt=0, filled__gte=0, masked__gte=0, empty__gte=0, by_hand__gte=0),
            )
        ]

    @property
    def cells(self) -> int:
        """All cells that the form asks for."""
        return self.filled + self.masked + self.empty + self.by_hand


class DoorCode(models.Model):
    """The code on a door's sheet, by which whoever is behind the door reports themselves. It only takes.

    Its letters stand nowhere: they follow from the row's id under a key of the keyring (``doorcodes``).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="door_codes")
    dwelling = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="door_codes")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="another took its place")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="door_code_one_that_counts", fields=["dwelling", "event"], condition=Q(ended_at__isnull=True)
            ),
        ]


class SelfReport(models.Model):
    """What one phone said through a door's code. It waits for the desk or the door's grid worker, and changes nothing
    before. Once it is decided about, what it said stands with the people, and no longer here."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="self_reports")
    dwelling = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="self_reports")
    device = models.BinaryField(max_length=32, help_text="digest of a cookie: who may mend it, until it is decided")
    said_index = models.BinaryField(max_length=16, help_text="keyed digest of what was said: sent again it is known")
    asked = models.JSONField(default=dict, help_text="what was needed: code of the need to the duty log's entry")
    said_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["dwelling"], name="self_report_waiting", condition=Q(decided_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                name="self_report_one_waits_of_each_phone",
                fields=["dwelling", "event", "device"],
                condition=Q(decided_at__isnull=True),
            ),
            models.CheckConstraint(
                name="self_report_decided_by_somebody",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]


class SelfReported(models.Model):
    """One person in a self-report: a name until it is decided about, then who it was."""

    class Outcome(models.TextChoices):
        WAITS = ""
        KNOWN = "known", "somebody who was known"
        NEW = "new", "somebody new"
        ASIDE = "aside", "set aside"

    id = models.UUIDField(primary_key=True, default=uuid7)
    report = models.ForeignKey(SelfReport, on_delete=models.CASCADE, related_name="people", db_index=False)
    n = models.SmallIntegerField(help_text="from 1; the first is whoever wrote")
    name = models.CharField(max_length=40, blank=True)
    phone = models.BinaryField(null=True, blank=True)
    phone_index = models.BinaryField(null=True, blank=True, max_length=16)
    guest = models.BooleanField(default=False, help_text="registered elsewhere, here for a while")
    outcome = models.CharField(max_length=5, choices=Outcome.choices, blank=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="self_reported")

    class Meta:
        indexes = [
            models.Index(fields=["phone_index"], name="self_reported_phone", condition=Q(phone_index__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(name="self_reported_in_order", fields=["report", "n"]),
            models.CheckConstraint(
                name="self_reported_phone_and_index_together",
                condition=Q(phone__isnull=True, phone_index__isnull=True)
                | Q(phone__isnull=False, phone_index__isnull=False),
            ),
            models.CheckConstraint(
                name="self_reported_keeps_nothing_that_stands_elsewhere",
                condition=Q(outcome="", person__isnull=True) & ~Q(name="")
                | Q(outcome__in=["known", "new"], person__isnull=False, name="", phone__isnull=True)
                | Q(outcome="aside", person__isnull=True, name="", phone__isnull=True),
            ),
        ]
