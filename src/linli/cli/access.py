"""`linli access`: accounts and roles from the machine's own terminal, which needs no second administrator.

What is done here stands in the trail, in nobody's name.
"""

import os
from datetime import datetime

import click
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from linli.access import actions, proofs
from linli.access.actions import FACTOR_REASONS, TERMINAL, FactorReason
from linli.access.errors import NoSuchAccount
from linli.access.models import RoleGrant, User
from linli.access.periods import moments
from linli.access.queries import WITHOUT_ACCOUNT
from linli.cli.session import needs_database
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.conf.env import Env
from linli.custody.roles import ROLES
from linli.places.names import place_names

DAY = click.DateTime(formats=["%Y-%m-%d"])
ACCOUNT_ROLES = [key for key in ROLES if key not in WITHOUT_ACCOUNT]


@click.group()
def access() -> None:
    """Accounts, roles and sign-in links, by whoever can run commands on this machine."""


@access.command()
@click.argument("username")
@click.option("--name", "display_name", required=True, help="Name that others see.")
@needs_database
def administrator(username: str, display_name: str) -> None:
    """Make an administrator: an account, its role, and a link to choose the password."""
    at = now()
    with transaction.atomic():
        user = actions.create_staff(username, display_name=display_name, password=None, by=TERMINAL, at=at)
        actions.grant_role("administrator", user=user, by=TERMINAL, at=at)
        secret = proofs.issue_password_link(user, by=TERMINAL, at=at)
    _print_link(user, secret)


@access.command()
@click.argument("role", type=click.Choice(ACCOUNT_ROLES))
@click.argument("username")
@click.option("--area", type=int, help="Number of the area, for roles that have one.")
@click.option("--organisation", type=int, help="Number of the work unit a liaison speaks for.")
@click.option("--from", "since", type=DAY, help="First day (YYYY-MM-DD); left out: now.")
@click.option("--until", type=DAY, help="Last day (YYYY-MM-DD); left out: until somebody ends it.")
@needs_database
def grant(
    role: str,
    username: str,
    area: int | None,
    organisation: int | None,
    since: datetime | None,
    until: datetime | None,
) -> None:
    """Give an account a role."""
    at = now()
    begins, ends = moments(since and since.date(), until and until.date(), today=localdate(at))
    made = actions.grant_role(
        role,
        user=_account(username),
        area=area,
        organisation=organisation,
        since=begins,
        until=ends,
        by=TERMINAL,
        at=at,
    )
    click.echo(f"Grant {made.pk}: {username} holds {role}.")


@access.command()
@click.argument("number", type=int)
@needs_database
def end(number: int) -> None:
    """End a grant now, by its number."""
    found = RoleGrant.objects.filter(pk=number).first()
    if found is None:
        raise NotFound
    actions.revoke(found, by=TERMINAL, at=now())
    click.echo(f"Grant {number} has ended.")


@access.command()
@click.argument("username")
@click.option("--forget-second-step", is_flag=True, help="Phone and recovery codes are lost: set them up anew.")
@needs_database
def link(username: str, forget_second_step: bool) -> None:
    """Print a link by which an account chooses its password, once, within 24 hours."""
    user = _account(username)
    secret = proofs.issue_password_link(user, forget_second_step=forget_second_step, by=TERMINAL, at=now())
    _print_link(user, secret)


@access.command("reset-factor")
@click.argument("username")
@click.option(
    "--reason",
    type=click.Choice([str(each) for each in FACTOR_REASONS]),
    default=str(FactorReason.LOST),
    show_default=True,
    help="Why, for the trail.",
)
@needs_database
def reset_factor(username: str, reason: str) -> None:
    """Take an account's second step away and sign it out: lost, stolen, replaced or broken.

    After the password it sets up a new one before any of its roles opens anything.
    """
    if actions.reset_second_step(_account(username), reason=reason, by=TERMINAL, at=now()):
        click.echo(f"{username} has no second step any more and is signed out. After the password they set up another.")
    else:
        click.echo(f"{username} had no second step set up; the account is signed out.")


@access.command()
@click.argument("username")
@click.option("--again", is_flag=True, help="Open it again.")
@needs_database
def close(username: str, again: bool) -> None:
    """Close an account, or open it again."""
    actions.set_active(_account(username), again, by=TERMINAL, at=now())
    click.echo(f"The account {username} is {'open again' if again else 'closed'}.")


@access.command(name="list")
@click.option("--role", type=click.Choice(ACCOUNT_ROLES), help="Only who holds this role.")
@needs_database
def list_grants(role: str | None) -> None:
    """Print accounts with the grants they hold now or later: number, role, account, where, until when."""
    held = RoleGrant.objects.filter(user__isnull=False).exclude(until__lte=now()).select_related("user")
    if role is not None:
        held = held.filter(role=role)
    grants = list(held.order_by("role", "pk"))
    names = place_names({grant.area for grant in grants if grant.area is not None})
    for grant in grants:
        assert grant.user is not None, "grants of persons were left out"
        until = f"until {grant.until:%Y-%m-%d %H:%M} UTC" if grant.until is not None else ""
        closed = "" if grant.user.is_active else "(closed)"
        words = (grant.user.username, closed, names.get(grant.area or 0, ""), until)
        click.echo(f"{grant.pk:>6}  {grant.role:<16} {' '.join(word for word in words if word)}")


def _account(username: str) -> User:
    found = User.objects.filter(username=username).first()
    if found is None:
        raise NoSuchAccount(username=username)
    return found


def _print_link(user: User, secret: str) -> None:
    path = reverse("choose_password", args=[secret])
    site = Env.read(os.environ).site
    click.echo(f"{user.username} chooses a password here, once, within 24 hours:\n{site}{path}")
