"""What any test may ask for without a model: a real browser at two widths, and the smallest city built once."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.browser import chromium
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import TransactionTestCase
from django.utils.translation import override
from hypothesis import settings as hypothesis
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from linli.simulation import build

# What a test makes as root is root's alone: commands it starts stay root too, wherever the checkout lies.
os.environ["LINLI_ROOT"] = "stays"
hypothesis.register_profile("linli", deadline=None)  # a slow machine is no fault of what is tested
hypothesis.load_profile("linli")
AS_MIGRATED = ("django_content_type", "auth_permission")  # filled by every migration, changed by no test
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
# No request of Chromium's own: tests cannot reach the network, and neither may the browser.
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@pytest.fixture(autouse=True)
def in_our_language() -> Iterator[None]:
    """Each test begins in the language of the place, whatever an earlier one asked for."""
    with override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def figures_are_counted_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted behind whoever looks sees what this test wrote only in its own transaction; and what an earlier
    test counted is none of this one's."""
    from linli.web import live

    live.forget_all()
    monkeypatch.setattr(live, "behind", lambda work: work())


@pytest.fixture(scope="session", autouse=True)
def what_a_test_wrote_is_deleted() -> Iterator[None]:
    """After a test whose transactions were real: row by row, and only where there are any. Django makes every table
    anew, which takes many times as long as most of these tests."""
    really = TransactionTestCase._fixture_teardown
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: _deleted() or really(case))
        yield


def _deleted() -> bool:
    """Whether it could be done: rows go without their triggers, which a superuser alone may leave out."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    asked = " UNION ALL ".join(f"(SELECT '{table}' FROM \"{table}\" LIMIT 1)" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() != (True,):
            return False
        cursor.execute(asked)
        deletes = [f'DELETE FROM "{table}"' for (table,) in cursor.fetchall() if table not in AS_MIGRATED]
        with transaction.atomic():
            cursor.execute("; ".join(["SET LOCAL session_replication_role = replica", *deletes]))
    return True


@pytest.fixture(scope="session", autouse=True)
def sessions_end_before_their_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A thread that has just ended may be about to close its session: the database is taken away after it."""
    yield
    from linli.web import live

    # A page that asked between two tests had its figures counted there.
    live._counter.submit(connections.close_all).result()
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with django_db_blocker.unblock():
        connection.close()  # a test may have had the server end this session
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for _ in range(100):
            cursor.execute(others)
            if not cursor.fetchone()[0]:
                break
            time.sleep(0.1)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this process."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop lives in the thread of the test
    expect.set_options(timeout=30_000)  # how long a slow machine is waited for; what is true passes at once
    with sync_playwright() as engines:
        opened = engines.chromium.launch(executable_path=chromium(), args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor without cookies, on a phone, who reads Chinese."""
    fresh = browser.new_context(viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page at 390 × 844; `page.set_viewport_size(DESK)` for the desk's."""
    return context.new_page()


@pytest.fixture
def desk_page(browser: Browser) -> Iterator[Page]:
    """A page at 1280 × 800, of another visitor than `page`."""
    fresh = browser.new_context(viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
    yield fresh.new_page()
    fresh.close()


@pytest.fixture(scope="session")
def datong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest city, built once."""
    return build("datong", 1, tmp_path_factory.mktemp("city") / "datong")
