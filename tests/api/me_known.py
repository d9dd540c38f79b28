"""What makes sense to operations about one's own things and to what a desk decides about them: rows of each state."""

from datetime import timedelta

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.access.models import DeviceSession
from linli.common.clock import now
from linli.common.db import from_on
from linli.common.ids import uuid7
from linli.duty.hours import deciding, posts
from linli.duty.models import Booking, Correction
from linli.muster.models import Holding, NamedPost, SignUp
from linli.muster.teams import holding
from tests.duty.served import HOUR, begin, served
from tests.factories import SYSTEM, TinyCity, add_claim
from tests.muster.teams.test_teams import desk_of, placed

TOKEN = "a" * 32


def of_me(city: TinyCity) -> tuple[dict[str, str], dict[str, dict[str, object]]]:
    """What a family's phone sends, and what makes sense to say on it, by how the label of an operation ends."""
    at, people = now(), [placed(city, number, days_ago=2) for number in range(61, 70)]
    said = [SignUp.objects.get(person=each.person_id) for each in people]
    waits = add_claim(city, name="冯九", phone="13900000070")
    first = {"person": people[0].person_id, "way": DeviceSession.Way.CODE, "at": at}
    _, secret = start_device_session(said[0].pk, more=[waits.pk, *(each.pk for each in said[1:])], **first)
    open_duty = begin(city, people[1].person, at - 3 * HOUR)
    done = served(city, people[2].person, at - 5 * HOUR, at - 4 * HOUR)
    code = posts.plain(posts.code_of(city.event, city.grids[0], by=desk_of(city), at=at))
    mine = "/me/sign-ups/{sign_up_id}"
    own: dict[str, dict[str, object]] = {
        f"{mine}/{what}": {"sign_up_id": str(each.pk)}
        for what, each in zip(("coming", "cannot", "away", "withdrawal"), said[3:7], strict=True)
    }
    own |= {mine: {"sign_up_id": str(said[0].pk)}, f"{mine}/hours": {"sign_up_id": str(said[0].pk)}}
    own[f"{mine}/volunteer-number"] = {"sign_up_id": str(said[0].pk), "number": "5101000012345678"}
    own[f"{mine}/when"] = {"sign_up_id": str(said[7].pk), "free": [0]}
    own[f"{mine}/skills"] = {"sign_up_id": str(waits.pk)}
    finish = {"sign_up_id": str(said[1].pk), "service_id": open_duty.pk, "finished_at": (at - HOUR).isoformat()}
    own[f"{mine}/hours/{{service_id}}/finish"] = finish
    really = {"since": (at - 5 * HOUR).isoformat(), "until": (at - 4.5 * HOUR).isoformat()}
    own[f"{mine}/hours/{{service_id}}/corrections"] = {
        "sign_up_id": str(said[2].pk),
        "service_id": done.pk,
        **really,
    }
    own["/me/posts/{post_code}"] = {"post_code": code}
    own["/me/posts/{post_code}/taps"] = {"post_code": code, "sign_up": str(said[8].pk), "does": "start"}
    own["/me/notices/read"] = {"notices": [1]}
    return {
        "Cookie": f"{DEVICE_COOKIE}={secret}; csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Accept-Language": "en",
    }, own


def of_desk(city: TinyCity) -> dict[str, dict[str, object]]:
    """Sign-ups, hours and a shift that wait for somebody, by how the label of an operation ends."""
    at, gone = now(), placed(city, 75)
    forgot, waits, wrong, holds, takes = (placed(city, number, days_ago=2) for number in (71, 72, 73, 74, 76))
    open_duty, done, disputed = (
        begin(city, forgot.person, at - 15 * HOUR),
        *(served(city, each.person, at - 5 * HOUR, at - 4 * HOUR) for each in (waits, wrong)),
    )
    deciding.ask_correction(disputed, at - 5 * HOUR, at - 4.5 * HOUR, key=uuid7(), by=SYSTEM, at=at)
    one, two = (add_claim(city, name="陈十", phone=f"1390000008{n}") for n in (1, 2))
    grid, community = city.grids[1].pk, city.communities[0].pk
    return {
        "{sign_up_id}/confirmation": {"sign_up_id": str(one.pk), "person": None},
        "{sign_up_id}/decline": {"sign_up_id": str(two.pk)},
        "/sign-ups/list": {"rows": [{"name": "赵十一", "phone": "13900000083", "door": "1栋1单元101", "skills": ""}]},
        "{area_id}/demand": {"area_id": grid, "want": 1, "most": None, "version": None},
        "{placement_id}/release": {"placement_id": gone.pk},
        "/services/{service_id}/finish": {"service_id": open_duty.pk, "finished_at": (at - 14 * HOUR).isoformat()},
        "/services/{service_id}/decline": {"service_id": done.pk},
        "/corrections/{correction_id}": {"correction_id": Correction.objects.get(service=disputed).pk},
        "/hours/{area_id}/hand-over": {"holding": a_shift(city, holds.person_id), "booking": takes.booking_id},
        "/post-codes/{area_id}": {"community_id": community, "area_id": grid},
        "/post-codes/{area_id}/replacement": {"community_id": community, "area_id": grid},
    }


def a_shift(city: TinyCity, person: int) -> int:
    """A shift of somebody at a post, in two hours."""
    at, desk = now(), desk_of(city)
    facts = {"kind": NamedPost.Kind.LEAD, "work": "gate", "name": "南门先锋岗", "by": desk, "at": at}
    post = holding.name_post(city.event, city.communities[0], **facts)  # type: ignore[arg-type]
    held = {"event": city.event, "person_id": person, "place": city.communities[0].place}
    held["during"] = from_on(at + timedelta(hours=2), at + timedelta(hours=3))
    booked = {"kind": Booking.Kind.SHIFT, "post": "gate", "source": "muster", "booked_by": 1, "booked_at": at}
    booking = Booking.objects.create(**booked, **held)
    return Holding.objects.create(post=post, booking=booking, given_by=1, given_at=at, **held).pk
