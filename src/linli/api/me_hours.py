"""One's own hours: read, finished later, corrected on request; and duty that starts and ends by a post's code."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router

from linli.access.callers import caller_of, device_session_of
from linli.access.devices import is_theirs
from linli.access.permit import open_to
from linli.access.queries import leader_of
from linli.api.auth import OWN
from linli.api.me_shapes import AtPostOut, MyCorrectionIn, MyFinishIn, MyHoursOut, MyNumberIn, MyTapIn
from linli.api.shapes import READING, WRITING
from linli.common.clock import now
from linli.common.errors import Invalid
from linli.custody import masks
from linli.custody.errors import NotYourself
from linli.duty.hours import actions, certifying, deciding, posts, queries, rules
from linli.duty.models import Correction, Service
from linli.muster.crew import people_of_device
from linli.muster.models import SignUp
from linli.muster.queries import own_claim, own_sign_up, serves_for
from linli.people.queries import city_is_synthetic
from linli.places.names import place_names
from linli.web.itself import MAY_SAY
from linli.web.words import event_name

router = Router(tags=["me"], auth=OWN)


@router.get("/me/sign-ups/{sign_up_id}/hours", response={200: MyHoursOut, **READING})
@open_to(*MAY_SAY, device=True)
def hours(request: HttpRequest, sign_up_id: UUID) -> dict[str, object]:
    """What one served, each duty with its state and what was asked about it."""
    return _hours(request, own_claim(caller_of(request), sign_up_id, now()))


@router.post("/me/sign-ups/{sign_up_id}/hours/{service_id}/finish", response={200: MyHoursOut, **WRITING})
@open_to(device=True)
def finish(request: HttpRequest, sign_up_id: UUID, service_id: int, said: MyFinishIn) -> dict[str, object]:
    """Say when duty ended that one did not finish. 409 served_then; 422 finish_before_start, finish_too_late."""
    me, at = caller_of(request), now()
    claim = own_sign_up(me, sign_up_id)
    service = queries.own_service(serves_for(claim), service_id)
    actions.finish(service.pk, said=Service.Said.LATER, happened=said.finished_at, by=me, at=at)
    return _hours(request, claim)


@router.post("/me/sign-ups/{sign_up_id}/hours/{service_id}/corrections", response={200: MyHoursOut, **WRITING})
@open_to(device=True)
def ask_correction(request: HttpRequest, sign_up_id: UUID, service_id: int, said: MyCorrectionIn) -> dict[str, object]:
    """Say from when to when one really served; the desk decides. 409 correction_asked, still_on_duty, served_then;
    422 nothing_to_correct, finish_before_start, finish_too_late."""
    me, at = caller_of(request), now()
    claim = own_sign_up(me, sign_up_id)
    service = queries.own_service(serves_for(claim), service_id)
    deciding.ask_correction(service, said.since, said.until, key=said.id, by=me, at=at)
    return _hours(request, claim)


@router.post("/me/sign-ups/{sign_up_id}/volunteer-number", response={200: MyHoursOut, **WRITING})
@open_to(device=True)
def give_number(request: HttpRequest, sign_up_id: UUID, said: MyNumberIn) -> dict[str, object]:
    """Give one's national volunteer number, which stands on certificates alone and is read back nowhere here.

    403 not_yourself: the phone was not shown to be the person's; 422 volunteer_number_wrong.
    """
    me, at = caller_of(request), now()
    claim = own_sign_up(me, sign_up_id)
    person = serves_for(claim)
    if not is_theirs(device_session_of(request, at)):
        raise NotYourself
    certifying.give_number(person, said.number, by=me, at=at)
    return _hours(request, claim)


@router.get("/me/posts/{post_code}", response={200: AtPostOut, **READING})
@open_to(device=True)
def at_post(request: HttpRequest, post_code: str) -> dict[str, object]:
    """The post behind the code of a poster, and what everybody of this phone can do there. Looking changes nothing.

    404 post_code_old: it leads nowhere any more.
    """
    at = now()
    return _at_post(request, posts.post_of(post_code, at), at)


@router.post("/me/posts/{post_code}/taps", response={200: AtPostOut, **WRITING})
@open_to(device=True)
def tap(request: HttpRequest, post_code: str, said: MyTapIn) -> dict[str, object]:
    """Start or finish duty at a post by its code. 404 post_code_old; 403 not_booked_here; 409 finish_first,
    on_duty_elsewhere, served_then, finish_forgotten; 422 finish_before_start, finish_too_late."""
    me, at = caller_of(request), now()
    post = posts.post_of(post_code, at)
    person = serves_for(own_sign_up(me, said.sign_up), now_only=True)
    if said.does == "start":
        by_code = Service.Said.CODE
        actions.start(person, post.event, post.area.pk, said=by_code, key=said.id, happened=at, by=me, at=at)
    elif said.service is None:
        raise Invalid(where=["service"])
    else:
        service = queries.own_service(person, said.service)
        actions.finish(service.pk, said=Service.Said.CODE, happened=at, by=me, at=at)
    return _at_post(request, post, at)


def _at_post(request: HttpRequest, post: posts.Post, at: datetime) -> dict[str, object]:
    stands = [(own, posts.stand_at(post, own.person, at)) for own in people_of_device(caller_of(request))]
    return {
        "area": post.area.pk,
        "name": post.area.called,
        "phone": post.phone,
        "leader": leader_of(post.area.pk, at),
        "people": [
            {
                "sign_up": own.claim.pk,
                "name": masks.mask_name(own.claim.name),
                "does": stand.does,
                "service": stand.current.pk if stand.current is not None else None,
            }
            for own, stand in stands
        ],
        "synthetic": city_is_synthetic(),
    }


def _hours(request: HttpRequest, claim: SignUp) -> dict[str, object]:
    """Hours of a sign-up's person: of its event, or of all where the phone was shown to be theirs."""
    at, phone = now(), caller_of(request).device is not None
    person, theirs = serves_for(claim), phone and is_theirs(device_session_of(request, at))
    services = queries.own_services(person, event=None if theirs else claim.event_id)
    names = place_names({each.place_id for each in services})
    asked = queries.corrections_of([each.pk for each in services])
    return {
        "sign_up": claim.pk,
        "total": queries.total(services),
        "every_event": theirs,
        "services": [_service(each, names, asked.get(each.pk, []), at) for each in services],
        "calendar": reverse("my_calendar", args=[claim.pk]) if phone else None,
        "certificate": reverse("my_certificate", args=[claim.pk]) if theirs else None,
        "synthetic": city_is_synthetic(),
    }


def _service(service: Service, names: dict[int, str], asked: list[Correction], at: datetime) -> dict[str, object]:
    on_duty = service.state == Service.State.ON_DUTY
    return {
        "id": service.pk,
        "event": event_name(service.event),
        "place": names.get(service.place_id, ""),
        "state": service.state,
        "reason": service.reason,
        "started_at": service.started_at,
        "finished_at": service.finished_at,
        "tenths": queries.tenths_of(service),
        "forgotten": on_duty and rules.is_forgotten(service.started_at, at),
        "corrections": [
            {
                "id": each.pk,
                "since": each.since,
                "until": each.until,
                "state": each.state,
                "reason": each.reason,
                "asked_at": each.asked_at,
            }
            for each in asked
        ],
    }
