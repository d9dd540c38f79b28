"""Hours in every state: somebody about to start, on duty, who forgot to finish, waiting, declined, corrected."""

from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from linli.access import phones
from linli.access.callers import DEVICE_COOKIE, PHONE_COOKIE
from linli.access.devices import start_device_session
from linli.access.models import AccountPerson, DeviceSession, User
from linli.common.clock import now
from linli.common.db import from_on
from linli.common.ids import uuid7
from linli.duty.hours import actions, certifying, deciding, posts
from linli.duty.models import Service
from linli.muster import actions as muster
from linli.muster import hearing
from linli.muster.models import Placement
from tests.factories import SYSTEM, TinyCity, add_claim, caller_for, place_in, sign_in, user_with_role

HOUR = timedelta(hours=1)
NAMES = ("何晓燕", "罗成", "阿依古丽·买买提明", "郭铁军", "谢芳")


def hours(city: TinyCity, desk: User) -> tuple[dict[str, dict[str, str]], dict[str, object]]:
    """Cookies and rows for the scenes."""
    at, by, grid = now(), caller_for(desk), city.grids[0]
    cookies: dict[str, dict[str, str]] = {}
    people: dict[str, int] = {}
    rows: dict[str, Any] = {}
    for number, name in enumerate(NAMES):
        claim = add_claim(city, name=name, phone=f"1390000770{number}", door="1栋1单元101")
        muster.confirm(claim, person=None, by=SYSTEM, at=at)
        claim.refresh_from_db()
        assert claim.person is not None
        place_in(city.event, claim.person, grid, from_on(at - timedelta(days=3), at + timedelta(days=3)))
        _, secret = start_device_session(claim.pk, person=claim.person.pk, at=at)
        who = ("comer", "on_duty", "forgetful", "served", "correcting")[number]
        cookies[f"{who}_person"] = {DEVICE_COOKIE: secret}
        rows[f"{who}_claim"], people[who] = claim.pk, claim.person.pk
    _start(city, people["on_duty"], at - 2 * HOUR)
    rows["forgotten"] = _start(city, people["forgetful"], at - 26 * HOUR)
    declined = _served(city, people["served"], at - 30 * HOUR, at - 26 * HOUR)
    deciding.decline(declined, "当天没有在岗记录", by=by, at=at)
    approved = _served(city, people["served"], at - 25 * HOUR, at - 18 * HOUR)
    deciding.approve([approved.pk], by=by, at=at)
    certifying.issue(people["served"], NAMES[3], synthetic=True, by=by, at=at)
    _, own = start_device_session(None, person=people["served"], more=[rows["served_claim"]], way="code", at=at)
    cookies["proved_server"] = {DEVICE_COOKIE: own}
    waiting = _served(city, people["served"], at - 9 * HOUR, at - HOUR)
    wrong = _served(city, people["correcting"], at - 8 * HOUR, at - 7 * HOUR)
    deciding.ask_correction(wrong, at - 8 * HOUR, at - 4 * HOUR, key=uuid7(), by=SYSTEM, at=at)
    letters = posts.code_of(city.event, grid, by=by, at=at)
    old = posts.code_of(city.event, city.grids[1], by=by, at=at)
    posts.replace_code(city.event, city.grids[1], by=by, at=at)
    rows |= {"waiting_service": waiting.pk, "post_code": posts.plain(letters), "old_post_code": posts.plain(old)}
    cookies["leading"] = _leader(city, desk, at)
    cookies["leading_who_served"] = cookies["leading"] | {DEVICE_COOKIE: own}
    hearing.tell_late(Placement.objects.get(person=people["served"]), by=by, at=at)
    elsewhere = user_with_role("community_desk", city.communities[1], name="也当志愿者的值班员")
    AccountPerson.objects.create(user=elsewhere, person=people["served"], said_at=at)
    cookies["desk_who_serves"] = {"sessionid": sign_in(Client(), elsewhere)}
    return cookies, rows


def _leader(city: TinyCity, desk: User, at: datetime) -> dict[str, str]:
    made = phones.make_worker("唐丽", role="leader", area=city.grids[0].pk, by=caller_for(desk), at=at)
    paper, _, _ = phones.print_qr(made.user, by=caller_for(desk), at=at)
    session, secret = phones.come_in(paper, "482917", kind="android", instead_of=None, at=at)
    DeviceSession.objects.filter(pk=session.pk).update(active_at=at + HOUR)
    return {PHONE_COOKIE: secret}


def _start(city: TinyCity, person: int, at: datetime) -> int:
    facts = {"said": Service.Said.CODE, "key": uuid7(), "happened": at, "by": SYSTEM, "at": at}
    return actions.start(person, city.event, city.grids[0].pk, **facts).pk


def _served(city: TinyCity, person: int, since: datetime, until: datetime) -> Service:
    begun = _start(city, person, since)
    return actions.finish(begun, said=Service.Said.LATER, happened=until, by=SYSTEM, at=until)
