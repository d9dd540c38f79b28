"""The file itself: for who asked, until it expires; and one's own data for the person themselves."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.db.models import F
from django.http import HttpResponse

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import secrets, trail
from linli.custody.errors import ExportOver, ExportWaits, MayNotTakeOut
from linli.custody.export import files
from linli.custody.export.files import Kept, Kind, Mark
from linli.custody.export.listing import Section, roles_over
from linli.custody.export.queries import State, state_of
from linli.custody.models import Export, ExportRows

KEPT_ON_RECORD = timedelta(days=183)  # as long as the trail


@transaction.atomic
def take(
    export: Export,
    *,
    kind: Kind,
    mark: Mark,
    by: Caller,
    at: datetime,
    paper: Callable[[Kept, Sequence[str]], bytes] | None = None,
) -> HttpResponse:
    """The file as an answer, and one more entry in the trail.

    Args:
        paper: sets a numbered sheet, given what was frozen and the lines of its mark; a sheet leaves in no other way.

    Raises:
        NotFound: somebody else asked for it.
        MayNotTakeOut: their role over the area has ended since.
        ExportWaits: nobody has confirmed it yet.
        ExportOver: it is gone.
    """
    held = Export.objects.select_for_update().get(pk=export.pk)
    if by.user is None or held.asked_by != by.user:
        raise NotFound
    if not roles_over(by, held.above, sheet=held.sheet):
        raise MayNotTakeOut
    state = state_of(held, at)
    if state == State.WAITING:
        raise ExportWaits(number=held.number)
    content = ExportRows.objects.filter(export=held).first()
    if state != State.READY or content is None:
        raise ExportOver(number=held.number)
    kept = msgspec.json.decode(secrets.unseal(content.sealed), type=Kept)
    body = files.listing(kept, held, kind=kind, mark=mark, at=at, paper=paper)
    Export.objects.filter(pk=held.pk).update(
        taken=F("taken") + 1, first_taken_at=held.first_taken_at or at, last_taken_at=at
    )
    facts: dict[str, trail.Fact | list[trail.Fact]] = {
        "file": str(kind),
        "rows": held.rows,
        "people": held.people,
        "times": held.taken + 1,
    }
    trail.record("export.taken", who=by, subject=f"export:{held.number}", at=at, area=held.area, facts=facts)
    return _answer(body, kind, f"linli-{held.number}")


@transaction.atomic
def own(
    sections: Sequence[Section], *, subject: str, kind: Kind, synthetic: bool, by: Caller, at: datetime
) -> HttpResponse:
    """What is stored about somebody, as a file for the person themselves; who may ask is decided by the caller.

    Args:
        subject: the person or the sign-up, as the trail names it.
    """
    body = files.own_data(sections, kind=kind, synthetic=synthetic, at=at)
    facts: dict[str, trail.Fact | list[trail.Fact]] = {
        "file": str(kind),
        "rows": sum(len(section.rows) for section in sections),
    }
    trail.record("own_data.taken", who=by, subject=subject, at=at, facts=facts)
    return _answer(body, kind, "linli-my-data")


@transaction.atomic
def own_paper(body: bytes, *, subject: str, kind: Kind, what: str, by: Caller, at: datetime) -> HttpResponse:
    """Something about one person as a file for that person: on their own phone, or handed over at their desk.

    Who may ask is decided by the caller.

    Args:
        what: a code for the trail and the file's name, as my-hours.
    """
    trail.record("own_data.taken", who=by, subject=subject, at=at, facts={"file": str(kind), "what": what})
    return _answer(body, kind, f"linli-{what}")


@transaction.atomic
def hand_back(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    what: str,
    area: int | None,
    taken_by: str,
    synthetic: bool,
    by: Caller,
    at: datetime,
) -> HttpResponse:
    """Rows of a file that somebody brought and that was not taken, back to that account, to be mended.

    Nothing leaves that they did not bring within the hour: no second person is asked. The trail keeps how many.

    Args:
        what: the code of what the file is.
    """
    body = files.to_mend(title, columns, rows, taken_by=taken_by, synthetic=synthetic, at=at)
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"template": what, "rows": len(rows)}
    trail.record("rows.handed_back", who=by, subject=f"user:{by.user}", at=at, area=area, facts=facts)
    return _answer(body, Kind.XLSX, f"linli-{what}-to-mend")


def _answer(body: bytes, kind: Kind, name: str) -> HttpResponse:
    reply = HttpResponse(body, content_type=files.CONTENT_TYPES[kind])
    reply["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    reply["Cache-Control"] = "private, no-store"
    return files.marked(reply)


def forget(*, at: datetime) -> int:
    """Delete the rows of files that have expired, and what is on record of those of six months ago."""
    Export.objects.filter(asked_at__lte=at - KEPT_ON_RECORD).delete()
    return ExportRows.objects.filter(export__expires_at__lte=at).delete()[0]
