"""Sending a one-time code: asked for on a page, sent by a job that holds the row's id and nothing else.

What the message says is put together when it is sent and is stored nowhere.
"""

import logging
import re
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from linli.access import codes
from linli.access.errors import CodesNotSent, NotReachable
from linli.access.models import OneTimeCode
from linli.common import post
from linli.common.caller import Caller
from linli.common.clock import now
from linli.conf.env import DRILL, Env
from linli.custody import secrets
from linli.custody.jobs import QUEUE

log = logging.getLogger(__name__)

SMS, MAIL = OneTimeCode.Way.SMS, OneTimeCode.Way.MAIL
EVERY_FIVE_MINUTES = "*/5 * * * *"
FIRST = 10  # somebody stands there waiting: before a plan, and before a publication
_MOBILE = re.compile(r"1(?:[3-9][0-9]|00)[0-9]{8}")  # 100…: people of a synthetic city, which no network has
_ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,24}")
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF20: "@"}


class NotYet(Exception):
    """A message was not taken; the same may be tried again in some seconds."""


def ways(*, synthetic: bool) -> list[str]:
    """How codes can be sent from here. Messages of a drill go to nobody, so a real city has no such way."""
    env: Env = settings.ENV
    found = [str(SMS)] if env.sms is not None and (synthetic or env.sms != DRILL) else []
    return found + ([str(MAIL)] if env.smtp is not None else [])


def reached_at(typed: str) -> tuple[str, str, bytes]:
    """How and where a code can reach what somebody typed, and the blind index of that.

    Raises:
        NotReachable: neither a mobile number nor an e-mail address.
    """
    text = "".join(typed.translate(_FULL_WIDTH).split())
    if "@" in text:
        if not _ADDRESS.fullmatch(text):
            raise NotReachable
        return MAIL, text, secrets.index(f"mail:{text.lower()}")
    digits = re.sub(r"[-().+]", "", text)
    digits = digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
    if not _MOBILE.fullmatch(digits):
        raise NotReachable
    return SMS, digits, secrets.index(digits)


@transaction.atomic
def ask(
    typed: str,
    *,
    language: str,
    synthetic: bool,
    before: str = "",
    adds_to: int | None = None,
    by: Caller,
    at: datetime,
) -> tuple[OneTimeCode, str]:
    """Ask for a code, together with the job that sends it. Nothing about persons is read. Returns as `codes.begin`.

    Raises:
        NotReachable: neither a mobile number nor an e-mail address.
        CodesNotSent: nothing is set up that would send it that way.
    """
    way, to, to_index = reached_at(typed)
    if way not in ways(synthetic=synthetic):
        raise CodesNotSent
    asked, secret = codes.begin(
        way=way, to=to, to_index=to_index, language=language, before=before, adds_to=adds_to, by=by, at=at
    )
    send.defer(code_id=str(asked.pk))
    return asked, secret


@app.task(
    queue="post",
    name="access.send_code",
    priority=FIRST,
    retry=RetryStrategy(max_attempts=4, exponential_wait=4, retry_exceptions=[NotYet]),
)
def send(code_id: str) -> None:
    """Send one code, unless its time is over. What goes wrong is logged without saying to whom it was to go."""
    asked = OneTimeCode.objects.filter(pk=UUID(code_id), proved_at__isnull=True).first()
    if asked is None or asked.expires_at <= now():
        return
    try:
        hand_over(asked, at=now())
    except post.NotSent as problem:
        log.warning("a code was not sent: %s", problem)
        if problem.again:
            raise NotYet from None
        OneTimeCode.objects.filter(pk=asked.pk).update(failed_at=now())


def hand_over(asked: OneTimeCode, *, at: datetime) -> None:
    """Hand a code to whatever sends it.

    Raises:
        NotSent: it was not taken.
    """
    env: Env = settings.ENV
    to, key = secrets.unseal(asked.to), f"code-{asked.pk}"
    with translation.override(asked.language):
        subject = gettext("Your code for Linli")
        text = gettext(
            "{code} is your code for Linli. It works for 10 minutes. Give it to nobody: nobody will ask you for it."
        ).format(code=codes.code_of(asked))
    if asked.way == MAIL:
        if env.smtp is None:
            raise post.NotSent("no mail server is set", again=False)
        post.send_mail(post.MailServer.at(env.smtp, env.smtp_from), to=to, subject=subject, text=text, key=key)
    elif env.sms == DRILL:
        post.record_sms(env.data_dir / "drill" / "sms.jsonl", to=to, text=text, key=key, at=at)
    elif env.sms is not None:
        post.send_sms(post.SmsGateway.at(env.sms, env.sms_key or ""), to=to, text=text, key=key, at=at)
    else:
        raise post.NotSent("no gateway for short messages is set", again=False)


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(queue=QUEUE, name="access.forget_codes", queueing_lock="access.forget_codes")
def forget_codes(timestamp: int) -> None:
    """Delete codes whose time is over, with the numbers they were sent to."""
    codes.forget(at=now())
