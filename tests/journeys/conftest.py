"""What journeys need beside the browser."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from linli.access.models import User
from tests.conftest import PHONE
from tests.factories import TinyCity, sign_in, tiny_city, user_with_role
from tests.journeys.backstage import visitor
from tests.journeys.worker import WorkersPhone


@pytest.fixture(autouse=True)
def no_connection_outlives_its_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """The live server's threads give their connections back, so that the test database can be dropped."""
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)


@pytest.fixture
def a_long_walk(settings: Settings) -> None:
    """Who signed in stays so for the whole walk, however slow the machine; both ways of sending codes are set up."""
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 3600
    # As in a city that has set both ways of sending codes up; nothing is sent here.
    ways = {"sms": "https://sms.example.org/send", "smtp": "smtps://mail.example.org", "smtp_from": "a@example.org"}
    settings.ENV = replace(settings.ENV, sms_key="k" * 32, **ways)


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


@pytest.fixture
def worker(city: TinyCity) -> User:
    return user_with_role("grid_worker", city.micro_grids[0], name="Li Min")


@pytest.fixture
def leader(city: TinyCity) -> User:
    return user_with_role("leader", city.grids[0], name="Tang Li")


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer, worker: User) -> Iterator[WorkersPhone]:
    yield from phone_of(worker, browser, live_server.url)


@pytest.fixture
def leaders_phone(browser: Browser, live_server: LiveServer, leader: User) -> Iterator[WorkersPhone]:
    yield from phone_of(leader, browser, live_server.url)


def phone_of(user: User, browser: Browser, site: str) -> Iterator[WorkersPhone]:
    context = visitor(browser, site, size=PHONE, cookies={"sessionid": sign_in(Client(), user)})
    yield WorkersPhone(context, site)
    context.close()
