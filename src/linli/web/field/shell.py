"""The app itself: one page that holds nobody's data, kept on the phone by a service worker, and what installing needs.

The page is the same for everybody and in both languages, so that a phone that has it once opens it without the net.
"""

from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.access.permit import open_to
from linli.people.queries import city_is_synthetic
from linli.web import kept
from linli.web.field.words import WORDS
from linli.web.leaving import file_of_nobody

KEPT = ("dist/field.js", "dist/field.css", "dist/app.css", "icon.svg")


@open_to(anonymous=True)
@never_cache
@require_safe
def app(request: HttpRequest) -> HttpResponse:
    """The page that the app runs in."""
    told = {"words": kept.in_each_language(WORDS), "synthetic": city_is_synthetic(), "version": version()}
    return render(request, "field/app.html", told)


@open_to(anonymous=True)
@file_of_nobody("the script that keeps the app on a phone: the same for everybody")
@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: it keeps the app, and a new version of any part of it makes a new worker."""
    addresses = [reverse("field_app"), reverse("field_manifest"), *(static(name) for name in KEPT)]
    return kept.worker_of("dist/field-worker.js", version=version(), kept=addresses)


@cache
def version() -> str:
    """A digest of all that the app is made of."""
    return kept.digest_of((*KEPT, "dist/field-worker.js"), "field/app.html", WORDS)


@open_to(anonymous=True)
@file_of_nobody("how a phone puts the app on its first screen: the same for everybody")
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone asks before it puts the app on its first screen."""
    icons = [{"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}]
    icons += [
        {"src": static(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any"}
        for size in (192, 512)
    ]
    told = {
        "name": gettext("Linli: my doors"),
        "short_name": gettext("My doors"),
        "lang": translation.get_language() or settings.LANGUAGE_CODE,
        "id": reverse("field_app"),
        "start_url": reverse("field_app"),
        "scope": reverse("field_app"),
        "display": "standalone",
        "background_color": "#f3f5f3",
        "theme_color": "#0b5a54",
        "icons": icons,
    }
    return JsonResponse(told, content_type="application/manifest+json")


urlpatterns = [
    path("field/", app, name="field_app"),
    path("field/sw.js", worker, name="field_worker"),
    path("field/app.webmanifest", manifest, name="field_manifest"),
]
