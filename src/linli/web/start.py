"""The sheet that leads phones here: LINLI_URL as a picture, and what a phone needs first in an office's Wi-Fi."""

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from linli.access.permit import open_to
from linli.conf.env import Env
from linli.conf.ways import Way, way_of
from linli.ops import authority
from linli.ops.errors import NoAuthority


@open_to(anonymous=True)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """By which address phones come here; where they cannot, that."""
    return render(request, "start/start.html", {"pages": _sheet(settings.ENV)})


def _sheet(env: Env) -> dict[str, object] | None:
    if not env.names:
        return None
    # Drawn for paper that hangs in rain and lamplight: a quarter of it may be unreadable.
    drawn = segno.make(env.site, error="q", micro=False).svg_inline(scale=8, omitsize=True)
    return {
        "url": env.site,
        "picture": mark_safe(drawn),  # noqa: S308 -- segno drew it
        "fingerprint": _fingerprint(env) if way_of(env) is Way.OFFICE else [],
    }


def _fingerprint(env: Env) -> list[str]:
    """The authority's fingerprint in four lines of eight pairs, to be compared by eye."""
    try:
        pairs = authority.read(env).fingerprint.split(":")
    except NoAuthority:
        return []
    return [" ".join(pairs[at : at + 8]) for at in range(0, 32, 8)]


urlpatterns = [path("start/", start, name="start")]
