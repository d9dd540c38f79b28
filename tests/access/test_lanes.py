"""Pages and sign-in may never hold every thread of a process."""

import json
import os
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from linli.access import hashing
from linli.access import lanes as access_lanes
from linli.access.errors import TooBusy
from linli.access.hashing import BoundedHasher
from linli.access.lanes import InTimeMiddleware, Lane, LanesMiddleware, lane_of
from linli.web import home as web_home


@pytest.fixture
def lanes(settings):
    settings.LANES = {**settings.LANES, "pages": Lane(2, 1, 0.05)}


class Held:
    """A view that answers only when it is let go."""

    def __init__(self):
        self.inside = threading.Semaphore(0)
        self.go = threading.Event()

    def __call__(self, request):
        self.inside.release()
        assert self.go.wait(10)
        return HttpResponse("done")


def call(method, path, **headers):
    return getattr(RequestFactory(), method)(path, headers=headers)


@pytest.mark.parametrize(
    ("method", "path", "lane"),
    [
        ("get", "/areas/1/", "pages"),
        ("get", "/api/v1/areas/1", "pages"),
        ("post", "/sign-up/1/", None),
        ("get", "/sign-up/1/", "forms"),
        ("get", "/claim/0/", "forms"),
        ("get", "/code/", "codes"),
        ("post", "/code/type/", "codes"),
        ("get", "/static/dist/app.css", None),
        ("get", "/sign-in/", "sign_in"),
        ("post", "/sign-in/", "sign_in"),
        ("post", "/account/password/", "sign_in"),
    ],
)
def test_each_request_has_its_lane(method, path, lane):
    assert lane_of(call(method, path)) == lane


def test_a_third_slow_page_is_turned_away_and_intake_is_not(lanes):
    view = Held()
    middleware = LanesMiddleware(view)
    with ThreadPoolExecutor(4) as pool:
        slow = [pool.submit(middleware, call("get", f"/areas/{number}/")) for number in (1, 2)]
        for _ in slow:
            assert view.inside.acquire(timeout=10)
        refused = middleware(call("get", "/areas/3/"))
        assert (refused.status_code, refused["Retry-After"]) == (503, "2")
        told = json.loads(middleware(call("get", "/api/v1/areas/3")).content)
        assert (told["error"]["code"], told["error"]["facts"]) == ("busy", {"seconds": 2})
        intake = pool.submit(middleware, call("post", "/sign-up/"))
        assert view.inside.acquire(timeout=10)
        view.go.set()
        assert [future.result(10).status_code for future in (*slow, intake)] == [200, 200, 200]
    assert middleware(call("get", "/areas/3/")).status_code == 200


def test_one_page_waits_a_moment_for_its_turn(settings):
    settings.LANES = {**settings.LANES, "pages": Lane(1, 1, 10.0)}
    view = Held()
    middleware = LanesMiddleware(view)
    with ThreadPoolExecutor(2) as pool:
        first, second = (pool.submit(middleware, call("get", f"/areas/{number}/")) for number in (1, 2))
        assert view.inside.acquire(timeout=10)
        assert not second.done() or not first.done()
        view.go.set()
        assert {first.result(10).status_code, second.result(10).status_code} == {200}


def test_what_is_written_goes_first(lanes, monkeypatch):
    """A page that comes while something is written begins when that is done."""
    monkeypatch.setattr(access_lanes, "LETS_FIRST_S", 60.0)
    order, inside, go = [], threading.Event(), threading.Event()

    def view(request):
        order.append(f"{request.method} in")
        if request.method == "POST":
            inside.set()
            assert go.wait(10)
        order.append(f"{request.method} out")
        return HttpResponse("done")

    middleware = LanesMiddleware(view)
    with ThreadPoolExecutor(2) as pool:
        write = pool.submit(middleware, call("post", "/sign-up/1/"))
        assert inside.wait(10)
        page = pool.submit(middleware, call("get", "/areas/1/"))
        while not page.done() and not middleware.writes.waited_for():
            pass
        go.set()
        assert {write.result(10).status_code, page.result(10).status_code} == {200}
    assert order == ["POST in", "POST out", "GET in", "GET out"]


