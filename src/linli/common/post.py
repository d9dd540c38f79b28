"""The post: one e-mail by SMTP, or one short message (SMS) through a gateway that is spoken to over HTTP.

Sending is a job's work, never a page's: a server that does not answer may take `PATIENCE_S`. Whoever calls this keeps
what has been sent; the post remembers nothing. No message, address or number is ever logged here.

The gateway gets one POST with a JSON body, and three headers:

    Idempotency-Key    the key of the message, the same on every try
    Linli-Timestamp    seconds since 1970
    Linli-Signature    v1=<hex of HMAC-SHA256 over `timestamp.body`, with the key that both sides hold>
"""

import hashlib
import hmac
import json
import os
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

PATIENCE_S = 10.0
LEAST_KEY = 32
_ON_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


class NotSent(Exception):
    """A message was not taken; the message says why, without saying to whom it was to go.

    Attributes:
        again: whether the same may be tried again later.
    """

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.again = again


class BadPost(ValueError):
    """The address of a server or gateway makes no sense; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """An SMTP server that takes our mail.

    Attributes:
        sealed: how the line is protected: "tls" from the start, "starttls" before anything is said, "none" only to
            this machine itself.
        sender: the address our mail comes from.
        user, password: for signing in there; empty where it asks for none.
    """

    host: str
    port: int
    sealed: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def at(cls, url: str, sender: str) -> "MailServer":
        """A server by its address: `smtps://user:password@host:465`, or `smtp://…:587`, which turns to TLS first.

        Raises:
            BadPost: the address or the sender makes no sense.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise BadPost("the port of the mail server makes no sense") from error
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise BadPost("the mail server is named like smtps://user:password@mail.example.org:465")
        if sender.count("@") != 1 or any(letter.isspace() for letter in sender):
            raise BadPost("the sender of mail is an address like linli@example.org")
        sealed = "tls" if parts.scheme == "smtps" else "starttls"
        if sealed == "starttls" and parts.hostname in _ON_THIS_MACHINE:
            sealed = "none"
        port = port or (465 if sealed == "tls" else 587)
        return cls(parts.hostname, port, sealed, sender, unquote(parts.username or ""), unquote(parts.password or ""))


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """A gateway for short messages: where it listens, and the key that both sides hold."""

    url: str
    key: str = field(repr=False)

    @classmethod
    def at(cls, url: str, key: str) -> "SmsGateway":
        """A gateway by its address; plain http only on this machine itself.

        Raises:
            BadPost: the address makes no sense, or the key is too short to sign with.
        """
        parts = urlsplit(url)
        plain = parts.scheme == "http" and parts.hostname in _ON_THIS_MACHINE
        if not parts.hostname or not (parts.scheme == "https" or plain):
            raise BadPost("the gateway for short messages is named like https://sms.example.org/send")
        if len(key) < LEAST_KEY:
            raise BadPost(f"the key of the gateway for short messages has fewer than {LEAST_KEY} characters")
        return cls(url, key)


def send_mail(server: MailServer, *, to: str, subject: str, text: str, key: str) -> None:
    """Hand one e-mail to the server.

    Args:
        key: names the message on every try, so that a mailbox shows a repeated one once.

    Raises:
        NotSent: the server cannot be reached, protects the line less than was asked, or does not take the message.
    """
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"], letter["Subject"] = server.sender, to, subject
    letter["Message-ID"] = f"<{key}@{server.sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    try:
        with _line_to(server) as line:
            if server.user:
                line.login(server.user, server.password)
            line.send_message(letter, server.sender, [to])
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise NotSent("the mail server refused the address", again=all(400 <= code < 500 for code in codes)) from None
    except smtplib.SMTPNotSupportedError as error:
        raise NotSent("the mail server does not offer what was asked of it", again=False) from error
    except smtplib.SMTPResponseException as error:
        said = f"the mail server answered {error.smtp_code}"
        raise NotSent(said, again=400 <= error.smtp_code < 500) from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"the mail server cannot be used ({type(error).__name__})", again=True) from error


def _line_to(server: MailServer) -> smtplib.SMTP:
    if server.sealed == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE_S, context=ssl.create_default_context())
    line = smtplib.SMTP(server.host, server.port, timeout=PATIENCE_S)
    if server.sealed == "starttls":
        try:
            line.starttls(context=ssl.create_default_context())
        except BaseException:
            line.close()
            raise
    return line


def sign(key: str, timestamp: str, body: bytes) -> str:
    """The signature of a request to the gateway, as its header carries it."""
    return "v1=" + hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def send_sms(gateway: SmsGateway, *, to: str, text: str, key: str, at: datetime) -> None:
    """Hand one short message to the gateway.

    Args:
        to: digits only. key: names the message on every try.

    Raises:
        NotSent: the gateway cannot be reached or does not take the message.
    """
    body = json.dumps({"to": to, "text": text}, ensure_ascii=False).encode()
    timestamp = str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": key,
        "Linli-Timestamp": timestamp,
        "Linli-Signature": sign(gateway.key, timestamp, body),
    }
    asked = Request(gateway.url, data=body, headers=headers, method="POST")  # noqa: S310 -- checked in SmsGateway.at
    try:
        with build_opener(_NowhereElse).open(asked, timeout=PATIENCE_S) as reply:
            reply.read(1024)
    except HTTPError as error:
        error.close()
        again = error.code >= 500 or error.code in (408, 429)
        raise NotSent(f"the gateway for short messages answered {error.code}", again=again) from None
    except (URLError, OSError, HTTPException) as error:
        raise NotSent(f"the gateway cannot be reached ({type(error).__name__})", again=True) from error


class _NowhereElse(HTTPRedirectHandler):
    """A gateway that sends us elsewhere would see the message and the number go where nobody agreed to."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def record_sms(file: Path, *, to: str, text: str, key: str, at: datetime) -> None:
    """Write one short message into a file that only its owner reads, and send it to nobody: for drills.

    Args:
        file: gets one line of JSON for each message; its folder is made.

    Raises:
        NotSent: the file cannot be written.
    """
    line = json.dumps({"at": at.isoformat(), "to": to, "text": text, "key": key}, ensure_ascii=False) + "\n"
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        into = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(into, "ab", buffering=0) as kept:
            kept.write(line.encode())
    except OSError as error:
        raise NotSent(f"the file of the drill cannot be written ({type(error).__name__})", again=True) from error
