"""What a desk does beside the notices: who of a grid has not heard, whom it called, and the text for the chat group."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import get_language, gettext

from linli.common.caller import Caller
from linli.common.moments import told as moment
from linli.events.models import Event
from linli.muster import hearing, rosters
from linli.muster.models import Placement
from linli.muster.queries import not_over, placement_visible_to
from linli.muster.words import SKILL_WORDS
from linli.notices import actions, queries
from linli.notices.models import Told
from linli.notices.rules import Reached, reached
from linli.people.models import Skill
from linli.places.models import Area


@dataclass(frozen=True, slots=True)
class Counts:
    """How many are placed in a grid, how many of them have read it, how many more were called."""

    placed: int
    read: int
    called: int

    @property
    def told(self) -> int:
        """How many know of it."""
        return self.read + self.called

    @property
    def left(self) -> int:
        """How many have not heard of it."""
        return self.placed - self.told


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody placed in a grid, as the desk that runs it sees them, and how sure it is that they know.

    Attributes:
        since: when they were told, or placed where no notice says so.
        failed: ways on which a message to them was given up (`Sending.Way`).
    """

    someone: rosters.Someone
    reached: Reached
    since: datetime
    failed: list[str]


def counts(event: Event, grid: Area, at: datetime) -> Counts:
    """Those counts for a grid, for whoever sees its counts; two queries."""
    rows = {row.person_id: row for row in Placement.objects.filter(not_over(at), event=event, grid=grid)}
    told = _told(event, grid, list(rows))
    known = [_reached(row, told.get(person)) for person, row in rows.items()]
    return Counts(len(rows), known.count(Reached.READ), known.count(Reached.CALLED))


def posts(caller: Caller, event: Event, grid: Area, at: datetime) -> list[Post]:
    """Everybody placed in a grid, for the desk that runs it; four queries."""
    rows = list(rosters.placed_rows(caller, event, grid, at))
    told = _told(event, grid, [row.person_id for row in rows])
    people = rosters.placed_people(rows, event, at)
    failed = queries.undelivered([each.pk for each in told.values()])
    found = []
    for row, someone in zip(rows, people, strict=True):
        last = told.get(row.person_id)
        if last is None:
            found.append(Post(someone, _reached(row, None), row.published_at, []))
        else:
            found.append(Post(someone, _reached(row, last), last.told_at, failed.get(last.pk, [])))
    return found


def to_call(everybody: list[Post], *, after_min: int, at: datetime) -> list[Post]:
    """Of these whoever has not heard of it so many minutes after they were told, the longest first."""
    waiting = [post for post in everybody if post.reached == Reached.NOT_YET]
    return sorted(
        (post for post in waiting if post.since <= at - timedelta(minutes=after_min)), key=lambda post: post.since
    )


def _told(event: Event, grid: Area, people: list[int]) -> dict[int, Told]:
    """What each of some people was told last of their place in a grid."""
    rows = queries.told_about(event, hearing.about(grid.pk), hearing.PLACED).filter(person__in=people)
    return {row.person_id: row for row in rows.order_by("pk")}


def _reached(row: Placement, told: Told | None) -> Reached:
    """How sure it is that somebody knows; whoever has said that they come knows where."""
    if row.coming_at is not None:
        return Reached.READ if row.coming_heard_by is None else Reached.CALLED
    return reached(told.read_at, told.called_at) if told is not None else Reached.NOT_YET


@transaction.atomic
def told_by_phone(placement_id: int, *, by: Caller, at: datetime) -> bool:
    """Note that the desk has told somebody by phone where they are placed; False where they know it already.

    Raises:
        NotFound: there is no such placement, or another desk runs its grid.
    """
    placement = placement_visible_to(by, placement_id, at)
    told = _told(placement.event, placement.grid, [placement.person_id]).get(placement.person_id)
    if told is None:  # placed without a notice: it is written now, so that they find it on their phone too
        hearing.tell_late(placement, by=by, at=at)
        told = _told(placement.event, placement.grid, [placement.person_id])[placement.person_id]
    return actions.told_by_phone(told, by=by, at=at, area=placement.grid_id)


def chat_text(grid: Area, everybody: list[Post], *, link: str) -> str:
    """A text for the chat group of a grid: who serves from when until when, by surname, without a number."""
    chinese = (get_language() or "zh").startswith("zh")
    lines = [gettext("{grid}: {n} placed").format(grid=grid.called, n=len(everybody))]
    for post in everybody:
        one = post.someone
        since, until = one.during.lower, one.during.upper
        words = {
            "name": one.name or "–",
            "since": moment(since, chinese=chinese),
            "until": moment(until, chinese=chinese) if until else gettext("further notice"),
        }
        line = gettext("{name}, from {since} until {until}").format(**words)
        if one.skill is not None:
            line = gettext("{line} ({skill})").format(line=line, skill=gettext(SKILL_WORDS[Skill(one.skill)]))
        lines.append(line)
    lines.append(gettext("Your own placement, and whom to ask: {link}").format(link=link))
    return "\n".join(lines)
