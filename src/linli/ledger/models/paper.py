"""Sheets of paper that are out, and what came back on each line."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from linli.ledger.models.sweeps import Sweep
from linli.places.models import Area, Building, Place


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
