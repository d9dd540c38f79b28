"""What the app asks and brings, as JSON. Each exchange names its version; what cannot be understood is kept there."""

import re
from base64 import b64encode
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from linli.access.callers import account_of, caller_of, phone_of
from linli.access.errors import PinAsked
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Invalid
from linli.duty.hours.queries import LEADING
from linli.events.models import Event
from linli.events.packs import pack_of
from linli.field import envelopes, leases, numbers, outbox, roster, settling, told
from linli.people.queries import city_is_synthetic
from linli.web.exchanging import check_version, in_ms, reply, said, told_as_json
from linli.web.field.shell import version
from linli.web.words import event_name

_KNOWN = re.compile(r"(\d{1,2}):([0-9a-f]{16})")


@open_to(anonymous=True)
@never_cache
@require_safe
@told_as_json
def hello(request: HttpRequest) -> HttpResponse:
    """Who is signed in here, what time it is, and whether the phone may still hold what it was lent."""
    me, phone, account = caller_of(request), phone_of(request), account_of(request)
    works = bool(me.areas(*leases.ROLES))
    pin = reverse("type_pin") if phone.locked else reverse("account_login")
    number, point = envelopes.public_key()
    return reply(
        csrf=get_token(request),
        app=version(),
        name=account.display_name if account is not None else "",
        works=works,
        leads=bool(me.areas(*LEADING)),
        known=_is_known(request),
        sign_in=f"{pin}?next={reverse('field_app')}",
        sign_out=reverse("account_logout" if request.user.is_authenticated else "leave_phone"),
        lease=_lease_state(request.GET.get("lease", "")),
        key={"k": number, "point": point},
        synthetic=city_is_synthetic(),
    )


def _lease_state(text: str) -> str:
    """in_force, over or revoked; of what was never lent here: unknown. Says nothing of whom it was lent to."""
    lease_id = _uuid(text)
    lease = leases.of(lease_id) if lease_id is not None else None
    if lease is None:
        return "unknown"
    if leases.was_revoked(lease):
        return "revoked"
    return "over" if leases.is_over(lease, now()) else "in_force"


@open_to(*leases.LENT_TO)
@never_cache
@require_POST
@told_as_json
def lend(request: HttpRequest) -> HttpResponse:
    """Lend this phone its holder's doors, and the people they lead, for a day and a bit."""
    brought, me, at = said(request), caller_of(request), now()
    device = _uuid(brought.get("device"))
    if device is None:
        raise Invalid
    lease, secret = leases.start(device, by=me, at=at)
    number, point = envelopes.public_key()
    role = next(role for role in leases.LENT_TO if me.areas(role))
    event = Event.objects.get(pk=lease.event)
    return reply(
        lease=str(lease.pk),
        secret=b64encode(secret).decode(),
        since=in_ms(lease.since),
        until=in_ms(lease.until),
        author=me.user,
        role=role,
        doors=bool(me.areas(*leases.ROLES)),
        name=getattr(account_of(request), "display_name", ""),
        event=event_name(event),
        exercise=event.exercise,
        safety=pack_of(event).safety.told.told(),
        key={"k": number, "point": point},
    )


@open_to(*leases.LENT_TO)
@never_cache
@require_POST
@told_as_json
def give_up(request: HttpRequest) -> HttpResponse:
    """Give the doors back."""
    lease_id = _uuid(said(request).get("lease"))
    if lease_id is None:
        raise Invalid
    leases.end(lease_id, by=caller_of(request), at=now())
    return reply()


