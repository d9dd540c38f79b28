"""Words of phones and of how they came in, and the picture on a paper."""

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop

from linli.access.devices import Kind, Way, keep_on_device
from linli.access.models import DeviceSession
from linli.common.caller import Caller
from linli.muster import queries

_KINDS = {
    Kind.IPHONE: gettext_noop("iPhone or iPad"),
    Kind.ANDROID: gettext_noop("Android phone"),
    Kind.COMPUTER: gettext_noop("Computer"),
    Kind.OTHER: gettext_noop("Phone"),
}
_WAYS = {
    Way.SIGN_UP: gettext_noop("signed up on it"),
    Way.CODE: gettext_noop("with a code that was sent"),
    Way.PAPER: gettext_noop("with a code on paper"),
    Way.QR: gettext_noop("with a QR and a PIN"),
}


def told(session: DeviceSession, current: object = None) -> dict[str, object]:
    """One phone as a list shows it."""
    return {
        "id": session.pk,
        "kind": gettext(_KINDS[Kind(session.kind)]),
        "way": gettext(_WAYS[Way(session.way)]),
        "for_another": session.for_another,
        "since": session.created_at,
        "until": session.expires_at,
        "active": session.active_at,
        "here": session.pk == current,
    }


def picture_of(url: str) -> SafeString:
    """An address as a picture to be photographed from paper."""
    drawn = segno.make(url, error="q", micro=False)
    return mark_safe(drawn.svg_inline(scale=8, omitsize=True))  # noqa: S308 -- segno drew it


def into_own_pages(request: HttpRequest, session: DeviceSession, secret: str) -> HttpResponse:
    """From having come in to what one came for: one's sign-up, all of them, or one's phones."""
    me = Caller(person=session.person, device=session.pk)
    claims = queries.claims_of_device(me)
    reply = redirect("claim", claims[0].pk) if len(claims) == 1 else redirect("claims" if claims else "my_devices")
    keep_on_device(reply, request, secret)
    return reply
