"""The first administrator: by the code in the terminal, once, and of two who come together one."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from linli.access import actions, queries
from linli.access.errors import BadAccount, FirstIsThere, FirstTriesSpent, WrongFirstCode
from linli.access.models import FirstCode, RoleGrant, User
from linli.common.clock import now
from linli.custody.models import TrailEntry

pytestmark = pytest.mark.django_db
PASSWORD = "four unrelated words"


def make(code: str, username: str = "root.li", *, password: str = PASSWORD, device: str = "one", at=None) -> User:
    return actions.make_first_administrator(
        code, username, display_name="李管理", password=password, device=device, at=at or now()
    )


def test_the_code_makes_an_administrator_once_and_is_kept_as_a_digest_only():
    code = actions.issue_first_code(at=now())
    assert queries.waits_for_first()
    kept = FirstCode.objects.get()
    assert code.replace("-", "").encode() not in bytes(kept.digest)
    user = make(code)
    assert user.check_password(PASSWORD)
    assert RoleGrant.objects.get(role="administrator").user == user
    assert not queries.waits_for_first()
    with pytest.raises(FirstIsThere):
        make(code, "second", device="two")
    with pytest.raises(FirstIsThere):
        actions.issue_first_code(at=now())
    kinds = list(TrailEntry.objects.order_by("pk").values_list("kind", "user"))
    assert kinds == [
        ("first_code.made", None),
        ("account.made", None),
        ("role.granted", None),
        ("first_code.used", user.pk),
    ]


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_a_code_is_taken_as_people_type_it(typed):
    assert make(typed(actions.issue_first_code(at=now())))


def test_a_fresh_code_ends_the_one_before_and_each_lives_a_day():
    old = actions.issue_first_code(at=now() - timedelta(hours=1))
    fresh = actions.issue_first_code(at=now())
    assert old != fresh
    with pytest.raises(WrongFirstCode):
        make(old)
    with pytest.raises(WrongFirstCode):
        make(fresh, at=now() + timedelta(hours=25))
    assert make(fresh)


def test_five_wrong_codes_end_the_tries_of_one_device_and_of_no_other():
    code = actions.issue_first_code(at=now())
    for _ in range(5):
        with pytest.raises(WrongFirstCode):
            make("ABCD-EFGH-JKMN")
    with pytest.raises(FirstTriesSpent):
        make(code)
    assert make(code, device="another")


def test_a_fresh_code_gives_a_device_fresh_tries():
    actions.issue_first_code(at=now() - timedelta(minutes=1))
    for _ in range(5):
        with pytest.raises(WrongFirstCode):
            make("ABCD-EFGH-JKMN")
    assert make(actions.issue_first_code(at=now()))


@pytest.mark.parametrize(
    ("username", "password"),
    [("root.li", "short"), ("administrator.li", "administrator.li"), ("a b", PASSWORD), ("", PASSWORD)],
)
def test_names_and_passwords_that_will_not_do_spend_no_try(username, password):
    code = actions.issue_first_code(at=now())
    for _ in range(6):
        with pytest.raises(BadAccount):
            make(code, username, password=password)
    assert make(code)


def test_an_administrator_made_at_the_terminal_ends_the_first_page():
    code = actions.issue_first_code(at=now())
    user = actions.create_staff("root", display_name="Root", password=None, by=actions.TERMINAL, at=now())
    actions.grant_role("community_desk", user=user, area=_community(), by=actions.TERMINAL, at=now())
    assert queries.waits_for_first()
    actions.grant_role("administrator", user=user, by=actions.TERMINAL, at=now())
    assert not queries.waits_for_first()
    with pytest.raises(FirstIsThere):
        make(code)


def test_a_lost_administrator_does_not_open_the_first_page_to_everybody():
    make(actions.issue_first_code(at=now()))
    actions.revoke(RoleGrant.objects.get(), by=actions.TERMINAL, at=now())
    assert not queries.waits_for_first()
    with pytest.raises(FirstIsThere):
        actions.issue_first_code(at=now())


def test_there_is_one_code():
    actions.issue_first_code(at=now())
    kept = FirstCode.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        FirstCode.objects.create(id=2, digest=b"", made_at=kept.made_at, expires_at=kept.expires_at)


def _community() -> int:
    from linli.places import founding
    from linli.places.models import Level

    return founding.name_top_area(level=Level.COMMUNITY, name="大同社区", by=actions.TERMINAL, at=now()).pk


def _race(act) -> list[str]:
    """Two people at once, each in a connection of their own: what came of it."""
    start = threading.Barrier(2)

    def come(name: str) -> str:
        try:
            start.wait(10)
            act(name)
        except FirstIsThere:
            return "late"
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(come, ("li", "wu")))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_come_together_one_is_administrator():
    code = actions.issue_first_code(at=now())
    from linli.access import hashing

    hashing.AT_ONCE, before = 2, hashing._pool
    hashing._pool = threading.BoundedSemaphore(2)
    try:
        assert _race(lambda name: make(code, name, device=name)) == ["late", "made"]
    finally:
        hashing.AT_ONCE, hashing._pool = 1, before
    assert RoleGrant.objects.filter(role="administrator").count() == User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_both_would_be():
    """The twin: whoever looks first and makes afterwards, both find the code unused."""
    actions.issue_first_code(at=now())
    seen = threading.Barrier(2)

    def unguarded(name: str) -> None:
        assert queries.waits_for_first()
        seen.wait(10)
        user = actions.create_staff(name, display_name=name, password=None, by=actions.TERMINAL, at=now())
        actions.grant_role("administrator", user=user, by=actions.TERMINAL, at=now())

    assert _race(unguarded) == ["made", "made"]
    assert RoleGrant.objects.filter(role="administrator").count() == 2
