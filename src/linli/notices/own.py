"""What somebody was told, for the person themselves."""

from django.utils.translation import gettext

from linli.common.moments import local
from linli.custody.export import Section
from linli.notices.models import Told
from linli.notices.telling import in_words


def sections_of(person: int) -> list[Section]:
    """Everything a person was told, the newest first: when, what, and when they read it or were called."""
    told = Told.objects.select_related("notice").prefetch_related("sendings")
    rows = list(told.filter(person=person).order_by("-pk"))
    words = in_words([row.notice for row in rows])
    titles = (gettext("When"), gettext("What"), gettext("Read"), gettext("Told by phone"), gettext("Messages sent"))
    lines = [
        (
            local(row.told_at),
            words[row.notice_id].text,
            local(row.read_at),
            local(row.called_at),
            gettext(", ").join(local(each.sent_at) for each in row.sendings.all() if each.sent_at),
        )
        for row in rows
    ]
    return [Section(gettext("Notices"), titles, lines)]
