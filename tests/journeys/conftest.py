"""What journeys need beside the browser."""

from dataclasses import replace

import pytest
from django.db import connections
from pytest_django.fixtures import Settings


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
