"""How this installation is: two short answers for whoever watches from outside, and the administrator's page."""

from typing import Any, cast

import psycopg
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.access.permit import open_to
from linli.common.clock import now
from linli.conf.env import Env
from linli.conf.settings import ENV
from linli.custody.roles import See, seeing
from linli.ops import doctor, scheduled
from linli.ops.doctor import State


@open_to(anonymous=True)
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """This process is alive. Asks nothing of anybody."""
    return JsonResponse(doctor.ALIVE)


@open_to(anonymous=True)
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 where database, tables, worker and key are there; else 503. Says which, and nothing else."""
    try:
        said = doctor.ready(ENV, _database())
    except (Error, psycopg.Error):
        said = doctor.ready(ENV, None)
    all_there = all(said.values())
    return JsonResponse({"ready": all_there, **said}, status=200 if all_there else 503)


@open_to(*seeing(See.SYSTEM))
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Every fact with its remedy: what needs somebody first."""
    found = doctor.examine(ENV, _database())
    order = {State.BAD: 0, State.WARN: 1, State.GOOD: 2}
    answers = {
        "facts": [fact.told() for fact in sorted(found, key=lambda fact: order[fact.state])],
        "bad": sum(fact.state is State.BAD for fact in found),
        "warn": sum(fact.state is State.WARN for fact in found),
    }
    return render(request, "health/health.html", answers)


@open_to(*seeing(See.SYSTEM))
@require_safe
def backups(request: HttpRequest) -> HttpResponse:
    """When the last backup succeeded and was restored on trial, with the remedy where that is too long ago."""
    env: Env = settings.ENV
    at = now()
    answers = {
        "fact": doctor.backups(env, at).told(),
        "status": scheduled.status(env.data_dir),
        "where": env.backups_to,
        "every": env.backups_every_h,
        "kept": scheduled.KEPT,
    }
    return render(request, "health/backups.html", answers)


def _database() -> doctor.Database:
    """The connection of this thread."""
    connection.ensure_connection()
    return cast(psycopg.Connection[Any], connection.connection)


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("health/", health, name="health"),
    path("health/backups/", backups, name="backups"),
]
