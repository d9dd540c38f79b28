"""Figures put together, and briefings kept as they were given."""

from django.db import models

from linli.events.models import Event
from linli.places.models import Area


class Briefing(models.Model):
    """A briefing as it was given: figures and text in both languages, fixed and reproducible."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="briefings")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateTimeField()
    figures = models.JSONField()
    text_zh = models.TextField()
    text_en = models.TextField()
    wording = models.SmallIntegerField(help_text="number of the wording, a key of text.WORDINGS")
    digest = models.CharField(max_length=64)
    saved_by = models.BigIntegerField()
    saved_at = models.DateTimeField()