@open_to(*leases.LENT_TO)
@never_cache
@require_safe
@told_as_json
@gzip_page  # a tenth of it goes over the air; nothing that somebody else could choose stands beside what is secret
def doors(request: HttpRequest) -> HttpResponse:
    """The doors and people of a lease, as far as the phone does not know them; what waits for its author's decision.

    An app from before there were people asks for none, and is told of none; so with what its holder was told.
    """
    check_version(request.GET.get("v"))
    lease_id = _uuid(request.GET.get("lease"))
    if lease_id is None:
        raise Invalid
    me, at = caller_of(request), now()
    lease = leases.in_force(lease_id, by=me, at=at)
    known = {int(part): digest for part, digest in _KNOWN.findall(request.GET.get("known", ""))}
    crew_known = request.GET.get("crew")
    found = roster.of(lease, known=known, crew_known=crew_known or "", by=me, at=at)
    crew: dict[str, Any] = {} if crew_known is None else {"crew_digest": found.crew.digest, "crew": found.crew.says}
    if crew and crew_known == found.crew.digest:
        crew["crew"] = None
    return reply(
        parts=found.parts,
        digests=found.digests,
        people=found.people,
        around=None if found.around.digest == request.GET.get("around") else found.around.says,
        around_digest=found.around.digest,
        **crew,
        **({"told": told.of(lease)} if "told" in request.GET else {}),
        waiting=[_waiting(each) for each in settling.waiting_for(lease.user_id)],
    )


@open_to(*leases.ROLES)
@never_cache
@require_POST
@told_as_json
def number(request: HttpRequest) -> HttpResponse:
    """The phone number of one person behind a door, for a reason; it is written in the trail first."""
    brought, me, at = said(request), caller_of(request), now()
    lease_id, person = _uuid(brought.get("lease")), brought.get("person")
    if lease_id is None or not isinstance(person, int) or isinstance(person, bool) or not 0 < person < 2**63:
        raise Invalid
    leases.in_force(lease_id, by=me, at=at)
    return reply(number=numbers.ask(person, str(brought.get("reason", "")), by=me, at=at))


def _waiting(each: settling.Waiting) -> dict[str, Any]:
    theirs = each.theirs
    return {
        "key": str(each.key),
        "state": each.state,
        "code": each.problem.code if each.problem is not None else "",
        "sentence": each.problem.told() if each.problem is not None else "",
        "at": in_ms(each.happened_at),
        "mine": {
            part: each.mine.get(part)
            for part in ("kind", "door", "result", "how", "said", "name", "need", "what", "number", "person")
        },
        "theirs": None
        if theirs is None
        else {"r": theirs.result, "h": theirs.how, "t": in_ms(theirs.happened_at), "by": each.theirs_by},
    }


@open_to(anonymous=True)
@never_cache
@require_POST
@told_as_json
def bring(request: HttpRequest) -> HttpResponse:
    """Take what a phone brings, its own or what somebody else wrote on it. Its PIN need not have been typed again.

    Raises:
        PinAsked: nobody this installation knows is signed in on it.
    """
    if not _is_known(request):
        raise PinAsked
    envelopes_brought = said(request).get("envelopes")
    if not isinstance(envelopes_brought, list) or len(envelopes_brought) > outbox.MOST_AT_ONCE:
        raise Invalid
    answers = outbox.take_all(envelopes_brought, by=caller_of(request), at=now())
    return reply(answers=[_answer(each) for each in answers])


def _answer(each: outbox.Answer) -> dict[str, str]:
    told = {"key": each.key, "state": each.state}
    if each.problem is not None:
        told |= {"code": each.problem.code, "sentence": each.problem.told()}
    return told


def _is_known(request: HttpRequest) -> bool:
    """Whether an account, a bound phone, or a phone of staff, its PIN typed or not, asks."""
    me = caller_of(request)
    return me.user is not None or me.device is not None or phone_of(request).session is not None


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


urlpatterns = [
    path("field/api/hello", hello, name="field_hello"),
    path("field/api/lease", lend, name="field_lend"),
    path("field/api/lease/end", give_up, name="field_give_up"),
    path("field/api/roster", doors, name="field_roster"),
    path("field/api/number", number, name="field_number"),
    path("field/api/outbox", bring, name="field_outbox"),
]
