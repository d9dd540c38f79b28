"""Who is too young to serve. The register's word decides; whoever has no birthday there is taken at their own word."""

from collections.abc import Collection
from datetime import date, datetime

from linli.common.moments import LOCAL
from linli.events.models import Event
from linli.events.packs import pack_of
from linli.muster.errors import TooYoung
from linli.people.models import Identity


def last_birthday(event: Event, at: datetime) -> date:
    """The last day of birth of whom an event's pack lets serve on the day of a moment."""
    day, years = at.astimezone(LOCAL).date(), pack_of(event).safety.age_min
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # the 29th of February, in a year that has none
        return day.replace(year=day.year - years, day=28)


def too_young(people: Collection[int], event: Event, at: datetime) -> set[int]:
    """Of some people those whom anybody's record knows as too young for an event. One query."""
    young = Identity.objects.filter(person__in=people, born__gt=last_birthday(event, at))
    return set(young.values_list("person", flat=True))


def require_of_age(person: int, event: Event, at: datetime) -> None:
    """Let nobody serve who is known as too young.

    Raises:
        TooYoung: by the register, or by the service's own record.
    """
    if too_young([person], event, at):
        raise TooYoung(age=pack_of(event).safety.age_min)
