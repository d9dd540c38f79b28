"""One-time links, device sessions and programs' keys."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import RequestFactory

from linli.access import actions, devices, proofs, queries
from linli.access.callers import DEVICE_COOKIE, caller_of
from linli.access.errors import BadToken, LinkSpent, MayNotGrant, NoSuchScope, OnlyOnSynthetic, TokenScope
from linli.access.models import ApiToken, DeviceSession, RoleGrant, SignInLink, User
from linli.common.caller import NOBODY, Caller, Grant
from linli.common.clock import now
from linli.common.errors import NotFound

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def demo(db):
    return User.objects.create(username="demo", display_name="Demo", demo=True, created_at=NOON)


def test_a_link_opens_once(demo):
    secret = proofs.issue_link(demo, synthetic=True, at=NOON)
    assert secret.encode() not in bytes(SignInLink.objects.get().digest)
    assert proofs.redeem_link(secret, synthetic=True, at=NOON) == demo
    with pytest.raises(LinkSpent):
        proofs.redeem_link(secret, synthetic=True, at=NOON)


def test_a_link_grows_old_and_its_account_may_be_closed(demo):
    secret = proofs.issue_link(demo, synthetic=True, at=NOON)
    with pytest.raises(LinkSpent):
        proofs.redeem_link(secret, synthetic=True, at=NOON + timedelta(hours=24))
    User.objects.update(is_active=False)
    with pytest.raises(LinkSpent):
        proofs.redeem_link(secret, synthetic=True, at=NOON)


@pytest.mark.parametrize("text", ["", "x", "../../etc/passwd", "a" * 43, "王" * 43, "a" * 5000])
def test_a_made_up_link_is_refused(demo, text):
    with pytest.raises(LinkSpent):
        proofs.redeem_link(text, synthetic=True, at=NOON)


def test_links_exist_only_on_a_synthetic_city_and_for_demo_accounts(demo):
    with pytest.raises(OnlyOnSynthetic):
        proofs.issue_link(demo, synthetic=False, at=NOON)
    secret = proofs.issue_link(demo, synthetic=True, at=NOON)
    with pytest.raises(OnlyOnSynthetic):
        proofs.redeem_link(secret, synthetic=False, at=NOON)
    real = User.objects.create(username="real", display_name="Real", created_at=NOON)
    with pytest.raises(OnlyOnSynthetic):
        proofs.issue_link(real, synthetic=True, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_in_one_second_one_wins():
    user = User.objects.create(username="demo", display_name="Demo", demo=True, created_at=NOON)
    secret = proofs.issue_link(user, synthetic=True, at=NOON)

    def click(_):
        try:
            return proofs.redeem_link(secret, synthetic=True, at=NOON) == user
        except LinkSpent:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(click, range(4))) == [False, False, False, True]


def request_with(secret):
    request = RequestFactory().get("/")
    request.COOKIES[DEVICE_COOKIE] = secret
    return request


@pytest.mark.django_db
def test_a_device_speaks_for_its_claim_then_for_the_person():
    claim = uuid4()
    session, secret = devices.start_device_session(claim, at=now())
    caller = caller_of(request_with(secret))
    assert (caller.device, caller.person, caller.grants) == (session.pk, None, ())
    assert queries.claims_of(caller) == [claim]
    RoleGrant.objects.create(person=41, role="volunteer", since=now())
    assert actions.bind_person(claim, 41, at=now()) == 1
    caller = caller_of(request_with(secret))
    assert (caller.person, caller.has("volunteer")) == (41, True)


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"revoked_at": NOON}, {"expires_at": NOON, "created_at": NOON - timedelta(1)}])
def test_a_device_session_that_ended_speaks_for_nobody(change):
    _, secret = devices.start_device_session(uuid4(), at=now())
    DeviceSession.objects.update(**change)
    assert caller_of(request_with(secret)) is NOBODY


@pytest.mark.django_db
def test_a_family_shares_a_device_and_the_others_lend_it_no_person():
    first, second = uuid4(), uuid4()
    session, secret = devices.start_device_session(first, at=now())
    caller = Caller(device=session.pk)
    for _ in range(2):  # a form sent twice
        assert devices.share_device(caller, second, at=now() + timedelta(days=20))
    assert queries.claims_of(caller) == [first, second]
    actions.bind_person(second, 42, at=now())
    assert caller_of(request_with(secret)).person is None
    assert devices.share_device(caller, uuid4(), at=now() + timedelta(days=45))  # thirty days from the last one


@pytest.mark.django_db
def test_a_device_holds_as_many_sign_ups_as_a_family_needs_and_none_after_its_end():
    session, _ = devices.start_device_session(uuid4(), at=now())
    caller = Caller(device=session.pk)
    held = [devices.share_device(caller, uuid4(), at=now()) for _ in range(devices.MOST_ON_ONE_DEVICE)]
    assert held == [True] * (devices.MOST_ON_ONE_DEVICE - 1) + [False]
    lives = DeviceSession.objects.values_list("expires_at", flat=True)
    before = lives.get(pk=session.pk)
    assert not devices.share_device(caller, uuid4(), at=now() + timedelta(days=3))
    assert lives.get(pk=session.pk) == before  # one that is full and left behind does not live longer for it
    devices.end_device_session(caller, at=now())
    assert not devices.share_device(caller, uuid4(), at=now())
    assert not devices.share_device(NOBODY, uuid4(), at=now())


@pytest.mark.django_db
def test_ending_a_device_session_ends_it():
    session, secret = devices.start_device_session(uuid4(), at=now())
    devices.end_device_session(Caller(device=session.pk), at=now())
    assert caller_of(request_with(secret)) is NOBODY
    assert queries.claims_of(NOBODY) == []


@pytest.mark.django_db
@pytest.mark.parametrize("secret", ["", "x", "a" * 43, "' OR 1=1 --", "\x00"])
def test_a_made_up_cookie_speaks_for_nobody(secret):
    assert caller_of(request_with(secret)) is NOBODY


def own(user):
    RoleGrant.objects.get_or_create(user=user, role="community_desk", area=1, since=NOON)
    return Caller(user=user.pk, grants=(Grant("community_desk", 1, NOON),))


def test_a_key_speaks_for_its_account_within_its_scopes(demo):
    token, text = proofs.issue_token(demo, label="report", scopes=["read"], days=30, by=own(demo), at=NOON)
    caller = queries.caller_with_token(text, scope="read", at=NOON)
    assert (caller.user, caller.areas("community_desk")) == (demo.pk, (1,))
    with pytest.raises(TokenScope):
        queries.caller_with_token(text, scope="write", at=NOON)
    with pytest.raises(BadToken):
        queries.caller_with_token(text, scope="read", at=NOON + timedelta(days=30))
    with pytest.raises(NotFound):
        proofs.withdraw_token(token.pk, by=Caller(user=demo.pk + 1), at=NOON)
    proofs.withdraw_token(token.pk, by=own(demo), at=NOON)
    with pytest.raises(BadToken):
        queries.caller_with_token(text, scope="read", at=NOON)


def test_a_closed_accounts_key_is_refused(demo):
    _, text = proofs.issue_token(demo, label="report", scopes=["read"], days=30, by=own(demo), at=NOON)
    User.objects.update(is_active=False)
    with pytest.raises(BadToken):
        queries.caller_with_token(text, scope="read", at=NOON)


@pytest.mark.parametrize("text", ["", "x", "a" * 43, "王"])
def test_a_made_up_key_is_refused(demo, text):
    with pytest.raises(BadToken):
        queries.caller_with_token(text, scope="read", at=NOON)


def test_a_key_is_made_for_oneself_with_a_role_in_force_and_lives_half_a_year_at_most(demo):
    with pytest.raises(MayNotGrant):
        proofs.issue_token(demo, label="x", scopes=["read"], days=1, by=Caller(user=demo.pk), at=NOON)
    with pytest.raises(MayNotGrant):
        proofs.issue_token(
            demo, label="x", scopes=["read"], days=1, by=Caller(user=0, grants=own(demo).grants), at=NOON
        )
    for scopes in ([], ["everything"]):
        with pytest.raises(NoSuchScope):
            proofs.issue_token(demo, label="x", scopes=scopes, days=1, by=own(demo), at=NOON)
    token, _ = proofs.issue_token(demo, label="x", scopes=["read"], days=9999, by=own(demo), at=NOON)
    assert ApiToken.objects.get(pk=token.pk).expires_at == NOON + timedelta(days=180)
