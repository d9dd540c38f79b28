"""Certificates of hours: the number that stands in place of an ID number, and which certificates were issued."""

from django.db import models
from django.db.models import Q

from linli.common.ids import uuid7
from linli.people.models import Person


class VolunteerNumber(models.Model):
    """The national number of a volunteer, as they gave it; sealed. It stands on certificates, an ID number never."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.PROTECT, related_name="volunteer_number")
    number = models.BinaryField(help_text="sealed")
    given_at = models.DateTimeField()


class HoursCertificate(models.Model):
    """That a certificate was issued, and its digest: whoever is shown one can see that it is ours and unchanged."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="hours_certificates")
    digest = models.CharField(max_length=64, unique=True)
    tenths = models.IntegerField(help_text="hours in tenths")
    lines = models.IntegerField(help_text="of how many duties")
    issued_by = models.BigIntegerField(null=True, blank=True, help_text="account of the desk; none: their own phone")
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="hours_certificate_of_something", condition=Q(tenths__gte=0, lines__gt=0))
        ]
