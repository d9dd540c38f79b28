"""The API: versioned, OpenAPI 3.1, token sign-in, one error shape from day one.

Its description is at ``openapi.json``; ``docs/reference/api.md`` lists the operations. No page loads anything from
elsewhere, so there is no page that tries the operations out.
"""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from linli.access.errors import BadToken
from linli.api import (
    allocations,
    areas,
    briefing,
    demands,
    deployed,
    hours,
    hours_deciding,
    ledger,
    me,
    me_hours,
    me_notices,
    muster,
    notices,
    post_codes,
    posts,
    protection,
    reinforcement,
    repairs,
    responsibility,
    self_reports,
    sign_ups,
    sweeps,
    team_people,
    teams,
    unit_calls,
    unit_plans,
    worklist,
)
from linli.api.auth import TokenAuth
from linli.api.errors import BadJson, TooLarge
from linli.common.errors import Invalid, LinliError, NotFound
from linli.web.problems import as_json

api = NinjaAPI(
    title="Linli",
    version="1",
    description="Areas, sign-ups, allocations, work units, sweeps, ledger, worklists. Synthetic cities say so.",
    auth=TokenAuth(),
    urls_namespace="api-1",
    docs_url=None,
    openapi_extra={"openapi": "3.1.0"},
)
api.add_router("", areas.router)
api.add_router("", briefing.router)
api.add_router("", me.router)
api.add_router("", me_notices.router)
api.add_router("", me_hours.router)
api.add_router("", muster.router)
api.add_router("", sign_ups.router)
api.add_router("", demands.router)
api.add_router("", allocations.router)
api.add_router("", repairs.router)
api.add_router("", notices.router)
api.add_router("", teams.router)
api.add_router("", team_people.router)
api.add_router("", responsibility.router)
api.add_router("", posts.router)
api.add_router("", protection.router)
api.add_router("", hours.router)
api.add_router("", hours_deciding.router)
api.add_router("", post_codes.router)
api.add_router("", reinforcement.router)
api.add_router("", unit_plans.router)
api.add_router("", deployed.router)
api.add_router("", unit_calls.router)
api.add_router("", sweeps.router)
api.add_router("", ledger.router)
api.add_router("", worklist.router)
api.add_router("", self_reports.router)


@api.exception_handler(LinliError)
def told(request: HttpRequest, problem: LinliError) -> HttpResponse:
    """A failure in the one error shape."""
    return api.create_response(request, as_json(problem), status=problem.status)


@api.exception_handler(ValidationError)
def senseless(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    """Input of the wrong form: which parts, never what was in them."""
    return told(request, Invalid(where=[".".join(str(part) for part in error["loc"]) for error in problem.errors]))


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, problem: AuthenticationError) -> HttpResponse:
    """No token at all."""
    return told(request, BadToken())


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, problem: HttpError) -> HttpResponse:
    """The framework itself refuses one thing only: a body that it cannot read."""
    return told(request, BadJson())


@api.exception_handler(RequestDataTooBig)
def too_large(request: HttpRequest, problem: RequestDataTooBig) -> HttpResponse:
    """A body beyond what is read into memory."""
    return told(request, TooLarge(most_mb=(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // 2**20))


@api.exception_handler(Http404)
def nothing(request: HttpRequest, problem: Http404) -> HttpResponse:
    """A lookup that Django itself answered."""
    return told(request, NotFound())
