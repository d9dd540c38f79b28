"""`linli access`: what the machine's own terminal can do without a second administrator."""

import re
from contextlib import nullcontext
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from linli.access.errors import AlreadyHeld, BadPeriod, NameTaken, NoSuchAccount, WrongLevel
from linli.access.models import RoleGrant, User
from linli.cli import access as commands
from linli.cli import session
from linli.common.clock import now
from linli.custody.models import TrailEntry
from tests.factories import tiny_city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _database_of_the_test(monkeypatch):
    monkeypatch.setattr(session, "database", nullcontext)


def linli(*words: str) -> Result:
    return CliRunner().invoke(commands.access, list(words), catch_exceptions=True)


def test_the_first_administrator_is_made_at_the_terminal_and_chooses_a_password():
    told = linli("administrator", "root.li", "--name", "李管理")
    assert told.exit_code == 0, told.output
    user = User.objects.get(username="root.li")
    grant = RoleGrant.objects.get(user=user, role="administrator")
    assert (grant.granted_by, user.has_usable_password()) == (None, False)
    path = re.search(r"http://localhost:\d+(/sign-in/first/[\w-]{43}/)", told.output)[1]
    assert Client().get(path).status_code == 200
    kinds = TrailEntry.objects.order_by("pk").values_list("kind", "user")
    assert list(kinds) == [("account.made", None), ("role.granted", None), ("password_link.made", None)]


def test_nothing_is_left_of_an_administrator_whose_name_is_taken():
    assert linli("administrator", "root.li", "--name", "李").exit_code == 0
    assert isinstance(linli("administrator", "root.li", "--name", "王").exception, NameTaken)
    assert RoleGrant.objects.count() == 1


def test_the_terminal_gives_what_takes_two_administrators_and_ends_it():
    city = tiny_city()
    linli("administrator", "root.li", "--name", "李")
    last = (now() + timedelta(days=10)).strftime("%Y-%m-%d")
    assert linli("grant", "auditor", "root.li", "--until", last).exit_code == 0
    assert linli("grant", "city", "root.li", "--area", str(city.street.pk)).exit_code == 0
    listed = linli("list").output
    assert [line.split()[1] for line in listed.splitlines()] == ["administrator", "auditor", "city"]
    assert city.street.name in listed
    grant = RoleGrant.objects.get(role="auditor")
    assert grant.until > now() + timedelta(days=9)
    assert linli("end", str(grant.pk)).exit_code == 0
    assert "auditor" not in linli("list").output
    assert linli("list", "--role", "city").output.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["grant", "auditor", "nobody"], NoSuchAccount),
        (["grant", "street", "root.li"], WrongLevel),
        (["grant", "administrator", "root.li"], AlreadyHeld),
        (["grant", "auditor", "root.li", "--until", "9999-12-31"], BadPeriod),
        (["link", "nobody"], NoSuchAccount),
        (["close", "nobody"], NoSuchAccount),
    ],
)
def test_what_cannot_be_is_said_with_a_code(words, error):
    linli("administrator", "root.li", "--name", "李")
    assert isinstance(linli(*words).exception, error)


def test_a_lost_password_and_a_closed_account():
    linli("administrator", "root.li", "--name", "李")
    assert "/sign-in/first/" in linli("link", "root.li", "--forget-second-step").output
    assert linli("close", "root.li").exit_code == 0
    assert not User.objects.get().is_active
    assert "(closed)" in linli("list").output
    assert linli("close", "root.li", "--again").exit_code == 0
    assert User.objects.get().is_active
