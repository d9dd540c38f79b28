"""Reading named posts: who holds them this week, for the desk and for whoever holds one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import masks
from linli.duty.models import Booking
from linli.events.models import Event
from linli.muster.models import Holding, NamedPost
from linli.muster.queries import areas_seen, placed_inside
from linli.muster.teams.queries import sign_ups_of
from linli.places.models import Area
from linli.places.queries import within

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Held:
    """One shift at a post: masked name; `here` is false where whoever holds it is no longer placed then."""

    holding: Holding
    name: str
    here: bool


def posts_of(caller: Caller, event: Event, community: Area, at: datetime) -> QuerySet[NamedPost]:
    """Open posts of a community that the caller's desk runs, by name."""
    mine = areas_seen(caller, at, "community_desk")
    return NamedPost.objects.filter(event=event, community=community, community__in=mine, closed_at=None).order_by(
        "name"
    )


def post_visible_to(caller: Caller, post_id: int, at: datetime) -> NamedPost:
    """One post of a community that the caller's desk runs.

    Raises:
        NotFound: it does not exist, or another desk runs it.
    """
    mine = areas_seen(caller, at, "community_desk")
    found = NamedPost.objects.select_related("event", "community").filter(pk=post_id, community__in=mine).first()
    if found is None:
        raise NotFound
    return found


def holding_of(post: NamedPost, holding_id: int) -> Holding:
    """One shift at a post.

    Raises:
        NotFound: there is none.
    """
    found = Holding.objects.select_related("post__event").filter(pk=holding_id, post=post).first()
    if found is None:
        raise NotFound
    return found


def name_of(shift: Holding) -> str:
    """Who holds a shift, masked; empty where nobody signed up for them. One query."""
    said = sign_ups_of(shift.event_id, [shift.person_id]).get(shift.person_id)
    return masks.mask_name(said.name) if said is not None else ""


def this_week(post: NamedPost, at: datetime) -> list[Held]:
    """Shifts at a post that are not over and begin within a week, in their order; two queries."""
    inside = Booking.objects.filter(
        person=OuterRef("person"),
        event=OuterRef("event"),
        kind=Booking.Kind.BELONGS,
        during__contains=OuterRef("during"),
    )
    rows = Holding.objects.filter(post=post, during__endswith__gt=at, during__startswith__lt=at + WEEK)
    found = list(rows.annotate(here=Exists(inside)).order_by("during"))
    said = sign_ups_of(post.event_id, [row.person_id for row in found])
    names = {person: masks.mask_name(claim.name) for person, claim in said.items()}
    return [Held(row, names.get(row.person_id, ""), row.here) for row in found]


def soon_inside(event: Event, area: Area, at: datetime) -> list[Holding]:
    """Shifts at named posts of whoever is placed in an area, that are not over and begin within a day; one query.

    The face has asked whether the caller decides about presence there.
    """
    inside = Booking.objects.filter(
        person=OuterRef("person"),
        event=OuterRef("event"),
        kind=Booking.Kind.BELONGS,
        place__in=within([area.pk], at),
        during__contains=OuterRef("during"),
    )
    rows = Holding.objects.select_related("post").filter(event=event, during__endswith__gt=at)
    return list(rows.filter(Exists(inside), during__startswith__lt=at + DAY).order_by("during", "pk"))


def shift_soon(event: Event, area: Area, holding_id: int, at: datetime) -> Holding:
    """One of these by its number. Raises NotFound."""
    found = next((row for row in soon_inside(event, area, at) if row.pk == holding_id), None)
    if found is None:
        raise NotFound
    return found


def people_to_choose(caller: Caller, event: Event, community: Area, at: datetime) -> list[tuple[int, str]]:
    """People placed in a community as choices of its desk, masked with their number; two queries."""
    placed = list(placed_inside(caller, event, community, at))
    said = sign_ups_of(event.pk, [row.person_id for row in placed])
    return [
        (person, f"{masks.mask_name(said[person].name)} {said[person].number}")
        for person in dict.fromkeys(row.person_id for row in placed)
        if person in said
    ]


def shifts_of(event: Event, person_id: int, at: datetime) -> list[tuple[str, datetime, datetime]]:
    """Shifts somebody holds at named posts and that are not over: name, from, until; one query."""
    rows = Holding.objects.select_related("post").filter(event=event, person=person_id, during__endswith__gt=at)
    return [(row.post.name, row.during.lower, row.during.upper) for row in rows.order_by("during")[:14]]
