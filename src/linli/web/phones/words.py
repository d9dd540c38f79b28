"""Roles that a phone opens, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.access.models import RoleGrant
from linli.common.caller import Grant
from linli.people.models import Organisation
from linli.places.names import place_names
from linli.web.accounts.shapes import role_words


@dataclass(frozen=True, slots=True)
class Held:
    """One role: what, where, and the last moment it holds (None: until somebody ends it)."""

    key: str
    role: str
    where: str
    area: int | None
    last_day: datetime | None


def held_rows(grants: Sequence[RoleGrant | Grant]) -> list[Held]:
    """Roles in words; two queries for any number of them."""
    areas = place_names({each.area for each in grants if each.area is not None})
    speaks_for = {each.organisation for each in grants if each.organisation is not None}
    units = dict(Organisation.objects.filter(pk__in=speaks_for).values_list("pk", "name"))
    return [
        Held(
            key=each.role,
            role=role_words(each.role),
            where=" · ".join(filter(None, (areas.get(each.area or 0), units.get(each.organisation or 0)))),
            area=each.area,
            last_day=each.until - timedelta(seconds=1) if each.until is not None else None,
        )
        for each in grants
    ]
