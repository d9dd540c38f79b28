"""Accounts of a play: each with one role, made where it does not exist yet."""

from linli.access.actions import TERMINAL, create_staff, grant_role
from linli.access.callers import grants_in_force
from linli.access.models import User
from linli.common.caller import Caller
from linli.common.clock import now
from linli.places import queries as places
from linli.places.models import Area, Level


def staff(username: str, display_name: str, role: str, area: int | None) -> Caller:
    """The caller of a demo account with one role, made where it does not exist yet."""
    at = now()
    user = User.objects.filter(username=username).first()
    if user is None:
        user = create_staff(username, display_name=display_name, password=None, demo=True, by=TERMINAL, at=at)
        grant_role(role, user=user, area=area, by=TERMINAL, at=at)
    return Caller(user=user.pk, grants=grants_in_force(now(), user=user.pk))


def desk_of(community: Area) -> Caller:
    """The duty desk of a community."""
    return staff(f"desk-{community.pk}", f"{community.name} 值班台", "community_desk", community.pk)


def street_of(community: int, top: Area) -> Caller:
    """The command of the street a community lies in; a community without one is run by the top area."""
    street = next((area for area in places.ancestors(community, now()) if area.level == Level.STREET), top)
    return staff(f"street-{street.pk}", f"{street.name} 指挥部", "street", street.pk)
