"""The demo city: one account for each role, and one-time links to enter them. Only ever on a synthetic city."""

from dataclasses import dataclass

from linli.access.models import User
from linli.access.proofs import issue_link
from linli.common.caller import Caller
from linli.common.clock import now
from linli.people.queries import city_is_synthetic
from linli.places import queries as places
from linli.places.models import Area, Level
from linli.scenarios.accounts import desk_of, staff, street_of
from linli.scenarios.errors import NoCity


@dataclass(frozen=True, slots=True)
class DemoRole:
    """One role of the demo, and the caller that holds it."""

    role: str
    where: str
    caller: Caller


def demo_roles() -> list[DemoRole]:
    """Every demo account, made where it does not exist yet.

    Raises:
        NoCity: no city is loaded.
    """
    at = now()
    top = places.top_area()
    if top is None:
        raise NoCity
    roles = [DemoRole("city", top.name, staff("city", "市指挥部 / City command", "city", top.pk))]
    district = places.areas_below([top.pk], Level.DISTRICT, at).first()
    if district is not None:
        held = staff(f"district-{district.pk}", f"{district.name} 指挥部", "district", district.pk)
        roles.append(DemoRole("district", district.name, held))
    street = places.areas_below([top.pk], Level.STREET, at).first()
    if street is not None:
        roles.append(DemoRole("street", street.name, street_of(street.pk, top)))
    for community in _some_communities(top):
        roles.append(DemoRole("community_desk", community.name, desk_of(community)))
    roles.append(DemoRole("press", top.name, staff("press", "新闻发言 / Press officer", "press", top.pk)))
    for role, name in (
        ("administrator", "管理员 / Administrator"),
        ("auditor", "审计 / Auditor"),
        ("privacy_officer", "数据保护 / Data protection officer"),
    ):
        roles.append(DemoRole(role, "", staff(role, name, role, None)))
    return roles


def fresh_links(base_url: str) -> list[tuple[DemoRole, str]]:
    """A new one-time link for every demo role.

    Raises:
        OnlyOnSynthetic: the city is real.
        NoCity: no city is loaded.
    """
    synthetic = city_is_synthetic()
    links = []
    for role in demo_roles():
        assert role.caller.user is not None, "a demo role is held by an account"
        secret = issue_link(User.objects.get(pk=role.caller.user), synthetic=synthetic, at=now())
        links.append((role, f"{base_url}/enter/{secret}/"))
    return links


def _some_communities(top: Area) -> list[Area]:
    return list(places.areas_below([top.pk], Level.COMMUNITY, now())[:2])
