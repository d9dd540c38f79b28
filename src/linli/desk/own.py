"""What the duty log holds about somebody, for the person themselves: when, and where it stands.

Not what was said: it is somebody else's call too. The desk answers whoever asks it for more.
"""

from django.utils.translation import gettext

from linli.common.moments import local
from linli.custody.export import Section
from linli.desk.models import Entry


def sections_of(person: int) -> list[Section]:
    """Entries for which this person's known number was called back, the newest first."""
    found = Entry.objects.select_related("community").filter(person=person).order_by("-received_at")
    rows = [(local(row.received_at), row.community.called, local(row.closed_at)) for row in found]
    titles = (gettext("Noted"), gettext("Community"), gettext("Closed"))
    return [Section(gettext("In the duty log"), titles, rows)]
