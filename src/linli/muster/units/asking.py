"""Asking the level above for people, passing upward what stays short there, and ending a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from linli.common.caller import Caller
from linli.common.db import from_on
from linli.common.errors import Invalid
from linli.custody import secrets, trail
from linli.events.models import Event
from linli.muster.models import Call, Deployed, Reinforcement, ReinforcementSkill
from linli.muster.queries import require_decision
from linli.muster.rules import cleaned
from linli.muster.units import counting, queries, rules, telling
from linli.muster.units.errors import BadReinforcement, NobodyAbove, NothingShort, ReinforcementOver
from linli.people.rules import phone_digits
from linli.places.models import Area


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a request says.

    Attributes:
        skills: how many of `heads` should bring each skill.
        since, until: aware moments.
    """

    heads: int
    since: datetime
    until: datetime
    meet: str
    receiver: str
    receiver_phone: str
    answer_by: datetime
    bring: str = ""
    skills: Mapping[int, int] = field(default_factory=dict)


@transaction.atomic
def ask(event: Event, area: Area, wanted: Wanted, *, by: Caller, at: datetime) -> Reinforcement:
    """Ask the level above an area for people who are to serve there.

    Raises:
        NotYoursToDecide: the caller does not decide over that area.
        NobodyAbove: it is the highest one.
        BadReinforcement: it makes no sense; its fact says where.
    """
    asked_by = require_decision(by, area.pk, at)
    above = queries.area_above(area, at)
    if above is None:
        raise NobodyAbove(name=area.called)
    rules.check_request(wanted.heads, wanted.skills, wanted.since, wanted.until, wanted.answer_by, at=at)
    try:
        phone = phone_digits(wanted.receiver_phone)
    except Invalid as problem:
        raise BadReinforcement(field="phone") from problem
    try:
        meet, receiver = cleaned("meet", wanted.meet, most=120), cleaned("receiver", wanted.receiver, most=40)
        bring = cleaned("bring", wanted.bring, most=200) if wanted.bring.strip() else ""
    except Invalid as problem:
        raise BadReinforcement(field="text") from problem
    made = Reinforcement.objects.create(
        event=event,
        area=area,
        asked_of=above,
        heads=wanted.heads,
        during=from_on(wanted.since, wanted.until),
        meet=meet,
        receiver=secrets.seal(receiver),
        receiver_phone=secrets.seal(phone),
        bring=bring,
        answer_by=wanted.answer_by,
        asked_by=asked_by,
        asked_at=at,
    )
    _skills(made, wanted.skills)
    trail.record("reinforcement.asked", who=by, subject=f"reinforcement:{made.pk}", at=at, area=area.pk)
    return made


@transaction.atomic
def pass_on(request: Reinforcement, *, by: Caller, at: datetime) -> Reinforcement:
    """Ask the next level for what stays short, for the same area; it is linked to the request it came from.

    Raises:
        NotYoursToDecide: the caller does not decide over the area that was asked.
        NobodyAbove: nobody stands above that one.
        ReinforcementOver, NothingShort: there is nothing left to ask for.
    """
    asked_by = require_decision(by, request.asked_of_id, at)
    above = queries.area_above(request.asked_of, at)
    if above is None:
        raise NobodyAbove(name=request.asked_of.called)
    held = hold(request)
    short = counting.stands([held])[held.pk].short
    if not short:
        raise NothingShort
    made = Reinforcement.objects.create(
        event_id=held.event_id,
        area_id=held.area_id,
        asked_of=above,
        came_from=held,
        heads=short,
        during=held.during,
        meet=held.meet,
        receiver=held.receiver,
        receiver_phone=held.receiver_phone,
        bring=held.bring,
        answer_by=held.answer_by,
        asked_by=asked_by,
        asked_at=at,
    )
    left, skills = short, {}
    for skill, heads in counting.short_skills([held])[held.pk].items():
        if heads and left:
            skills[skill] = min(heads, left)
            left -= skills[skill]
    _skills(made, skills)
    trail.record(
        "reinforcement.passed_on",
        who=by,
        subject=f"reinforcement:{made.pk}",
        at=at,
        area=held.area_id,
        facts={"from": held.pk, "heads": short},
    )
    return made


@transaction.atomic
def end(request: Reinforcement, *, by: Caller, at: datetime) -> None:
    """Ask for nobody more: units that have not answered are no longer asked, nor is the level above.

    Whoever has been promised still comes, and whoever is here stays until they are released.

    Raises:
        NotYoursToDecide: the caller decides neither over the area nor over the one that was asked.
        ReinforcementOver: it was ended already.
    """
    ended_by = require_decision(by, request.area_id, at)
    held = hold(request)
    waiting = Call.objects.select_for_update(of=("self",)).select_related("event", "reinforcement")
    calls = list(waiting.filter(reinforcement=held, state=Call.State.ASKED).order_by("pk"))
    asked = [call.pk for call in calls]
    Call.objects.filter(pk__in=asked).update(state=Call.State.ENDED)
    named = Deployed.objects.filter(call__in=asked, state=Deployed.State.LISTED)
    named.update(state=Deployed.State.OFF, left_by=ended_by, left_at=at)
    Reinforcement.objects.filter(pk=held.pk).update(ended_by=ended_by, ended_at=at)
    trail.record("reinforcement.ended", who=by, subject=f"reinforcement:{held.pk}", at=at, area=held.area_id)
    telling.tell_ended(calls, by=by, at=at)
    for upward in held.upward.filter(ended_at__isnull=True):
        end(upward, by=by, at=at)


def hold(request: Reinforcement) -> Reinforcement:
    """The request as it is now, held until the transaction is over.

    Raises:
        ReinforcementOver: it was ended.
    """
    held = Reinforcement.objects.select_for_update(of=("self",)).select_related("event", "area", "asked_of")
    found = held.get(pk=request.pk)
    if found.ended_at is not None:
        raise ReinforcementOver
    return found


def _skills(request: Reinforcement, skills: Mapping[int, int]) -> None:
    ReinforcementSkill.objects.bulk_create(
        ReinforcementSkill(reinforcement=request, skill=skill, heads=heads) for skill, heads in skills.items()
    )
