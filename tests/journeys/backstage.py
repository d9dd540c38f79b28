"""What happens behind the screens of a journey: the worker's jobs, time, and browsers that are signed in."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext
from procrastinate.contrib.django import app

from linli.access.models import User
from linli.common import clock
from tests.conftest import DESK
from tests.factories import sign_in


def let_the_worker_work() -> None:
    """Work off every job that waits, as the worker beside the server would."""

    def work() -> None:
        try:
            with app.replace_connector(app.connector.get_worker_connector()) as working:
                working.run_worker(wait=False, listen_notify=False, install_signal_handlers=False)
        finally:
            connections.close_all()

    # A thread of its own: Playwright's loop runs in this one, and the worker brings another.
    with ThreadPoolExecutor(max_workers=1) as beside:
        beside.submit(work).result(timeout=60)


def let_time_pass(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Move the one clock on from the true time, for the server too: each of its threads begins with the default."""
    monkeypatch.setattr(clock, "_offset", ContextVar("linli_clock_offset", default=by))


def visitor(
    browser: Browser,
    site: str = "",
    *,
    size: dict[str, int],
    language: str = "en",
    cookies: dict[str, str] | None = None,
    **more: object,
) -> BrowserContext:
    """Somebody's browser at a size in CSS pixels, in a language of ours, with the cookies they bring to a site."""
    fresh = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        locale="en-GB" if language == "en" else "zh-CN",
        timezone_id="Asia/Shanghai",
        **more,  # type: ignore[arg-type]
    )
    fresh.add_cookies([{"name": key, "value": value, "url": site} for key, value in (cookies or {}).items()])
    return fresh


def signed_in(browser: Browser, site: str, user: User, **more: object) -> BrowserContext:
    """A desk's browser with the session of an account."""
    return visitor(browser, site, size=DESK, cookies={"sessionid": sign_in(Client(), user)}, **more)  # type: ignore[arg-type]
