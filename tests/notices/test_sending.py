"""Messages on their way, against a real SMTP server and a real gateway that delay, refuse and are not there."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from itertools import count
from typing import Any

import pytest
from django.db import connections
from django.db.models import QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob

from linli.access.models import MailAddress
from linli.common.clock import moved_to, now
from linli.custody import secrets
from linli.notices import actions, rules, sending
from linli.notices.models import Sending, Told
from tests.common.test_post import KEY, Mailbox, gateway, mail_server
from tests.factories import SYSTEM, TinyCity, tiny_city
from tests.notices.test_telling import placed, residents

pytestmark = pytest.mark.django_db
DAY, NIGHT = datetime(2022, 9, 2, 2, tzinfo=UTC), datetime(2022, 9, 2, 15, tzinfo=UTC)  # 10:00 and 23:00 of the place
Env = Callable[..., None]


@pytest.fixture(autouse=True)
def by_day() -> Iterator[None]:
    with moved_to(DAY):
        yield


@pytest.fixture
def env(settings: Any) -> Env:
    """Sets how messages are sent."""

    def put(**how: object) -> None:
        settings.ENV = replace(settings.ENV, **{"smtp": None, "sms": None, "sms_key": KEY} | how)

    return put


def addressed(*people: int) -> None:
    for person in people:
        to = f"p{person}@example.org"
        MailAddress.objects.create(
            person=person, address=secrets.seal(to), address_index=secrets.index(f"mail:{to}"), proved_at=now()
        )


def by_mail(env: Env, port: int) -> None:
    env(smtp=f"smtp://127.0.0.1:{port}", smtp_from="linli@example.org")


def told(city: TinyCity, *people: int) -> None:
    actions.tell(city.event, [placed(city, *people)], by=SYSTEM, at=now())


def due_now() -> None:
    """Let what waits for its next try be due."""
    Sending.objects.filter(sent_at=None, failed_at=None).update(next_at=now())


def test_whoever_has_a_number_or_an_address_gets_it_there_and_the_job_comes_with_it(env: Env) -> None:
    city = tiny_city()
    first, second = residents(city, 2)
    addressed(second)
    with gateway() as (url, got), mail_server(box := Mailbox()) as port:
        env(sms=url, smtp=f"smtp://127.0.0.1:{port}", smtp_from="linli@example.org")
        told(city, first, second)
        jobs = ProcrastinateJob.objects.filter(task_name="notices.send").order_by("pk")
        assert [job.args for job in jobs] == [{"way": "mail"}, {"way": "sms"}]
        sending.send("sms"), sending.send("mail")
        sending.send("sms"), sending.send("mail")
    assert sorted(json.loads(body)["to"] for _, _, body in got) == ["13800000000", "13800000001"]
    assert "您已编入青松第1网格" in json.loads(got[0][2])["text"]
    assert json.loads(got[0][2])["text"].endswith("/notices/")
    ((_, to, raw),) = box.letters
    letter = message_from_bytes(raw, policy=policy.default)
    assert to == [f"p{second}@example.org"]
    assert letter["Subject"] == "您已编入网格"
    assert not Sending.objects.filter(sent_at=None).exists()


def test_it_is_written_in_the_language_they_last_read_in(env: Env) -> None:
    city = tiny_city()
    (person,) = residents(city, 1)
    told(city, person)
    actions.read([Told.objects.get().pk], language="en", by=SYSTEM, at=now())
    with gateway() as (url, got):
        env(sms=url)
        actions.tell(city.event, [placed(city, person, key="again")], by=SYSTEM, at=now())
        sending.send("sms")
    ((_, _, body),) = got
    assert json.loads(body)["text"].startswith("You have been placed in")


def test_what_many_are_told_is_put_into_words_once_for_each_language(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    city = tiny_city()
    one, *others = residents(city, 4)
    told(city, one)
    actions.read([Told.objects.get().pk], language="en", by=SYSTEM, at=now())
    asked: list[str | None] = []
    really = sending.in_words
    monkeypatch.setattr(
        sending, "in_words", lambda notices, language=None: asked.append(language) or really(notices, language)
    )
    with gateway() as (url, got):
        env(sms=url)
        actions.tell(city.event, [placed(city, one, *others, key="again")], by=SYSTEM, at=now())
        sending.send("sms")
    texts = [json.loads(body)["text"] for _, _, body in got]
    assert len(texts) == 4
    assert sum(text.startswith("You have been placed in") for text in texts) == 1
    assert sorted(map(str, asked)) == ["en", "zh-hans"]


def test_without_a_way_out_nothing_waits(env: Env) -> None:
    city = tiny_city()
    env()
    told(city, *residents(city, 1))
    assert Told.objects.count() == 1
    assert not Sending.objects.exists()


def test_a_server_that_asks_to_come_again_gets_it_once_later(env: Env, caplog: pytest.LogCaptureFixture) -> None:
    city = tiny_city()
    (person,) = residents(city, 1)
    addressed(person)
    with mail_server(box := Mailbox(recipient="451 greylisted, come again")) as port:
        by_mail(env, port)
        told(city, person)
        sending.send("mail"), sending.send("mail")
        held = Sending.objects.get()
        assert (held.tries, held.sent_at, held.failed_at) == (1, None, None)
        assert held.next_at - now() > timedelta(seconds=50)
        box.recipient = "250 fine"
        due_now()
        sending.send("mail"), sending.send("mail")
    assert len(box.letters) == 1
    ours = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("linli"))
    assert "a notice was not sent" in ours
    assert f"p{person}@" not in ours


def test_waits_grow_and_end() -> None:
    waits = [rules.next_wait(tries) for tries in range(1, len(rules.WAITS) + 1)]
    assert waits == sorted(waits)
    assert rules.next_wait(len(rules.WAITS) + 1) is None


def test_a_server_that_is_never_there_is_given_up_in_the_end(env: Env) -> None:
    city = tiny_city()
    (person,) = residents(city, 1)
    addressed(person)
    with mail_server(Mailbox()) as port:
        pass
    by_mail(env, port)
    told(city, person)
    for _ in range(len(rules.WAITS) + 3):
        due_now()
        sending.send("mail")
    held = Sending.objects.get()
    assert (held.tries, held.why, held.sent_at) == (len(rules.WAITS) + 1, "given_up", None)


def test_an_address_that_is_refused_is_not_tried_again_and_holds_up_nobody(env: Env) -> None:
    city = tiny_city()
    first, second = residents(city, 2)
    addressed(first, second)
    box = Mailbox()

    async def refuses(server: object, session: object, envelope: Any, address: str, options: object) -> str:
        if address.startswith(f"p{first}@"):
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    box.handle_RCPT = refuses
    with mail_server(box) as port:
        by_mail(env, port)
        told(city, first, second)
        sending.send("mail")
        due_now()
        sending.send("mail")
    assert [to for _, to, _ in box.letters] == [[f"p{second}@example.org"]]
    assert Sending.objects.get(told__person=first).why == "refused"


def test_nobody_is_woken_but_for_their_life(env: Env) -> None:
    city = tiny_city()
    first, second = residents(city, 2)
    with gateway() as (url, got):
        env(sms=url)
        told(city, first, second)
        Sending.objects.filter(told__person=second).update(urgent=True)
        with moved_to(NIGHT):
            sending.send("sms")
            assert [json.loads(body)["to"] for _, _, body in got] == ["13800000001"]
        with moved_to(DAY + timedelta(days=1)):
            sending.send("sms")
    assert [json.loads(body)["to"] for _, _, body in got] == ["13800000001", "13800000000"]


def test_no_more_go_out_in_a_minute_than_the_gateway_bears(env: Env) -> None:
    city = tiny_city()
    with gateway() as (url, got):
        env(sms=url, sms_a_minute=2)
        told(city, *residents(city, 5))
        for minutes, sent in ((1, 2), (1, 2), (3, 4), (5, 5)):
            with moved_to(DAY + timedelta(minutes=minutes)):
                sending.send("sms")
            assert len(got) == sent


def test_who_knows_it_already_gets_no_message(env: Env) -> None:
    city = tiny_city()
    first, second = residents(city, 2)
    with gateway() as (url, got):
        env(sms=url)
        told(city, first, second)
        actions.read([Told.objects.get(person=first).pk], language="en", by=SYSTEM, at=now())
        sending.send("sms")
    assert [json.loads(body)["to"] for _, _, body in got] == ["13800000001"]
    assert Sending.objects.count() == 1


def test_the_clock_goes_on_with_what_was_left(env: Env) -> None:
    city = tiny_city()
    with gateway() as (url, got):
        env(sms=url)
        told(city, *residents(city, 2))
        ProcrastinateJob.objects.filter(task_name="notices.send").delete()  # as if its worker had died
        sending.send_due(timestamp=0), sending.send_due(timestamp=10)
        assert ProcrastinateJob.objects.filter(task_name="notices.send").count() == 1
        sending.send("sms")
        assert len(got) == 2


def sent_by_two(monkeypatch: pytest.MonkeyPatch, env: Env) -> list[str]:
    """Keys that a slow gateway got from two who send at once."""
    city, arrived, inside = tiny_city(), [], threading.Barrier(2)
    people = residents(city, 2)
    turns = count()

    def slowly(*_: object, key: str, **__: object) -> None:
        arrived.append(key)
        if next(turns) < 2:
            inside.wait(timeout=20)  # both hold a row at once

    env(sms="https://sms.example.org/send")
    told(city, *people)
    monkeypatch.setattr(sending.post, "send_sms", slowly)

    def sends() -> None:
        with moved_to(DAY + timedelta(minutes=1)):
            sending._send_next("sms", now(), {})
            connections.close_all()

    both = [threading.Thread(target=sends) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    return arrived


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_send_two_messages(monkeypatch: pytest.MonkeyPatch, env: Env) -> None:
    assert len(set(sent_by_two(monkeypatch, env))) == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_held_row_both_send_the_same(monkeypatch: pytest.MonkeyPatch, env: Env) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    assert len(set(sent_by_two(monkeypatch, env))) == 1
