"""One-time codes: six digits that are sent, or eight letters that a desk prints for somebody who stands there.

A code that is sent belongs to the device that asked, by a secret in a cookie of its own: nobody else can try it, so
nobody's tries lock anybody out. Asking reads nothing about persons: whether a number is known shows only to whoever
got the code, and typed it.

Asking and typing do not wait for the disk. Coming in does, and with it the disk has all that led there; whom a crash of
the database takes a code away before that asks for another.
"""

import hmac
import secrets as chance
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from linli.access import digests
from linli.access.errors import CodeOld, CodeSpent, CodeTriedOut, CodeWrong, PaperSpent
from linli.access.models import OneTimeCode, PaperCode, User
from linli.common.caller import Caller
from linli.common.compiled import Compiled, Given
from linli.common.db import answer_before_disk
from linli.custody import secrets, trail

CODE_LIVES = timedelta(minutes=10)
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that looks like another; 8 of them are 8.5e11 codes
_ON_DEVICE = Compiled(lambda: OneTimeCode.objects.filter(device=Given("device")).order_by("-created_at", "-pk")[:1])
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}


def code_of(asked: OneTimeCode) -> str:
    """The six digits of a code. They stand nowhere: they follow from the row's id under a key of the keyring."""
    return f"{int.from_bytes(secrets.index(f'one_time_code:{asked.pk}')) % 10**6:06d}"


@transaction.atomic(savepoint=False)
def begin(
    *,
    way: str,
    to: str,
    to_index: bytes,
    language: str,
    before: str = "",
    adds_to: int | None = None,
    by: Caller,
    at: datetime,
) -> tuple[OneTimeCode, str]:
    """A fresh code for one device, and the secret for its cookie. The device's older codes are gone.

    Args:
        to: the number or address; only a sealed text is stored.
        before: the secret this device had until now.
        adds_to: the person whose address this is going to be.
    """
    answer_before_disk()
    if digests.looks_like_secret(before):
        OneTimeCode.objects.filter(device=digests.digest(before)).delete()
    secret = digests.fresh_secret()
    asked = OneTimeCode.objects.create(
        device=digests.digest(secret),
        way=way,
        to=secrets.seal(to),
        to_index=to_index,
        language=language,
        adds_to=adds_to,
        created_at=at,
        expires_at=at + CODE_LIVES,
    )
    trail.record("code.asked", who=by, subject=f"code:{asked.pk}", at=at, facts={"way": way})
    return asked, secret


def asked_on(secret: str) -> OneTimeCode | None:
    """The code that a device asked for, whatever became of it."""
    if not digests.looks_like_secret(secret):
        return None
    return _ON_DEVICE.first(device=digests.digest(secret))


def prove(secret: str, typed: str, *, at: datetime) -> OneTimeCode:
    """Take what somebody typed. A try is counted before it is looked at, in a transaction of its own.

    Raises:
        CodeOld, CodeSpent, CodeTriedOut: the code of this device opens nothing any more.
        CodeWrong: it is another code.
    """
    asked = asked_on(secret)
    check_open(asked, at)
    assert asked is not None
    with transaction.atomic():
        answer_before_disk()
        counted = _unproved(asked).filter(tries__lt=OneTimeCode.MOST_TRIES).update(tries=F("tries") + 1)
    if not counted:
        asked.refresh_from_db()
        raise CodeSpent if asked.proved_at is not None else CodeTriedOut
    if not hmac.compare_digest(code_of(asked).encode(), digits_of(typed).encode()):
        asked.refresh_from_db()
        left = OneTimeCode.MOST_TRIES - asked.tries
        raise CodeWrong(left=left) if left else CodeTriedOut
    with transaction.atomic():
        answer_before_disk()
        # Of two requests with the right code one wins: the update names the state it expects.
        if not _unproved(asked).update(proved_at=at, expires_at=at + CODE_LIVES):
            raise CodeSpent
        trail.record("code.proved", who=Caller(), subject=f"code:{asked.pk}", at=at)
    asked.tries, asked.proved_at, asked.expires_at = asked.tries + 1, at, at + CODE_LIVES
    return asked


def check_open(asked: OneTimeCode | None, at: datetime) -> None:
    """Let pass only a code that can still be typed.

    Raises:
        CodeOld, CodeSpent, CodeTriedOut: it opens nothing any more.
    """
    if asked is not None and asked.proved_at is not None:
        raise CodeSpent
    if asked is None or asked.expires_at <= at:
        raise CodeOld
    if asked.tries >= OneTimeCode.MOST_TRIES:
        raise CodeTriedOut


