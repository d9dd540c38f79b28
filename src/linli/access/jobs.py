"""What sign-in does by the clock: forgetting whatever has expired."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Q
from procrastinate.contrib.django import app

from linli.access.models import ApiToken, DeviceSession, SignInLink
from linli.common.clock import now
from linli.custody.jobs import QUEUE

EVERY_HOUR = "17 * * * *"
TOKENS_KEPT = timedelta(days=183)
LINKS_KEPT = timedelta(days=1)


@app.periodic(cron=EVERY_HOUR)
@app.task(queue=QUEUE, name="access.forget", queueing_lock="access.forget")
def forget(timestamp: int) -> None:
    """Let go of what no longer opens anything."""
    forget_expired(at=now())


def forget_expired(*, at: datetime) -> int:
    """Delete sessions, devices, programs' keys and sign-in links as declared in ``fields``. Returns how many rows.

    A key stays readable to its owner for six months after its end, a link for a day; a session and a device that was
    signed out or has expired go at once.
    """
    old = (
        Session.objects.filter(expire_date__lt=at),
        DeviceSession.objects.filter(Q(expires_at__lt=at) | Q(revoked_at__lt=at)),
        ApiToken.objects.filter(Q(expires_at__lt=at - TOKENS_KEPT) | Q(revoked_at__lt=at - TOKENS_KEPT)),
        SignInLink.objects.filter(created_at__lt=at - LINKS_KEPT, expires_at__lt=at),
    )
    return sum(rows.delete()[0] for rows in old)