def test_writes_without_end_do_not_hold_a_page(lanes):
    view = Held()
    middleware = LanesMiddleware(lambda request: view(request) if request.method == "POST" else HttpResponse("page"))
    with ThreadPoolExecutor(1) as pool:
        write = pool.submit(middleware, call("post", "/sign-up/1/"))
        assert view.inside.acquire(timeout=10)
        assert middleware(call("get", "/areas/1/")).content == b"page"
        view.go.set()
        assert write.result(10).status_code == 200


def test_a_room_is_given_back_when_a_view_fails(lanes):
    def broken(request):
        raise ValueError("broken")

    middleware = LanesMiddleware(broken)
    for _ in range(5):
        with pytest.raises(ValueError, match="broken"):
            middleware(call("get", "/areas/1/"))


@pytest.mark.parametrize(
    ("language", "lang", "word"), [("en", "en", "try again in 2"), ("zh-hans", "zh-Hans", "请过 2 秒再试")]
)
def test_who_is_turned_away_is_told_in_their_language(settings, language, lang, word):
    settings.LANES = {**settings.LANES, "pages": Lane(0, 0, 0.0)}
    refused = LanesMiddleware(lambda _: HttpResponse())(call("get", "/", **{"accept-language": language}))
    page = refused.content.decode()
    assert f'<html lang="{lang}">' in page
    assert re.search(f"<h1>[^<]*{word}[^<]*</h1>", page)


def test_a_second_password_is_refused_while_one_is_hashed():
    hasher = BoundedHasher()
    with hashing._pool, pytest.raises(TooBusy):
        hasher.encode("four unrelated words", "saltsaltsaltsaltsaltsa")
    encoded = hasher.encode("four unrelated words", "saltsaltsaltsaltsaltsa", iterations=10)
    assert hasher.verify("four unrelated words", encoded)


def test_a_password_is_hashed_behind_whatever_else_wants_the_processor(monkeypatch):
    niceness = []
    plain = hashing.PBKDF2PasswordHasher.encode

    def seen(self, *args):
        niceness.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return plain(self, *args)

    monkeypatch.setattr(hashing.PBKDF2PasswordHasher, "encode", seen)
    mine = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    BoundedHasher().encode("four unrelated words", "saltsaltsaltsaltsaltsa", iterations=10)
    assert niceness == [max(mine, hashing.NICENESS)]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == mine


def test_what_goes_wrong_while_hashing_is_told(monkeypatch):
    with pytest.raises(ValueError, match="salt"):
        BoundedHasher().encode("four unrelated words", "not$a$salt", iterations=10)
    with hashing.seat():  # and the place is free again
        pass


def test_an_answer_that_is_too_busy_says_when_to_come_again(lanes):
    reply = LanesMiddleware(lambda _: HttpResponse(status=503))(call("post", "/sign-in/"))
    assert reply["Retry-After"] == "2"


def limit():
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "allowed"), [("get", "2s"), ("head", "2s"), ("post", "5s")])
def test_a_statement_has_its_time_and_the_next_request_none_of_it(method, allowed):
    seen = []
    InTimeMiddleware(lambda _: seen.append(limit()))(call(method, "/areas/1/"))
    assert (seen, limit()) == ([allowed], "0")


@pytest.mark.django_db
def test_a_statement_that_takes_too_long_is_stopped_and_says_when_to_come_again(client, monkeypatch, settings):
    settings.READ_WITHIN_MS = 50

    def slow(request):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(20)")

    home = next(each for each in web_home.urlpatterns if each.name == "home")
    monkeypatch.setattr(home, "callback", slow)
    reply = client.get("/", headers={"accept": "application/json"})
    assert (reply.status_code, reply["Retry-After"], reply.json()["error"]["code"]) == (503, "2", "busy")
    assert limit() == "0"
