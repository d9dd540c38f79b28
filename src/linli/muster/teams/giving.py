"""Publishing who answers for which building of an area, or for which door of a building."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from linli.common.caller import Caller
from linli.common.db import from_on, unless_excluded
from linli.custody import trail
from linli.duty import booking
from linli.events.models import Event
from linli.muster.models import Responsibility
from linli.muster.queries import placed_inside, require_decision
from linli.muster.teams import responsibility
from linli.muster.teams.errors import CoverChanged, HolderUnknown
from linli.places.models import Area


@transaction.atomic
def publish(
    event: Event,
    area: Area,
    wanted: Mapping[int, str],
    *,
    version: str,
    building: int | None = None,
    by: Caller,
    at: datetime,
) -> int:
    """Let people and teams answer for buildings of an area, from now on. Returns how many changed hands.

    Args:
        wanted: a holder's key by place, empty for nobody; places that are not named stay as they are.
        building: where doors of it are given, each apart from the building; one of nobody's follows it again.
        version: of the cover that the caller saw.

    Raises:
        NotYoursToDecide: the caller does not decide there.
        HolderUnknown: somebody is not placed there, a team is released, or a place lies elsewhere.
        NotFound: the building lies elsewhere.
        CoverChanged: somebody else published meanwhile.
    """
    user = require_decision(by, area.pk, at)
    known = {each.key for each in responsibility.holders(by, event, area, at)}
    grids = _grids(by, event, area, at)
    booking.hold([int(key[1:]) for key in {*wanted.values()} if key.startswith("p") and key in known])
    _hold_area(area)
    found = (
        responsibility.cover(event, area, at)
        if building is None
        else responsibility.cover_of_doors(event, area, building, at)
    )
    if found.version != version:
        raise CoverChanged
    changed = {place: key for place, key in wanted.items() if key != found.key_of(place)}
    if not set(wanted) <= {place for place, _, _ in found.rows} or not {*changed.values()} - {""} <= known:
        raise HolderUnknown
    _end([found.stands[place].row for place in changed if place in found.stands], at)
    rows = [
        Responsibility(
            event=event,
            place_id=place,
            person_id=int(key[1:]) if key[0] == "p" else None,
            grid_id=grids[int(key[1:])] if key[0] == "p" else None,
            team_id=int(key[1:]) if key[0] == "t" else None,
            during=from_on(at),
            given_by=user,
            given_at=at,
        )
        for place, key in changed.items()
        if key
    ]
    with unless_excluded(CoverChanged()):
        Responsibility.objects.bulk_create(rows)
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"changed": len(changed)}
    facts |= {"gaps": len(found.gaps)} if building is None else {}
    subject = f"area:{area.pk}" if building is None else f"place:{building}"
    trail.record("responsibility.given", who=by, subject=subject, at=at, area=area.pk, facts=facts)
    return len(changed)


def _hold_area(area: Area) -> None:
    """Let nobody else publish here until the transaction is over."""
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)


def _grids(by: Caller, event: Event, area: Area, at: datetime) -> dict[int, int]:
    """The grid that each person is placed in."""
    rows = placed_inside(by, event, area, at)
    return dict(rows.order_by("-during").values_list("person", "grid"))


def _end(rows: list[int], at: datetime) -> None:
    """End what stood; one that began at this very moment never was."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM muster_responsibility WHERE id = ANY(%s) AND lower(during) >= %s", [rows, at])
        cursor.execute(
            "UPDATE muster_responsibility SET during = tstzrange(lower(during), %(at)s) WHERE id = ANY(%(rows)s)",
            {"rows": rows, "at": at},
        )
