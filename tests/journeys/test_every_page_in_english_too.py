"""The walk of `test_every_page` in English, the second half."""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.journeys.test_every_page import SECOND_HALF, faults, looked_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("a_long_walk")]


def test_every_other_page_can_be_read_and_used_in_english(browser: Browser, live_server: LiveServer) -> None:
    assert faults(browser, live_server.url, "en", looked_at("en"), SECOND_HALF) == {}
