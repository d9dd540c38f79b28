"""What became of the sheets of an event: for the review, and for the certificate of destruction."""

from dataclasses import dataclass

from django.db.models import Count, Q

from linli.ledger.models import PaperSheet


@dataclass(frozen=True, slots=True)
class Sheets:
    """Numbered sheets that left: printed = returned + destroyed + missing."""

    printed: int
    returned: int
    destroyed: int

    @property
    def missing(self) -> int:
        """Those of which nobody said that they came back or were destroyed."""
        return self.printed - self.returned - self.destroyed


def sheets_of(event_id: int) -> Sheets:
    """The sheets of all sweeps of an event. One query."""
    printed = PaperSheet.objects.filter(sweep__persons__event=event_id, printed_at__isnull=False)
    found = printed.aggregate(
        printed=Count("pk"),
        returned=Count("pk", filter=Q(fate=PaperSheet.Fate.RETURNED)),
        destroyed=Count("pk", filter=Q(fate=PaperSheet.Fate.DESTROYED)),
    )
    return Sheets(**found)
