"""No answer that somebody signed in was shown stays in the browser."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.access.permit import rule_of
from linli.common.clock import now
from tests.web.test_endpoints import OPERATIONS, PAGES, SAID, address, branches, called, holder, key_of, sign_in

__all__ = ["branches"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("branches")]
KEEPS_NOTHING, ASKS_AGAIN = {"private", "no-store"}, {"private", "no-cache"}


def said_of(reply):
    return {part.strip() for part in reply.headers.get("Cache-Control", "").split(",")}


def is_private(reply):
    """Nothing is kept; or, of figures that are asked for again and again, only to be asked about."""
    return said_of(reply) >= (ASKS_AGAIN if "ETag" in reply.headers else KEEPS_NOTHING)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_nothing_of_a_page_shown_to_somebody_is_kept(branches, name):
    rule, client = rule_of(PAGES[name].callback), Client()
    role = next(iter(rule.roles), "community_desk")
    sign_in(client, holder(role, branches[0]))
    here = address(name, PAGES[name], branches[0])
    for reply in (client.get(here), client.post(here, SAID.get(name))):
        assert is_private(reply), (reply.status_code, reply.headers.get("Cache-Control"))


def test_nothing_of_a_claim_is_kept_by_the_device_that_made_it(branches, client):
    claim = branches[0].claim
    _, client.cookies[DEVICE_COOKIE] = start_device_session(claim.pk, at=now())
    for page in (reverse("claim", args=[claim.pk]), reverse("home")):
        assert said_of(client.get(page)) >= KEEPS_NOTHING


@pytest.mark.parametrize(("method", "path"), sorted(OPERATIONS))
def test_nothing_told_to_a_program_is_kept(branches, client, method, path, monkeypatch):
    replies = []
    get_response = client.handler.__class__.get_response
    monkeypatch.setattr(
        client.handler.__class__,
        "get_response",
        lambda handler, request: replies.append(get_response(handler, request)) or replies[-1],
    )
    called(client, method, path, branches[0], key_of(holder("community_desk", branches[0])))
    assert said_of(replies[-1]) >= KEEPS_NOTHING


def test_what_everybody_gets_may_be_kept(client):
    assert "no-store" not in said_of(client.get("/api/v1/openapi.json"))
    # Files are answered before this is asked.
    before = settings.MIDDLEWARE.index("whitenoise.middleware.WhiteNoiseMiddleware")
    assert before < settings.MIDDLEWARE.index("linli.web.caching.PrivateMiddleware")
