"""What journeys need beside the browser."""

import pytest
from django.db import connections


@pytest.fixture(autouse=True)
def no_connection_outlives_its_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """The live server's threads give their connections back, so that the test database can be dropped."""
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
