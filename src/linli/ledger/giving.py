"""The desk gives what is not reached to somebody by name, who answers for it from then on."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from linli.common.caller import Caller
from linli.custody import trail
from linli.ledger import scope
from linli.ledger.errors import NotTheirArea, NotYourDoor, NotYourPerson
from linli.ledger.models import Sweep
from linli.ledger.owners import owners
from linli.ledger.reached import OPEN
from linli.ledger.sweeping import hold_open
from linli.people.queries import behind_doors
from linli.places import queries as places
from linli.rolls.errors import RollNotReady
from linli.rolls.models import Roll, Standing
from linli.rolls.owning import name_owner


@transaction.atomic
def give(sweep: Sweep, of: Roll.Of, subjects: Collection[int], to: int | None, *, by: Caller, at: datetime) -> int:
    """Let somebody answer for people or doors that are not reached. Done twice, it is done once.

    Whoever is not reached behind a door goes with it. Those that were reached meanwhile, or stand in no roll, are left
    alone. Returns how many of `subjects` were given.

    Args:
        to: user id; None: nobody by name, so that the grid worker there answers again.

    Raises:
        RollNotReady, SweepClosed: the sweep takes nothing now.
        NotYourDoor, NotYourPerson: the caller does not decide over all of them.
        NotTheirArea: whoever is named does not work where all of them are.
    """
    if sweep.persons.ready_at is None or sweep.doors.ready_at is None:
        raise RollNotReady(area=sweep.persons.area.called)
    hold_open(sweep)
    roll = sweep.doors if of == Roll.Of.DOORS else sweep.persons
    _check(roll, subjects, to, by, at)
    given = name_owner(roll, subjects, to, states=OPEN)
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"to": to, str(of): [*sorted(given)]}
    if of == Roll.Of.DOORS:
        behind = {person for persons in behind_doors(sorted(given)).values() for person in persons}
        facts["persons"] = [*sorted(name_owner(sweep.persons, behind, to, states=OPEN))]
    if given:
        trail.record("standing.given", who=by, subject=f"sweep:{sweep.pk}", at=at, area=roll.area_id, facts=facts)
    return len(given)


def _check(roll: Roll, subjects: Collection[int], to: int | None, by: Caller, at: datetime) -> None:
    rows = Standing.objects.filter(part=roll.part, roll=roll, subject__in=subjects)
    micro_grids = set(rows.values_list("micro_grid", flat=True).distinct())
    theirs = set(places.within(scope.decided_over(by, at), at).filter(inner__in=micro_grids))
    if not micro_grids <= theirs:
        raise NotYourDoor if roll.of == Roll.Of.DOORS else NotYourPerson
    if to is not None and not all((micro, to) in owners(micro_grids, at).works for micro in micro_grids):
        raise NotTheirArea
