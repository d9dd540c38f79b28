"""Codes on their way: real SMTP, a real gateway that checks the signature, and the job in between."""

import json
import logging
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from linli.access import codes, sending
from linli.access.errors import CodesNotSent, NotReachable
from linli.access.models import OneTimeCode
from linli.common.caller import NOBODY
from linli.common.clock import now
from linli.common.post import sign
from tests.common.test_post import KEY, Mailbox, gateway, mail_server
from tests.journeys.backstage import let_the_worker_work

pytestmark = pytest.mark.django_db
NUMBER, ADDRESS = "13812341234", "wang@example.org"


@pytest.fixture
def env(settings):
    """Sets how codes are sent."""

    def put(**how):
        settings.ENV = replace(settings.ENV, **{"smtp": None, "sms": None, "sms_key": KEY} | how)

    return put


def ask(to=NUMBER, *, language="zh-hans", synthetic=False):
    return sending.ask(to, language=language, synthetic=synthetic, by=NOBODY, at=now())[0]


def send(asked):
    sending.send(code_id=str(asked.pk))


def test_a_code_goes_to_the_gateway_signed_and_the_same_on_every_try(env):
    with gateway() as (url, got):
        env(sms=f"{url}/send")
        asked = ask("+86 138-1234-1234")
        send(asked), send(asked)
    (_, headers, body), (_, again, _) = got
    assert headers["Linli-Signature"] == sign(KEY, headers["Linli-Timestamp"], body)
    said = json.loads(body)
    assert said["to"] == NUMBER
    assert codes.code_of(asked) in said["text"]
    assert headers["Idempotency-Key"] == again["Idempotency-Key"]


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "验证码"), ("en", "works for 10 minutes")])
def test_a_code_goes_by_mail_in_the_language_of_the_page(env, language, word):
    box = Mailbox()
    with mail_server(box) as port:
        env(smtp=f"smtp://127.0.0.1:{port}", smtp_from="linli@example.org")
        asked = ask(ADDRESS, language=language)
        send(asked)
    ((sender, to, raw),) = box.letters
    letter = message_from_bytes(raw, policy=policy.default)
    assert (sender, to) == ("linli@example.org", [ADDRESS])
    assert codes.code_of(asked) in letter.get_content()
    assert word in letter.get_content()


def test_the_queue_holds_the_rows_id_and_nothing_else(env):
    env(sms="https://sms.example.org/send")
    asked = ask()
    assert ProcrastinateJob.objects.get(task_name="access.send_code").args == {"code_id": str(asked.pk)}


def test_a_refusal_asks_nothing_of_the_queue(env):
    env(sms="https://sms.example.org/send")
    before = set(ProcrastinateJob.objects.values_list("pk", flat=True))  # another test may have left some
    for wrong in (
        "12345",
        "028-85123456",
        "王",
        "a@b",
        "a@b@example.org",
        "1381234123x",
        "",
        "x@example.org\nBcc: y@z.org",
    ):
        with pytest.raises((NotReachable, CodesNotSent)):
            ask(wrong)
    with pytest.raises(CodesNotSent):
        ask(ADDRESS)
    assert set(ProcrastinateJob.objects.values_list("pk", flat=True)) == before
    assert not OneTimeCode.objects.exists()


@pytest.mark.parametrize(("status", "again"), [(503, True), (400, False)])
def test_what_was_not_taken_is_tried_again_or_said_on_the_page(env, status, again, caplog):
    with gateway(status) as (url, _):
        env(sms=url)
        asked = ask()
        if again:
            with pytest.raises(sending.NotYet):
                send(asked)
        else:
            send(asked)
    asked.refresh_from_db()
    assert (asked.failed_at is None) is again
    assert "a code was not sent" in caplog.text
    assert NUMBER not in caplog.text
    assert codes.code_of(asked) not in caplog.text


@pytest.mark.parametrize(
    "state",
    [{"expires_at": now() - timedelta(days=1), "created_at": now() - timedelta(days=2)}, {"proved_at": now()}, None],
)
def test_a_code_that_opens_nothing_any_more_is_not_sent(env, state):
    with gateway() as (url, got):
        env(sms=url)
        asked = ask()
        if state is None:
            asked.delete()
            asked.pk = "0190b4a0-0000-7000-8000-000000000000"
        else:
            OneTimeCode.objects.filter(pk=asked.pk).update(**state)
        send(asked)
    assert got == []


def test_a_drill_writes_messages_down_and_sends_none(env, settings, tmp_path):
    env(sms="drill", data_dir=tmp_path)
    asked = ask(synthetic=True)
    send(asked), send(asked)
    file = tmp_path / "drill" / "sms.jsonl"
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["to"] for line in lines] == [NUMBER, NUMBER]
    assert codes.code_of(asked) in lines[0]["text"]
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_drill_is_no_way_to_reach_a_real_city(env):
    env(sms="drill")
    with pytest.raises(CodesNotSent):
        ask(synthetic=False)
    assert (sending.ways(synthetic=False), sending.ways(synthetic=True)) == ([], ["sms"])


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_it_and_logs_neither_number_nor_code(env, caplog, monkeypatch):
    # The worker's threads give their connections back, so that the test database can be dropped.
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    caplog.set_level(logging.DEBUG)
    with gateway() as (url, got):
        env(sms=url)
        asked = ask()
        let_the_worker_work()
    assert len(got) == 1
    assert str(asked.pk) in caplog.text
    assert NUMBER not in caplog.text
    assert codes.code_of(asked) not in caplog.text
