"""The city that people sign in to: a demo city with its event, desks, officers, and numbers its register knows."""

import random
from dataclasses import dataclass, replace
from pathlib import Path

from bench.installed import linli
from linli.simulation import SIZES, build

PASSWORD = "four unrelated words"
BY_CODE, BY_PASSWORD = 950, 50


@dataclass(frozen=True, slots=True)
class Staff:
    """An account: its name, the community whose desk it is, and the secret of its app."""

    name: str
    community: int
    secret: str


@dataclass(frozen=True, slots=True)
class City:
    """What the loads need to know.

    Attributes:
        communities: ids.
        phones: numbers of people on the register, each once.
        desks: one for each community, writing entries. officers: those who sign in by password.
    """

    communities: list[int]
    phones: list[str]
    desks: list[Staff]
    officers: list[Staff]


def made(folder: Path, size: str, seed: int, people: int | None = None) -> City:
    """Build, load and play it; Django is set up by this.

    Args:
        people: so many live in it, instead of as many as the size has; grids as Qingyang has them for so many.
    """
    if people is not None:
        SIZES[size] = replace(SIZES[size], residents=people, grids=0, micro_grids=0)  # in this process alone
    build(size, seed, folder)
    linli("city", "load", str(folder))
    import django

    django.setup()
    from django.db import connections

    from linli.scenarios import article
    from linli.simulation import CityFolder

    article.play(CityFolder(folder), seed, publish=False, progress=lambda share, step: None)
    found = _looked_up(random.Random(seed))
    connections.close_all()
    return found


def _looked_up(chance: random.Random) -> City:
    from linli.custody import secrets
    from linli.people.models import REGISTER, Identity
    from linli.places.models import Area, Level

    communities = list(Area.objects.filter(level=Level.COMMUNITY).order_by("pk").values_list("pk", flat=True))
    sealed = Identity.objects.filter(holder=REGISTER, phone__isnull=False).order_by("person")
    drawn = chance.sample(list(sealed.values_list("phone", flat=True)), 3 * BY_CODE)
    phones = list(dict.fromkeys(secrets.unseal(each) for each in drawn if each is not None))[:BY_CODE]
    desks = [staff_member(f"bench-desk-{one}", one) for one in communities]
    staff_member("bench-administrator", None, role="administrator")  # as every installation has one
    officers = [staff_member(f"bench-officer-{one}", communities[one % len(communities)]) for one in range(BY_PASSWORD)]
    return City(communities, phones, desks, officers)


def staff_member(name: str, community: int | None, *, role: str = "community_desk") -> Staff:
    """An account with a password, a second step and one role."""
    from allauth.mfa.totp.internal import auth as totp

    from linli.access.actions.accounts import create_staff
    from linli.access.actions.authority import TERMINAL
    from linli.access.actions.grants import grant_role
    from linli.common.clock import now

    user = create_staff(name, display_name=name, password=PASSWORD, by=TERMINAL, at=now())
    grant_role(role, user=user, area=community, by=TERMINAL, at=now())
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return Staff(name, community or 0, secret)
