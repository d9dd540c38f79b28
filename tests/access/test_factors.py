"""A lost second step: taken away by another administrator or the terminal, with the reason in the trail."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from linli.access import actions
from linli.access.errors import MayNotGrant, NoFactorReason
from linli.access.models import User
from linli.common.clock import now
from linli.custody.models import TrailEntry
from tests.factories import FOUNDED, caller_for, sign_in, user_with_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    user = User.objects.create(username="officer", display_name="Officer", created_at=FOUNDED)
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=user, type=kind, data={"secret": "00"})
    return user


def test_an_administrator_takes_it_away_and_the_reason_is_kept(officer):
    theirs, stays = Client(), Client()
    sign_in(theirs, officer)
    admin = user_with_role("administrator")
    sign_in(stays, admin)
    assert actions.reset_second_step(officer, reason="stolen", by=caller_for(admin), at=now())
    assert not Authenticator.objects.filter(user=officer).exists()
    assert theirs.get("/account/").status_code == 302, "signed out everywhere"
    assert stays.get("/account/").status_code == 200
    entry = TrailEntry.objects.get(kind="second_step.reset")
    assert (entry.user, entry.subject) == (admin.pk, f"user:{officer.pk}")
    assert entry.facts == {"reason": "stolen", "sessions": 1}


def test_the_terminal_may_too_and_a_second_time_says_that_there_was_none(officer):
    assert actions.reset_second_step(officer, reason="lost", by=actions.TERMINAL, at=now())
    assert not actions.reset_second_step(officer, reason="lost", by=actions.TERMINAL, at=now())
    assert TrailEntry.objects.filter(kind="second_step.reset").count() == 1


def test_nobody_else_does_and_nobody_their_own(officer):
    admin = user_with_role("administrator")
    with pytest.raises(MayNotGrant):
        actions.reset_second_step(admin, reason="lost", by=caller_for(admin), at=now())
    with pytest.raises(MayNotGrant):
        actions.reset_second_step(officer, reason="lost", by=caller_for(user_with_role("auditor")), at=now())
    with pytest.raises(NoFactorReason):
        actions.reset_second_step(officer, reason="because", by=caller_for(admin), at=now())
    assert Authenticator.objects.filter(user=officer).count() == 2
