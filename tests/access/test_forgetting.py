"""What no longer opens anything is forgotten, and nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session

from linli.access.jobs import forget_expired
from linli.access.models import ApiToken, DeviceSession, SignInLink, User
from linli.common.clock import now
from tests.factories import FOUNDED

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def left(model):
    return model.objects.count()


@pytest.mark.parametrize(("ends", "kept"), [(-DAY, 0), (DAY, 1)])
def test_a_session_goes_when_it_expires(ends, kept):
    Session.objects.create(session_key="k" * 32, session_data="x", expire_date=now() + ends)
    forget_expired(at=now())
    assert left(Session) == kept


@pytest.mark.parametrize(("ends", "revoked", "kept"), [(-DAY, None, 0), (DAY, None, 1), (DAY, -DAY, 0)])
def test_a_device_goes_when_it_expires_or_is_signed_out(ends, revoked, kept):
    at = now()
    DeviceSession.objects.create(
        digest=b"d" * 32,
        claim=uuid4(),
        created_at=at - 40 * DAY,
        expires_at=at + ends,
        revoked_at=at + revoked if revoked else None,
    )
    forget_expired(at=at)
    assert left(DeviceSession) == kept


@pytest.mark.parametrize(("ended", "kept"), [(-184 * DAY, 0), (-182 * DAY, 1), (DAY, 1)])
def test_a_key_stays_readable_for_six_months_after_its_end(ended, kept):
    at = now()
    user = User.objects.create(username="u", display_name="u", created_at=FOUNDED)
    ApiToken.objects.create(
        user=user, digest=b"d" * 32, label="x", scopes=["read"], created_at=at - 400 * DAY, expires_at=at + ended
    )
    forget_expired(at=at)
    assert left(ApiToken) == kept


@pytest.mark.parametrize(("age", "kept"), [(timedelta(hours=25), 0), (timedelta(hours=23), 1)])
def test_a_link_goes_after_a_day(age, kept):
    at = now()
    user = User.objects.create(username="u", display_name="u", created_at=FOUNDED)
    made = at - age
    SignInLink.objects.create(user=user, digest=b"d" * 32, created_at=made, expires_at=made + timedelta(minutes=5))
    forget_expired(at=at)
    assert left(SignInLink) == kept
