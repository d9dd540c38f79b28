"""What people answer: who has read it, who comes, who came. Of ten people seven read it, six come, four are on duty."""

from typing import Any

MOST_TEAMS, A_TEAM = 300, 12
_READ = """
UPDATE notices_told t SET read_at = now(), read_in = 'zh-hans' FROM notices_notice n
WHERE n.id = t.notice_id AND n.event_id = %(event)s AND t.person_id %% 10 < 7
"""
_COME = "UPDATE muster_placement SET coming_at = now() WHERE event_id = %(event)s AND person_id %% 10 < 6"
_SERVE = """
INSERT INTO duty_service (key, person_id, event_id, booking_id, place_id, post, started_at, start_said, start_clipped,
    start_recorded_at, finish_said, finish_clipped, state, reason)
SELECT gen_random_uuid(), b.person_id, b.event_id, b.id, b.place_id, '', now(), 'code', false, now(), '', false,
    'on_duty', ''
FROM duty_booking b WHERE b.event_id = %(event)s AND b.kind = 0 AND b.during @> now() AND b.person_id %% 10 < 4
"""


def give(event: Any) -> dict[str, int]:
    """Let people answer; how many did what."""
    return {"read": _run(_READ, event), "coming": _run(_COME, event), "on_duty": _run(_SERVE, event)}


def _run(statement: str, event: Any) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, {"event": event.pk})
        return int(cursor.rowcount)


def teams(event: Any, zones: dict[int, int], by: Any) -> int:
    """A team in each community at raised risk, of those who are placed there; 300 at the most. How many."""
    from linli.common.clock import now
    from linli.muster.models import Placement, Team
    from linli.muster.teams import actions
    from linli.places import queries as places
    from linli.places.models import Area, Place

    formed = 0
    for community in Area.objects.filter(pk__in=[area for area, level in zones.items() if level])[:MOST_TEAMS]:
        here = Placement.objects.filter(event=event, grid__in=places.within([community.pk], now())).order_by("pk")
        if members := list(here.values_list("pk", flat=True)[:A_TEAM]):
            place, kind = Place.objects.get(pk=community.pk), Team.Kind.RAPID
            actions.form(event, community, place, members, kind=kind, by=by, at=now())
            formed += 1
    return formed


def confirmed(event: Any) -> int:
    """How many sign-ups desks have confirmed."""
    from linli.muster.models import SignUp

    return SignUp.objects.filter(event=event, state=SignUp.State.CONFIRMED).count()


def told(event: Any) -> dict[str, int]:
    """How many placements and bookings there are, and how many people were told of one."""
    from linli.duty.models import Booking
    from linli.muster.models import Placement
    from linli.notices.models import Told

    return {
        "placements": Placement.objects.filter(event=event).count(),
        "bookings": Booking.objects.filter(event=event).count(),
        "told": Told.objects.filter(notice__event=event).count(),
    }