def digits_of(typed: str) -> str:
    """The digits of what was typed: blanks and hyphens between them are forgiven, full-width digits folded."""
    return "".join(letter for letter in typed.translate(_FULL_WIDTH) if letter.isascii() and letter.isdigit())


def _unproved(asked: OneTimeCode) -> QuerySet[OneTimeCode]:
    return OneTimeCode.objects.filter(pk=asked.pk, proved_at__isnull=True)


def proved_on(secret: str, *, at: datetime) -> OneTimeCode:
    """The code that a device has typed rightly, and not come in by yet.

    Raises:
        CodeOld: there is none, or ten minutes have gone since.
        CodeSpent: somebody came in by it.
    """
    asked = asked_on(secret)
    if asked is not None and asked.used_at is not None:
        raise CodeSpent
    if asked is None or asked.proved_at is None or asked.expires_at <= at:
        raise CodeOld
    return asked


def use(asked: OneTimeCode, *, at: datetime) -> None:
    """Come in by a code that was typed rightly. Call it inside the transaction that lets somebody in.

    Raises:
        CodeSpent: another request was quicker.
    """
    if not _unused(asked).update(used_at=at):
        raise CodeSpent


def _unused(asked: OneTimeCode) -> QuerySet[OneTimeCode]:
    return OneTimeCode.objects.filter(pk=asked.pk, proved_at__isnull=False, used_at__isnull=True)


@transaction.atomic
def print_paper(
    *,
    person: int | None = None,
    claim: UUID | None = None,
    user: User | None = None,
    lends: Sequence[int] = (),
    lives: timedelta = CODE_LIVES,
    area: int | None,
    by: Caller,
    at: datetime,
) -> tuple[PaperCode, str]:
    """A code on paper for somebody who stands at the desk, like K7QD-2M4X. Older ones of theirs end with it.

    Whether the person is the desk's is decided where they are fetched.

    Args:
        person: who it is. claim: a sign-up of theirs; the one that is opened where no person stands behind it yet.
        user: an account that comes in by it (``phones.print_qr``). lends: ids of the grants its phone then opens.
    """
    assert by.user is not None
    theirs = PaperCode.objects.filter(used_at__isnull=True, person=person, claim=claim, user=user)
    theirs.update(used_at=at)
    text = "".join(chance.choice(_LETTERS) for _ in range(8))
    paper = PaperCode.objects.create(
        digest=_paper_digest(text),
        person=person,
        claim=claim,
        user=user,
        lends=list(lends),
        printed_by=by.user,
        created_at=at,
        expires_at=at + lives,
    )
    subject = f"person:{person}" if person is not None else f"sign_up:{claim}"
    subject = f"user:{user.pk}" if user is not None else subject
    trail.record("paper_code.printed", who=by, subject=subject, at=at, area=area, facts={"code": paper.pk})
    return paper, f"{text[:4]}-{text[4:]}"


def paper_of(text: str, *, at: datetime) -> PaperCode:
    """The code that stands on a paper. Looking uses nothing up. There are too many codes to try them.

    Raises:
        PaperSpent: unknown, used or too old.
    """
    found = PaperCode.objects.filter(
        digest=_paper_digest(letters_of(text)), used_at__isnull=True, expires_at__gt=at
    ).first()
    if found is None:
        raise PaperSpent
    return found


def use_paper(paper: PaperCode, *, at: datetime) -> None:
    """Come in by a code on paper. Call it inside the transaction that lets somebody in.

    Raises:
        PaperSpent: another request was quicker.
    """
    if not _unused_paper(paper).update(used_at=at):
        raise PaperSpent
    who = Caller(user=paper.user_id, person=paper.person)
    trail.record("paper_code.used", who=who, subject=f"paper_code:{paper.pk}", at=at)


def _unused_paper(paper: PaperCode) -> QuerySet[PaperCode]:
    return PaperCode.objects.filter(pk=paper.pk, used_at__isnull=True)


def letters_of(typed: str) -> str:
    """Eight letters as they are compared, whatever stands between them."""
    return "".join(letter for letter in typed.translate(_FULL_WIDTH).upper() if letter in _LETTERS)[:9]


def _paper_digest(letters: str) -> bytes:
    return secrets.index(f"paper_code:{letters}")


def forget(*, at: datetime) -> int:
    """Delete every code whose time is over, with the number it was sent to. Returns how many rows."""
    old = (OneTimeCode.objects.filter(expires_at__lt=at), PaperCode.objects.filter(expires_at__lt=at))
    return sum(rows.delete()[0] for rows in old)
