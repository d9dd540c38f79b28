"""The real web server, several processes and threads, under the load that once made it refuse a desk its own page."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from http.client import HTTPConnection

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from linli.muster.models import SignUp
from linli.ops import web
from tests.factories import TinyCity, sign_in, tiny_city, user_with_role
from tests.web.served import served

CONNECTIONS = 6
"""How many a browser opens to one site."""


@pytest.fixture
def city(transactional_db: None) -> TinyCity:
    return tiny_city()


@pytest.fixture
def port(city: TinyCity) -> Iterator[int]:
    """The server as `linli run` starts it, over the test's own database."""
    with served(DJANGO_SETTINGS_MODULE="tests.web.patient_settings") as env:
        yield env.port


def get(port: int, path: str, cookie: str = "", body: str | None = None) -> tuple[int, str]:
    """Status and body of one request on a connection of its own; a POST where there is a body."""
    asked = HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Cookie": cookie, "Accept-Language": "en"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        asked.request("GET" if body is None else "POST", path, body, headers)
        reply = asked.getresponse()
        told = reply.read().decode(errors="replace")
        if reply.status == 503:
            assert reply.headers["Retry-After"]
        return reply.status, told
    finally:
        asked.close()


def desk(city: TinyCity) -> str:
    """The cookie of somebody who runs the street."""
    key = sign_in(Client(), user_with_role("street", city.street))
    return f"{settings.SESSION_COOKIE_NAME}={key}"


def test_the_lanes_leave_threads_for_what_is_written() -> None:
    held = sum(lane.at_once + lane.waiting for lane in settings.LANES.values())
    assert web.THREADS - held >= 3
    pages = settings.LANES["pages"]
    assert pages.at_once + pages.waiting >= CONNECTIONS


def test_a_desk_that_opens_a_page_is_never_refused(city: TinyCity, port: int) -> None:
    """The page again while its picture and its figures are on their way: all that a browser can ask for at once."""
    cookie, page = desk(city), reverse("area", args=[city.street.pk])
    status, told = get(port, page, cookie)
    assert status == 200
    asks = sorted(set(re.findall(r'(?:data-src|hx-get|src)="(/[^"]+)"', told)))
    assert any("live" in each for each in asks)
    at_once = [page, page, *asks, reverse("area_map", args=[city.street.pk])]
    wrong = []
    with ThreadPoolExecutor(CONNECTIONS) as browser:
        for _ in range(25):
            rushed = [each.replace("&amp;", "&") for each in at_once] + [page] * (CONNECTIONS - len(at_once))
            wrong += [
                (path, status)
                for path, (status, _) in zip(
                    rushed, browser.map(lambda path: get(port, path, cookie), rushed), strict=True
                )
                if status not in (200, 204, 304)
            ]
    assert wrong == []


def test_eight_slow_views_a_process_do_not_stop_a_sign_up(city: TinyCity, port: int) -> None:
    """Views that hang for as long as a table is locked; here no statement is stopped for its time (test_lanes)."""
    cookie, page = desk(city), reverse("area", args=[city.street.pk])
    form, token = reverse("sign_up", args=[city.communities[0].pk]), "t" * 32
    with ThreadPoolExecutor(8 * web.WORKERS) as crowd:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE muster_demand IN ACCESS EXCLUSIVE MODE")
            slow = [crowd.submit(get, port, page, cookie) for _ in range(8 * web.WORKERS)]
            # Some are turned away, as there are more than a process has places for; the others are at it now, or wait.
            next(as_completed(slow))
            opened = get(port, form)
            said = f"csrfmiddlewaretoken={token}&name=Wang&phone=13800001234&door=101"
            signed_up = get(port, form, f"{settings.CSRF_COOKIE_NAME}={token}", said)
            busy = sum(not each.done() for each in slow)
        ends = [each.result() for each in slow]
    assert (opened[0], signed_up[0]) == (200, 302)
    assert busy > 0
    assert {status for status, _ in ends} == {200, 503}
    assert get(port, page, cookie)[0] == 200  # the lanes are free again


def test_a_sign_up_over_the_real_server_is_kept(city: TinyCity, port: int) -> None:
    form, token = reverse("sign_up", args=[city.communities[0].pk]), "t" * 32
    said = f"csrfmiddlewaretoken={token}&name=Wang&phone=13800001234&door=101"
    assert get(port, form, f"{settings.CSRF_COOKIE_NAME}={token}", said)[0] == 302
    assert SignUp.objects.count() == 1
