"""Having one masked field shown in full: what the form asked for, written in the trail before anything is shown."""

from django.http import HttpRequest

from linli.access.callers import caller_of
from linli.common.clock import now
from linli.common.errors import Invalid
from linli.custody import reveals
from linli.custody.roles import Reveal

FIELDS = {"phone": Reveal.PHONE, "door": Reveal.DOOR, "id_tail": Reveal.ID_TAIL}


def asked(request: HttpRequest, *, subject: str, area: int) -> str:
    """Which field a form asks to be shown, once that this caller saw it stands in the trail; a key of `FIELDS`.

    Raises:
        Invalid: no such field.
        MayNotReveal, ReasonMissing, TooManyReveals: as `custody.reveals` says.
    """
    field = request.POST.get("field", "")
    if field not in FIELDS:
        raise Invalid
    reason = request.POST.get("reason", "")
    reveals.reveal(caller_of(request), subject=subject, field=FIELDS[field], reason=reason, at=now(), area=area)
    return field
