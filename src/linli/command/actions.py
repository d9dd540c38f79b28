"""What those who speak for an area do."""

from datetime import datetime

from django.db import transaction

from linli.command import queries, record
from linli.command.errors import NotYoursToBrief
from linli.command.figures import told_outside
from linli.command.models import Briefing
from linli.command.text import WORDING
from linli.common.caller import Caller
from linli.custody import trail
from linli.custody.roles import Decide, deciding
from linli.events.models import Event
from linli.muster.queries import areas_seen
from linli.places.models import Area


@transaction.atomic
def save_briefing(event: Event, area: Area, *, by: Caller, at: datetime) -> Briefing:
    """Keep the briefing of an area as it stands, figures and text in both languages.

    It is made to leave the house: what counts fewer than five people is not in it.

    Raises:
        NotYoursToBrief: the caller does not speak for all of that area.
    """
    if by.user is None or not areas_seen(by, at, *deciding(Decide.BRIEFINGS)).filter(inner=area.pk).exists():
        raise NotYoursToBrief
    facts = told_outside(queries.facts(event, area, at))
    kept = record.as_json(facts)
    text_zh, text_en = record.texts(facts, WORDING)
    digest = record.digest_of(kept, WORDING, text_zh, text_en)
    saved = Briefing.objects.create(
        event=event,
        area=area,
        as_of=at,
        figures=kept,
        text_zh=text_zh,
        text_en=text_en,
        wording=WORDING,
        digest=digest,
        saved_by=by.user,
        saved_at=at,
    )
    trail.record(
        "briefing.saved", who=by, subject=f"briefing:{saved.pk}", at=at, area=area.pk, facts={"digest": digest}
    )
    return saved
