"""What a work unit says: whom it can send, that it commits or declines, and what it offers unasked."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from linli.common.caller import Caller
from linli.common.db import from_on
from linli.common.errors import Invalid
from linli.custody import trail
from linli.events.models import Event
from linli.muster.models import Call, CallSkill, Deployed, Reinforcement, UnitFree
from linli.muster.rules import cleaned
from linli.muster.units import asking, counting, queries, rules, telling
from linli.muster.units.errors import (
    BadReinforcement,
    NobodyListed,
    NothingShort,
    UnitAnswered,
    UnitReasonMissing,
)
from linli.people.models import Organisation, Skill
from linli.people.rules import skills_in

State = Call.State


@transaction.atomic
def say_free(event: Event, unit: Organisation, heads: Mapping[int | None, int], *, by: Caller, at: datetime) -> None:
    """Say how many people a unit can send, by skill; what was said before is replaced.

    By the unit's liaison, or by whoever decides over the unit.

    Raises:
        NotFound, NotYoursToDecide: the caller is neither.
        BadReinforcement: a number is negative or a skill unknown.
    """
    if unit.pk in queries.own_units(by):
        said_by = queries.require_liaison(by, unit.pk)
    else:
        said_by = queries.require_units(by, unit.area_id, at)
    if any(not 0 <= number <= rules.MOST_HEADS for number in heads.values()):
        raise BadReinforcement(field="heads")
    if any(skill is not None and skill not in Skill.values for skill in heads):
        raise BadReinforcement(field="skills")
    Organisation.objects.select_for_update(no_key=True).get(pk=unit.pk)
    UnitFree.objects.filter(event=event, organisation=unit).delete()
    UnitFree.objects.bulk_create(
        UnitFree(event=event, organisation=unit, skill=skill, heads=number, said_by=said_by, said_at=at)
        for skill, number in heads.items()
        if number
    )
    trail.record("unit.said_free", who=by, subject=f"organisation:{unit.pk}", at=at, area=unit.area_id)


@transaction.atomic
def commit(call: Call, *, by: Caller, at: datetime) -> Call:
    """Promise the people who are named; whoever else was asked for stays short, and can be asked elsewhere.

    Raises:
        NotFound: the caller does not speak for this unit.
        UnitAnswered: it was answered, or is no longer asked.
        NobodyListed: nobody is named yet.
    """
    said_by = queries.require_liaison(by, call.organisation_id)
    held = hold(call, State.ASKED)
    named = list(held.people.filter(state=Deployed.State.LISTED).values_list("skills", flat=True))
    if not named:
        raise NobodyListed
    Call.objects.filter(pk=held.pk).update(
        state=State.COMMITTED, committed=len(named), answered_by=said_by, answered_at=at
    )
    _skills_named(held, named)
    trail.record(
        "call.committed",
        who=by,
        subject=f"call:{held.pk}",
        at=at,
        area=held.organisation.area_id,
        facts={"heads": len(named), "asked": held.heads},
    )
    held.refresh_from_db()
    return held


@transaction.atomic
def decline(call: Call, *, reason: str, by: Caller, at: datetime) -> None:
    """Send nobody, and say why; whoever was named for it is free.

    Raises:
        NotFound: the caller does not speak for this unit.
        UnitAnswered: it was answered, or is no longer asked.
        UnitReasonMissing: no reason, or one that cannot be read.
    """
    said_by = queries.require_liaison(by, call.organisation_id)
    held = hold(call, State.ASKED)
    try:
        why = cleaned("reason", reason, most=120)
    except Invalid as problem:
        raise UnitReasonMissing from problem
    named = held.people.filter(state=Deployed.State.LISTED)
    named.update(state=Deployed.State.OFF, left_by=said_by, left_at=at)
    Call.objects.filter(pk=held.pk).update(state=State.DECLINED, reason=why, answered_by=said_by, answered_at=at)
    trail.record("call.declined", who=by, subject=f"call:{held.pk}", at=at, area=held.organisation.area_id)


@transaction.atomic
def offer(
    event: Event, unit: Organisation, *, heads: int, since: datetime, until: datetime, by: Caller, at: datetime
) -> Call:
    """Offer people whom nobody has asked for; whoever decides over the unit sees it and takes it for a request.

    Raises:
        NotFound: the caller does not speak for this unit.
        BadReinforcement: nobody is offered, or the time makes no sense.
    """
    said_by = queries.require_liaison(by, unit.pk)
    rules.check_request(heads, {}, since, until, until, at=at)
    made = Call.objects.create(
        event=event,
        organisation=unit,
        heads=heads,
        during=from_on(since, until),
        state=State.OFFERED,
        offered=True,
        asked_by=said_by,
        asked_at=at,
    )
    CallSkill.objects.create(call=made, skill=None, heads=heads)
    trail.record("call.offered", who=by, subject=f"call:{made.pk}", at=at, area=unit.area_id)
    return made


@transaction.atomic
def take_offer(call: Call, request: Reinforcement, *, by: Caller, at: datetime) -> Call:
    """Take what a unit offers for a request of its area: the unit is asked for these people, and answers by names.

    No more are taken than are short; people who are named already are named for the request's time from now on.

    Raises:
        NotYoursToDecide: the caller does not decide over the unit.
        ReinforcementOver, NothingShort: the request needs nobody more.
        UnitAnswered: the offer was taken, or taken back.
        BadReinforcement: the request was made of another area, or for a time that is not offered.
    """
    asked_by = queries.require_units(by, call.organisation.area_id, at)
    wanted = asking.hold(request)
    held = hold(call, State.OFFERED)
    if wanted.asked_of_id != held.organisation.area_id or wanted.event_id != held.event_id:
        raise BadReinforcement(field="text")
    since, until = max(wanted.during.lower, held.during.lower), min(wanted.during.upper, held.during.upper)
    if since >= until:
        raise BadReinforcement(field="until")
    heads = min(held.heads, counting.stands([wanted])[wanted.pk].short)
    if not heads:
        raise NothingShort
    named = list(held.people.filter(state=Deployed.State.LISTED).order_by("pk"))
    Deployed.objects.filter(pk__in=[each.pk for each in named[heads:]]).update(
        state=Deployed.State.OFF, left_by=asked_by, left_at=at
    )
    Deployed.objects.filter(pk__in=[each.pk for each in named[:heads]]).update(during=from_on(since, until))
    Call.objects.filter(pk=held.pk).update(
        reinforcement=wanted, heads=heads, during=from_on(since, until), state=State.ASKED
    )
    CallSkill.objects.filter(call=held).delete()
    CallSkill.objects.create(call=held, skill=None, heads=heads)
    trail.record(
        "call.offer_taken",
        who=by,
        subject=f"call:{held.pk}",
        at=at,
        area=wanted.area_id,
        facts={"reinforcement": wanted.pk, "heads": heads},
    )
    held.refresh_from_db()
    telling.tell_asked([held], by=by, at=at)
    return held


def hold(call: Call, *states: State) -> Call:
    """The call as it is now, held until the transaction is over.

    Raises:
        UnitAnswered: it is in none of these states.
    """
    found = Call.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=call.pk)
    if found.state not in states:
        raise UnitAnswered
    return found


def _skills_named(call: Call, masks: list[int]) -> None:
    """What was asked of a unit, cut down to what it sends: a skill asked for counts where somebody brings it."""
    asked = dict(call.skills.filter(skill__isnull=False).values_list("skill", "heads"))
    counts: dict[int | None, int] = {}
    for mask in sorted(masks, key=lambda each: len(skills_in(each))):
        skill = next(
            (int(each) for each in skills_in(mask) if counts.get(int(each), 0) < asked.get(int(each), 0)), None
        )
        counts[skill] = counts.get(skill, 0) + 1
    call.skills.all().delete()
    CallSkill.objects.bulk_create(CallSkill(call=call, skill=skill, heads=heads) for skill, heads in counts.items())
