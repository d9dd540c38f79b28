"""Taps that a volunteer's phone kept without a signal: the page it keeps for that, and what it brings, as JSON."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.access import marks
from linli.access.callers import caller_of, device_session_of
from linli.access.models import DeviceSession
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Invalid, LinliError, NotFound
from linli.custody import masks
from linli.field import own
from linli.people.queries import city_is_synthetic
from linli.web import kept
from linli.web.exchanging import reply, said, told_as_json
from linli.web.hours.tap_words import LOST, WITHOUT_SIGNAL
from linli.web.leaving import file_of_nobody

FILES = ("dist/taps.js", "dist/app.css", "icon.svg")
PAGE = "hours/no_signal.html"


@open_to(anonymous=True)
@never_cache
@require_safe
def no_signal(request: HttpRequest) -> HttpResponse:
    """The page that stands for a post's where there is no signal: the same for everybody, in both languages."""
    told = {
        "words": kept.in_each_language(WITHOUT_SIGNAL),
        "asked": f"?{version()}",
        "synthetic": city_is_synthetic(),
    }
    return render(request, PAGE, told)


@open_to(anonymous=True)
@file_of_nobody("the script that keeps a page on a phone: the same for everybody")
@never_cache
@require_safe
def taps_worker(request: HttpRequest) -> HttpResponse:
    """The service worker of posts. Its parts are asked for by their version: pages with a signal never get them."""
    page, parts = reverse("no_signal"), [f"{static(name)}?{version()}" for name in FILES]
    return kept.worker_of("dist/taps-worker.js", version=version(), page=page, parts=parts)


@cache
def version() -> str:
    """A digest of all that the kept page is made of."""
    return kept.digest_of((*FILES, "dist/taps-worker.js"), PAGE, WITHOUT_SIGNAL)


@open_to(anonymous=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@told_as_json
def taps(request: HttpRequest) -> HttpResponse:
    """As whose phone a browser keeps taps from now on; and what became of those that it brings.

    Raises:
        NotFound: it brings some, and stands for nobody. Invalid: it brings no list, or too long a one.
    """
    at = now()
    held = device_session_of(request, at)
    answers = []
    if request.method == "POST":
        brought = said(request).get("taps")
        if held is None:
            raise NotFound
        if not isinstance(brought, list) or len(brought) > own.MOST_AT_ONCE:
            raise Invalid
        answers = [_answer(each) for each in own.take_all(brought, held, by=caller_of(request), at=at)]
    return reply(csrf=get_token(request), answers=answers, **_stands_for(held))


def _stands_for(held: DeviceSession | None) -> dict[str, str]:
    if held is None:
        return {"own": "", "mark": "", "lost": gettext(LOST)}
    return {"own": marks.name_of(held), "mark": marks.mark_of(held, now())}


def _answer(each: own.Answer) -> dict[str, Any]:
    told: dict[str, Any] = {"key": each.key, "state": each.state}
    if each.problem is not None:
        told |= {"code": each.problem.code, "sentence": _in_each_language(each.problem)}
    if each.people:
        told["people"] = [{"person": one.person, "name": masks.mask_name(one.claim.name)} for one in each.people]
    return told


def _in_each_language(problem: LinliError) -> dict[str, str]:
    """A reader may change the language before they read it."""
    found = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found[language] = problem.told()
    return found


urlpatterns = [
    path("post/taps", taps, name="taps"),
    path("post/sw.js", taps_worker, name="taps_worker"),
    path("post/no-signal/", no_signal, name="no_signal"),
]
