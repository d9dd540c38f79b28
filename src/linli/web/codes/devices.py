"""My phones: every one that opens what this one opens, ended one by one; and where codes can be sent by e-mail."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from linli.access import addresses, devices, sending
from linli.access.callers import DEVICE_COOKIE, PHONE_COOKIE, account_of, caller_of, device_session_of, phone_of
from linli.access.errors import CodesNotSent, NotReachable
from linli.access.models import DeviceSession, OneTimeCode
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import LinliError, NotFound
from linli.custody import masks
from linli.custody.errors import TooOften
from linli.muster import coming, queries
from linli.people.queries import city_is_synthetic
from linli.web.codes.coming import AskForm, asked_for, to_typing
from linli.web.codes.words import told


@open_to(device=True)
@never_cache
@require_safe
def my_devices(request: HttpRequest) -> HttpResponse:
    """The list, this phone first."""
    return _page(request)


def _page(request: HttpRequest, form: AskForm | None = None) -> HttpResponse:
    me, at = caller_of(request), now()
    own, account = device_session_of(request, at), account_of(request)
    if own is None and account is None:
        raise NotFound
    rows = [told(each, own.pk) for each in devices.devices_of(devices.held_by(own), at)] if own is not None else []
    at_work = phone_of(request).session
    work = [told(each, at_work.pk if at_work else None) for each in devices.phones_of(me.user, at)]
    ways = sending.ways(synthetic=city_is_synthetic())
    answers = {
        "name": masks.mask_name(coming.name_of_device(own)) if own is not None else "",
        "for_another": own is not None and own.for_another,
        "account": account,
        "work": sorted(work, key=lambda row: not row["here"]),
        "rows": sorted(rows, key=lambda row: not row["here"]),
        "claims": len(queries.claims_of_device(me)),
        "addresses": [(each.pk, masks.mask_mail(addresses.in_clear(each))) for each in addresses.addresses_of(me)],
        "can_add": OneTimeCode.Way.MAIL in ways and _is_themselves(own),
        "form": form or AskForm(ways=["mail"]),
    }
    return render(request, "codes/devices.html", answers, status=422 if form else 200)


def _is_themselves(own: DeviceSession | None) -> bool:
    """Whether a phone is in the hands of the person it speaks for. Who acts for them leaves no address behind, by
    which they would come in as that person the next time."""
    return own is not None and own.person is not None and not own.for_another


@open_to(device=True)
@never_cache
@require_POST
def end_device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Sign one of my phones out: it opens nothing any more."""
    me, at = caller_of(request), now()
    whose, at_work = devices.own(me), phone_of(request).session
    here = {me.device, at_work.pk if at_work is not None else None}
    if me.user is not None and devices.phones_of(me.user, at).filter(pk=device_id).exists():
        devices.end_phones(me.user, only=device_id, by=me, at=at)
        cookie = PHONE_COOKIE
    elif whose is not None:
        devices.end_devices(whose, only=device_id, by=me, at=at)
        cookie = DEVICE_COOKIE
    else:
        raise NotFound
    messages.success(request, gettext("That phone is signed out."))
    if device_id not in here:
        return redirect("my_devices")
    reply = redirect("home")
    reply.delete_cookie(cookie, samesite="Lax")
    return reply


@open_to(device=True)
@sensitive_post_parameters()
@never_cache
@require_POST
def add_mail(request: HttpRequest) -> HttpResponse:
    """Send a code to an address, so that it can become mine."""
    me = caller_of(request)
    form = AskForm(request.POST, ways=["mail"])
    if form.is_valid():
        try:
            if not _is_themselves(device_session_of(request, now())) or "@" not in form.cleaned_data["to"]:
                raise NotReachable
            to, synthetic = form.cleaned_data["to"], city_is_synthetic()
            return to_typing(request, asked_for(request, to, synthetic=synthetic, adds_to=me.person))
        except (TooOften, NotReachable, CodesNotSent) as problem:
            form.add_error("to", problem.told())
    return _page(request, form)


@open_to(device=True)
@never_cache
@require_POST
def remove_mail(request: HttpRequest, address_id: int) -> HttpResponse:
    """Take an address of mine away."""
    try:
        addresses.remove(address_id, by=caller_of(request), at=now())
        messages.success(request, gettext("No code goes to that address any more."))
    except LinliError as problem:
        messages.warning(request, problem.told())
    return redirect("my_devices")


urlpatterns = [
    path("devices/", my_devices, name="my_devices"),
    path("devices/<uuid:device_id>/end/", end_device, name="end_device"),
    path("devices/mail/", add_mail, name="add_mail"),
    path("devices/mail/<int:address_id>/away/", remove_mail, name="remove_mail"),
]
