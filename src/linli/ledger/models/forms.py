"""Forms that offices require, and how they are filled."""

from django.db import models
from django.db.models import Q

from linli.places.models import Area


class ReportForm(models.Model):
    """A form that an office requires, as it looks: asked once what its columns mean, then filled from the ledger."""

    class Rows(models.TextChoices):
        PERSON = "person", "a person"
        HOUSEHOLD = "household", "a household"
        EVERY_DOOR = "every_door", "a household, and every door where nobody is counted"
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
                name="report_form_rows_known",
                condition=Q(rows__in=["person", "household", "every_door", "micro_grid", "grid"]),
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
