"""The answers for whoever watches, and the administrator's page."""

import pytest
from django.db import OperationalError, connection, connections
from django.test import Client
from django.urls import reverse

from linli.web import health
from tests.factories import sign_in, user_with_role

pytestmark = pytest.mark.django_db


def _worker_seen() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def test_alive_and_ready_are_told_to_anybody_and_nothing_else(client: Client) -> None:
    assert client.get("/healthz").json() == {"linli": "alive"}
    reply = client.get("/readyz")
    assert (reply.status_code, reply.json()["worker"], reply.json()["ready"]) == (503, False, False)
    _worker_seen()
    reply = client.get("/readyz")
    assert reply.status_code == 200
    assert reply.json() == {"ready": True, "database": True, "tables": True, "worker": True, "key": True}
    assert "no-store" in reply["Cache-Control"]


def test_they_answer_without_a_database_and_to_a_stale_session(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.cookies["sessionid"] = "a" * 32
    client.cookies["linli_device"] = "a" * 43

    def gone(*_: object) -> None:
        raise OperationalError("the database has gone")

    monkeypatch.setattr(type(connections["default"]), "ensure_connection", gone)
    assert client.get("/healthz").status_code == 200
    reply = client.get("/readyz")
    assert (reply.status_code, reply.json()["database"]) == (503, False)


@pytest.mark.parametrize(("language", "worst"), [("en", "No background worker runs."), ("zh-hans", "wrong")])
def test_the_page_puts_what_is_wrong_first_with_its_remedy(language: str, worst: str) -> None:
    client = Client(headers={"accept-language": language})
    sign_in(client, user_with_role("administrator"))
    reply = client.get(reverse("health"))
    facts = reply.context["facts"]
    assert [fact["state"] for fact in facts] == sorted(
        (fact["state"] for fact in facts), key=["bad", "warn", "good"].index
    )
    assert all(fact["remedy"] for fact in facts if fact["state"] != "good")
    assert reply.context["bad"] == sum(fact["state"] == "bad" for fact in facts) > 0
    if language == "en":
        assert worst in reply.content.decode()


def test_the_administrator_finds_the_page_and_nobody_else_does() -> None:
    client = Client()
    sign_in(client, user_with_role("administrator"))
    assert reverse("health") in client.get(reverse("accounts")).content.decode()
    other = Client()
    sign_in(other, user_with_role("auditor"))
    assert other.get(reverse("health")).status_code == 404


def test_what_the_command_says_the_page_says(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from linli.ops.doctor import Fact, State

    only = Fact(
        "disk",
        State.WARN,
        "Disk",
        "{free_mb} MB are free where {where} lies.",
        "Free some soon: below {needed_mb} MB, Linli does not start.",
        {"free_mb": 7, "needed_mb": 8, "where": "/x"},
    )
    monkeypatch.setattr(health.doctor, "examine", lambda env, database: [only])
    sign_in(client, user_with_role("administrator"))
    page = client.get(reverse("health")).content.decode()
    told = only.told()
    assert all(told[part] in page for part in ("name", "sentence", "remedy"))
