"""The city that phones work in: loaded, with an event, an open sweep, and a grid worker with a phone for each."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.installed import linli
from linli.simulation import build

A_DAY = timedelta(hours=24)  # their PIN is typed again whenever it is asked for


@dataclass(frozen=True, slots=True)
class City:
    """What the phones need.

    Attributes:
        sweep: its id.
        secrets: of each phone, as it stands in its cookie.
    """

    sweep: int
    secrets: list[str]


def made(folder: Path, size: str, seed: int, phones: int, doors: int) -> City:
    """Build and load it, open a sweep of it, and open phones for so many doors each. Django is set up by this."""
    build(size, seed, folder)
    linli("city", "load", str(folder))
    import django

    django.setup()
    from django.db import connections

    sweep, _ = swept()
    secrets = _phones(phones, doors)
    connections.close_all()
    return City(sweep.pk, secrets)


def swept() -> tuple[Any, Any]:
    """A sweep over the whole city whose lists are made, and the caller of its command."""
    from linli.common.clock import now
    from linli.events import actions as events
    from linli.ledger import sweeping
    from linli.ledger.models import Sweep
    from linli.places import queries as places
    from linli.rolls import opening
    from linli.scenarios.accounts import staff

    top = places.top_area()
    assert top is not None, "a city is loaded"
    command = staff("city", "City command", "city", top.pk)
    event = events.open_event(
        "扫楼", name_en="Sweep", pack="epidemic", areas=[top], exercise=True, by=command, at=now()
    )
    sweep = sweeping.open_sweep(event, top, by=command, at=now())
    for roll in (sweep.doors_id, sweep.persons_id):
        opening.fill(roll)
    return Sweep.objects.get(pk=sweep.pk), command


def _phones(many: int, doors: int) -> list[str]:
    """Workers of micro-grid after micro-grid, round and round, each with a phone that is open.

    PINs are not hashed here: that is `bench signin`'s, and takes 0.2 s each.

    Raises:
        ValueError: the city has too few doors.
    """
    from django.contrib.auth.hashers import make_password

    from linli.access import digests
    from linli.access.models import DeviceSession, RoleGrant, User
    from linli.common.clock import now

    at = now()
    areas = _shared_out(doors)[:many]
    if len(areas) < many:
        raise ValueError(f"{many} phones with {doors} doors each are more than this city has doors for")
    names = [(f"sync-{number}", f"测试{number}", area) for number, area in enumerate(areas)]
    users = User.objects.bulk_create(
        [User(username=login, display_name=name, demo=True, created_at=at) for login, name, _ in names]
    )
    grants = RoleGrant.objects.bulk_create(
        [
            RoleGrant(user=user, role="grid_worker", area=area, since=at)
            for user, (_, _, area) in zip(users, names, strict=True)
        ]
    )
    secrets = [digests.fresh_secret() for _ in users]
    nobodys = make_password(digests.fresh_secret())
    DeviceSession.objects.bulk_create(
        [
            DeviceSession(
                digest=digests.digest(secret),
                user=user,
                lends=[grant.pk],
                pin=nobodys,
                way=DeviceSession.Way.QR,
                created_at=at,
                active_at=at + A_DAY,
                expires_at=at + 30 * A_DAY,
            )
            for secret, user, grant in zip(secrets, users, grants, strict=True)
        ]
    )
    return secrets


def _shared_out(doors: int) -> list[int]:
    """Micro-grids, each as often as it has doors for another phone, round after round."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.micro_grid_id, count(*) / %s FROM places_assigned a"
            " JOIN places_dwelling d ON d.building_id = a.place_id WHERE upper_inf(a.during) GROUP BY 1 ORDER BY 1",
            [doors],
        )
        room = cursor.fetchall()
    return [area for turn in range(max((n for _, n in room), default=0)) for area, n in room if n > turn]
