"""A small city and programs that call for its accounts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from linli.access import digests
from linli.access.models import ApiToken, User
from linli.common.clock import now
from tests.factories import TinyCity, tiny_city, user_with_role

Call = Callable[..., Any]


@pytest.fixture
def city(db: None) -> TinyCity:
    return tiny_city()


def program_of(user: User, *scopes: str) -> Call:
    """A program with a key of an account: call("GET", "areas/1", …) gives the reply."""
    secret = digests.fresh_secret()
    ApiToken.objects.create(
        user=user,
        digest=digests.digest(secret),
        label="test",
        scopes=list(scopes or ("read", "write")),
        created_at=now(),
        expires_at=now() + timedelta(days=1),
    )

    def call(method: str, path: str, body: Any = None, *, language: str = "en", **more: Any) -> Any:
        said = {"data": body, "content_type": "application/json"} if body is not None else {}
        headers = {"Authorization": f"Bearer {secret}", "Accept-Language": language}
        return getattr(Client(raise_request_exception=False), method.lower())(
            f"/api/v1/{path}", headers=headers, **{**said, **more}
        )

    return call


@pytest.fixture
def desk(city: TinyCity) -> Call:
    """The program of the first community's desk."""
    return program_of(user_with_role("community_desk", city.communities[0]))
