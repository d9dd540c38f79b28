"""Messages on their way: each handed over while its row is held, with waits that grow, limits, and quiet nights.

A worker that is killed lets go of the row it holds, and the next one takes it up. Only between "handed over" and
"written down" could a message go twice: it then has the same key, by which a gateway and a mailbox know it again.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import translation
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from linli.access import addresses, sending
from linli.common import post
from linli.common.clock import now
from linli.conf.env import DRILL, Env
from linli.notices import rules
from linli.notices.models import Sending, Told
from linli.notices.telling import Words, in_words
from linli.people.queries import city_is_synthetic
from linli.people.reaching import numbers_of

log = logging.getLogger(__name__)

EVERY_TEN_SECONDS = "* * * * * */10"
A_BATCH_S = 4.0  # a worker that is stopped waits five seconds for its jobs
LOCK = 0x4E4F54  # one batch a way at a time, so that its limit holds
CHINESE = "zh-hans"
SMS, MAIL = Sending.Way.SMS, Sending.Way.MAIL
Said = dict[tuple[int, str], Words]
"""Notices in words by id and language, for the seconds of one batch: one of a grid goes to a dozen people."""


def ways() -> list[str]:
    """How messages can be sent from here."""
    return sending.ways(synthetic=city_is_synthetic())


@app.task(queue="post", name="notices.send")
def send(way: str) -> None:
    """Hand over what is due one way: as many as the limit of a minute lets, for some seconds."""
    with _alone(way) as alone:
        if not alone or way not in ways():
            return
        until, left = time.monotonic() + A_BATCH_S, _left_of_the_minute(way, now())
        said: Said = {}
        while left > 0 and _send_next(way, now(), said):
            left -= 1
            if time.monotonic() >= until:
                send.defer(way=way)  # others may have waited: codes come first
                return


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(queue="post", name="notices.send_due", queueing_lock="notices.send_due")
def send_due(timestamp: int) -> None:
    """Go on with what waited for its time, for the morning, or for a worker that was killed."""
    for way in ways():
        if _due(way, now()).exists():
            try:
                with transaction.atomic():
                    send.configure(queueing_lock=f"notices.send.{way}").defer(way=way)
            except AlreadyEnqueued:
                continue


@contextmanager
def _alone(way: str) -> Iterator[bool]:
    """Hold the lock which says that somebody sends this way; PostgreSQL lets go of it when its holder dies."""
    key = list(Sending.Way.values).index(way)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, key])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, key])


def _left_of_the_minute(way: str, at: datetime) -> int:
    env: Env = settings.ENV
    most = env.sms_a_minute if way == SMS else env.mail_a_minute
    return most - Sending.objects.filter(way=way, sent_at__gt=at - timedelta(minutes=1)).count()


def _due(way: str, at: datetime) -> QuerySet[Sending]:
    due = Sending.objects.filter(way=way, sent_at=None, failed_at=None, next_at__lte=at)
    return due.filter(urgent=True) if rules.is_quiet(at) else due


@transaction.atomic
def _send_next(way: str, at: datetime, said: Said) -> bool:
    """Hand over the next that is due; False where none is. Its row is held meanwhile, and nothing else."""
    held = _due(way, at).select_for_update(skip_locked=True).order_by("-urgent", "next_at").first()
    if held is None:
        return False
    told = Told.objects.select_related("notice").get(pk=held.told_id)
    if told.read_at is not None or told.called_at is not None:  # they know it already
        held.delete()
        return True
    held.tries += 1
    try:
        _hand_over(held, told, at, said)
        held.sent_at = now()
    except _NoAddress:
        held.failed_at, held.why = at, Sending.Why.NO_ADDRESS
    except post.NotSent as problem:
        log.warning("a notice was not sent: %s", problem)
        wait = rules.next_wait(held.tries) if problem.again else None
        if wait is not None:
            held.next_at = at + wait
        else:
            held.failed_at = at
            held.why = Sending.Why.GIVEN_UP if problem.again else Sending.Why.REFUSED
    held.save()
    return True


class _NoAddress(Exception):
    """There is no number or address any more."""


def _hand_over(held: Sending, told: Told, at: datetime, said: Said) -> None:
    """Hand one message to whatever sends it.

    Raises:
        NotSent: it was not taken.
        _NoAddress: there is nobody to send it to.
    """
    env: Env = settings.ENV
    words, key = _words(told, said), f"notice-{held.pk}"
    text = f"{words.text} {env.site}/notices/"
    if held.way == MAIL:
        to = addresses.newest_of(told.person_id)
        if not to:
            raise _NoAddress
        server = post.MailServer.at(env.smtp or "", env.smtp_from)
        post.send_mail(server, to=to, subject=words.title, text=text, key=key)
        return
    to = numbers_of([told.person_id]).get(told.person_id, "")
    if not to:
        raise _NoAddress
    if env.sms == DRILL:
        post.record_sms(env.data_dir / "drill" / "sms.jsonl", to=to, text=text, key=key, at=at)
    else:
        post.send_sms(post.SmsGateway.at(env.sms or "", env.sms_key or ""), to=to, text=text, key=key, at=at)


def _words(told: Told, said: Said) -> Words:
    """In the language in which they last read one; in Chinese where they never did."""
    last = Told.objects.filter(person=told.person_id).exclude(read_in="").order_by("-read_at")
    language = last.values_list("read_in", flat=True).first() or CHINESE
    if (told.notice_id, language) not in said:
        with translation.override(language):
            said[told.notice_id, language] = in_words([told.notice], language)[told.notice_id]
    return said[told.notice_id, language]
