"""The API: versioned, OpenAPI 3.1, token sign-in, one error shape from day one."""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError

from linli.access.errors import BadToken
from linli.api import areas, muster
from linli.api.auth import TokenAuth
from linli.common.errors import Invalid, LinliError
from linli.web.problems import as_json

api = NinjaAPI(
    title="Linli",
    version="1",
    description="Areas, sign-ups, allocations and briefings. Every answer of a synthetic city says so.",
    auth=TokenAuth(),
    urls_namespace="api-1",
    openapi_extra={"openapi": "3.1.0"},
)
api.add_router("", areas.router)
api.add_router("", muster.router)


@api.exception_handler(LinliError)
def told(request: HttpRequest, problem: LinliError) -> HttpResponse:
    """A failure in the one error shape."""
    return api.create_response(request, as_json(problem), status=problem.status)


@api.exception_handler(ValidationError)
def senseless(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    """Input of the wrong form: which parts, never what was in them."""
    where = [".".join(str(part) for part in error["loc"]) for error in problem.errors]
    return api.create_response(request, as_json(Invalid(where=where)), status=422)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, problem: AuthenticationError) -> HttpResponse:
    """No token at all."""
    return api.create_response(request, as_json(BadToken()), status=BadToken.status)
