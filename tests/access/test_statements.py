"""What comes before each statement of a request."""

import threading

import psycopg
import pytest
from django.core.signals import request_started
from django.db import connection, connections, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from linli.access import lanes, statements
from linli.access.lanes import InTimeMiddleware, LanesMiddleware


def ask(sql="SHOW statement_timeout"):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def answered(view, method="get", path="/areas/1/"):
    return InTimeMiddleware(lambda _: HttpResponse(str(view())))(getattr(RequestFactory(), method)(path)).content


class Sent:
    """Counts the limits that a connection is told."""

    def __init__(self, monkeypatch):
        self.limits = []
        raw = connection.connection
        execute = raw.execute

        def counted(sql, params):
            self.limits += params
            return execute(sql, params)

        monkeypatch.setattr(raw, "execute", counted)


@pytest.mark.django_db(transaction=True)
def test_pages_that_follow_each_other_ask_for_their_limit_once(monkeypatch):
    ask()
    sent = Sent(monkeypatch)
    assert [answered(ask) for _ in range(3)] == [b"2s"] * 3
    assert sent.limits == ["2000"]
    assert answered(ask, "post") == b"5s"
    assert ask() == "0"
    assert sent.limits == ["2000", "5000", "0"]


@pytest.mark.django_db
def test_a_transaction_that_was_given_up_took_the_limit_with_it():
    ask()
    with transaction.atomic():
        assert answered(ask) == b"2s"
        transaction.set_rollback(True)
    assert answered(ask) == b"2s"


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_closed_meanwhile_is_made_anew():
    pid = ask("SELECT pg_backend_pid()")
    at = connections["default"].get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**at) as other:
        assert other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid]).fetchone()[0]
    request_started.send(sender=None)
    assert answered(lambda: ask("SELECT pg_backend_pid()")) != str(pid).encode()
    assert answered(ask) == b"2s"


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_there_is_not_asked_whether_it_is(monkeypatch):
    ask()
    request_started.send(sender=None)
    asked = []
    monkeypatch.setattr(connections["default"], "is_usable", lambda: asked.append(1) or True)
    answered(ask)
    assert asked == []


class Used:
    """As much of a connection as is looked at."""

    connection = None

    def __init__(self, *, in_atomic_block):
        self.in_atomic_block = in_atomic_block


def test_a_page_lets_a_write_first_before_each_statement_but_not_inside_a_transaction(monkeypatch):
    monkeypatch.setattr(lanes, "LETS_FIRST_S", 60.0)
    monkeypatch.setattr(statements.Statements, "_bring", lambda self, used: None)
    order, written, go_on = [], threading.Event(), threading.Event()

    def view(request):
        return writes() if request.method == "POST" else reads()

    def writes():
        order.append("write begins")
        written.set()
        assert go_on.wait(10)
        order.append("write ends")
        return HttpResponse()

    def reads():
        states("first")
        write.start()
        assert written.wait(10)
        states("inside", in_atomic_block=True)
        release.start()
        states("last")
        return HttpResponse()

    def states(name, *, in_atomic_block=False):
        used = {"connection": Used(in_atomic_block=in_atomic_block)}
        statements.here()(lambda *_: order.append(name), "", (), False, used)

    def lets_go():
        while not middleware.writes.waited_for():
            pass
        go_on.set()

    middleware = LanesMiddleware(view)
    write = threading.Thread(target=middleware, args=(RequestFactory().post("/sign-up/1/"),))
    release = threading.Thread(target=lets_go)
    middleware(RequestFactory().get("/areas/1/"))
    write.join(10), release.join(10)
    assert order == ["first", "write begins", "inside", "write ends", "last"]
