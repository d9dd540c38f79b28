"""The post against real servers on this machine: aiosmtpd for mail, the standard library's HTTP server for messages."""

import json
import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from linli.common.post import BadPost, MailServer, NotSent, SmsGateway, record_sms, send_mail, send_sms, sign

KEY = "a key of the gateway, long enough to sign"
AT = datetime(2022, 9, 2, 12, tzinfo=UTC)


class Mailbox:
    """Keeps what an SMTP server was handed."""

    def __init__(self, answer="250 taken", recipient="250 fine"):
        self.letters, self.answer, self.recipient, self.signed_in = [], answer, recipient, []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server, session, envelope):
        if self.answer.startswith("250"):
            self.letters.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self.answer

    def authenticate(self, server, session, envelope, mechanism, data):
        self.signed_in.append((data.login, data.password))
        return AuthResult(success=data.password == b"open sesame", handled=False)


@contextmanager
def mail_server(box):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    at = Controller(box, hostname="127.0.0.1", port=port, authenticator=box.authenticate, auth_require_tls=False)
    at.start()
    try:
        yield port
    finally:
        at.stop()


def send(url, sender="linli@example.org"):
    send_mail(
        MailServer.at(url, sender), to="wang@example.org", subject="验证码", text="123456 是您的验证码", key="k-1"
    )


def test_a_letter_arrives_whole_in_its_own_script():
    from email import message_from_bytes, policy

    box = Mailbox()
    with mail_server(box) as port:
        send(f"smtp://127.0.0.1:{port}")
    ((sender, to, raw),) = box.letters
    letter = message_from_bytes(raw, policy=policy.default)
    assert (sender, to) == ("linli@example.org", ["wang@example.org"])
    assert (letter["Subject"], letter["Message-ID"]) == ("验证码", "<k-1@example.org>")
    assert letter.get_content().strip() == "123456 是您的验证码"


def test_a_server_that_asks_for_it_is_told_the_password():
    box = Mailbox()
    with mail_server(box) as port:
        send(f"smtp://linli:open%20sesame@127.0.0.1:{port}")
    assert box.signed_in == [(b"linli", b"open sesame")]
    assert len(box.letters) == 1


def test_a_wrong_password_is_not_tried_again():
    box = Mailbox()
    with mail_server(box) as port, pytest.raises(NotSent) as said:
        send(f"smtp://linli:wrong@127.0.0.1:{port}")
    assert (said.value.again, box.letters) == (False, [])


@pytest.mark.parametrize(("answer", "again"), [("451 later", True), ("554 never", False)])
def test_a_letter_that_is_not_taken_says_whether_to_try_again(answer, again):
    with mail_server(Mailbox(answer=answer)) as port, pytest.raises(NotSent) as said:
        send(f"smtp://127.0.0.1:{port}")
    assert said.value.again is again


@pytest.mark.parametrize(("recipient", "again"), [("450 box full", True), ("550 nobody here", False)])
def test_a_refused_address_is_never_named(recipient, again):
    with mail_server(Mailbox(recipient=recipient)) as port, pytest.raises(NotSent) as said:
        send(f"smtp://127.0.0.1:{port}")
    assert said.value.again is again
    assert "wang" not in str(said.value)


def test_a_line_that_does_not_turn_to_tls_gets_neither_password_nor_letter():
    box = Mailbox()
    with mail_server(box) as port:
        far = MailServer("127.0.0.1", port, "starttls", "linli@example.org", "linli", "open sesame")
        with pytest.raises(NotSent):
            send_mail(far, to="wang@example.org", subject="x", text="x", key="k")
    assert (box.signed_in, box.letters) == ([], [])


def test_a_server_that_is_not_there_is_tried_again():
    box = Mailbox()
    with mail_server(box) as port:
        pass
    with pytest.raises(NotSent) as said:
        send(f"smtp://127.0.0.1:{port}")
    assert said.value.again


def test_the_line_to_another_machine_is_always_protected():
    assert MailServer.at("smtp://mail.example.org", "a@example.org").sealed == "starttls"
    assert MailServer.at("smtps://mail.example.org", "a@example.org").sealed == "tls"
    assert MailServer.at("smtps://mail.example.org", "a@example.org").port == 465


def test_no_secret_is_printed():
    server = MailServer.at("smtps://linli:opensesame@mail.example.org", "a@example.org")
    assert "opensesame" not in repr(server)
    assert KEY not in repr(SmsGateway.at("https://sms.example.org", KEY))


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.example.org", "a@example.org"),
        ("smtp://", "a@example.org"),
        ("smtp://mail.example.org:none", "a@example.org"),
        ("smtp://mail.example.org", "nobody"),
        ("smtp://mail.example.org", "a@example.org\r\nBcc: b@example.org"),
    ],
)
def test_a_senseless_mail_server_is_refused(url, sender):
    with pytest.raises(BadPost):
        MailServer.at(url, sender)


@contextmanager
def gateway(status=200, headers=()):
    """A gateway that keeps each request it gets and answers with a status."""
    got = []

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, self.headers, body))
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def text_to(url):
    send_sms(SmsGateway.at(f"{url}/send", KEY), to="13812341234", text="验证码 123456", key="k-1", at=AT)


def test_a_message_arrives_with_a_signature_that_the_gateway_can_check():
    with gateway() as (url, got):
        text_to(url)
    ((path, headers, body),) = got
    assert path == "/send"
    assert json.loads(body) == {"to": "13812341234", "text": "验证码 123456"}
    assert (headers["Idempotency-Key"], headers["Linli-Timestamp"]) == ("k-1", str(int(AT.timestamp())))
    assert headers["Linli-Signature"] == sign(KEY, headers["Linli-Timestamp"], body)


def test_a_message_or_moment_that_was_changed_no_longer_fits_its_signature():
    good = sign(KEY, "1", b"body")
    assert good not in (sign(KEY, "1", b"other"), sign(KEY, "2", b"body"), sign(KEY + "x", "1", b"body"))


@pytest.mark.parametrize(("status", "again"), [(500, True), (503, True), (429, True), (400, False), (401, False)])
def test_a_gateway_that_refuses_says_whether_to_try_again(status, again):
    with gateway(status) as (url, got), pytest.raises(NotSent) as said:
        text_to(url)
    assert said.value.again is again
    assert len(got) == 1
    assert "138" not in str(said.value)


def test_a_gateway_never_sends_us_elsewhere():
    with gateway() as (elsewhere, strayed):
        with gateway(307, [("Location", f"{elsewhere}/send")]) as (url, _), pytest.raises(NotSent):
            text_to(url)
        assert strayed == []


def test_a_gateway_that_is_not_there_is_tried_again():
    with gateway() as (url, _):
        pass
    with pytest.raises(NotSent) as said:
        text_to(url)
    assert said.value.again


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://sms.example.org/send", KEY),
        ("ftp://sms.example.org/send", KEY),
        ("https:///send", KEY),
        ("https://sms.example.org/send", "short"),
    ],
)
def test_a_senseless_gateway_is_refused(url, key):
    with pytest.raises(BadPost):
        SmsGateway.at(url, key)


def test_a_drill_whose_file_cannot_be_written_is_tried_again(tmp_path):
    (tmp_path / "drill").write_text("a file where the folder should be")
    with pytest.raises(NotSent) as said:
        record_sms(tmp_path / "drill" / "sms.jsonl", to="13812341234", text="x", key="k", at=AT)
    assert said.value.again
    assert "138" not in str(said.value)
