"""What is stored about me, as a file: on my own phone, for myself."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access import addresses, devices
from linli.access.callers import caller_of, device_session_of
from linli.access.devices import is_proved
from linli.access.models import DeviceSession
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Invalid, NotFound
from linli.common.moments import local as moment
from linli.custody import export, masks
from linli.custody.errors import NotYourself
from linli.custody.export import Kind, Section
from linli.desk import own as desk
from linli.duty.hours import own as duty
from linli.muster import coming
from linli.muster import own as muster
from linli.notices import own as notices
from linli.people import own as people
from linli.people.queries import city_is_synthetic
from linli.web.codes.words import told
from linli.web.seen import seen_of


@open_to(device=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_data(request: HttpRequest) -> HttpResponse:
    """What the file will hold; POST gives it."""
    me, at = caller_of(request), now()
    held = device_session_of(request, at)
    if held is None:
        raise NotFound
    sections = [] if held.for_another else _sections(me, held, at)
    if request.method != "POST":
        context = {
            "name": masks.mask_name(coming.name_of_device(held)),
            "for_another": held.for_another,
            "sections": [(each.title, len(each.rows)) for each in sections if each.rows],
            "proved": is_proved(held),
        }
        return render(request, "takeout/own.html", context)
    if held.for_another:
        raise NotYourself
    kind = request.POST.get("kind", "")
    if kind not in (Kind.XLSX, Kind.JSON):
        raise Invalid
    subject = f"person:{held.person}" if held.person is not None else f"sign_up:{held.claim}"
    return export.own(sections, subject=subject, kind=Kind(kind), synthetic=city_is_synthetic(), by=me, at=at)


def _sections(me: Caller, held: DeviceSession, at: datetime) -> list[Section]:
    """All that is stored; of a phone that only signed up, what was said on it and what became of that."""
    person = held.person if is_proved(held) else None
    claims = muster.claims_of(person, held.claim)
    found = [*people.sections_of(person), *muster.sections_of(person, claims)] if person is not None else []
    if person is None:
        found = muster.sections_of(None, claims)
    else:
        found += [*notices.sections_of(person), *desk.sections_of(person), *duty.sections_of(person)]
    subjects = [claim.pk for claim in claims]
    return [*found, _who_saw(person, subjects), _phones(me, held, at)]


def _who_saw(person: int | None, claims: list[UUID]) -> Section:
    rows = [(moment(each.at), each.what, "; ".join(each.who), each.why) for each in seen_of(claims, person)]
    titles = (gettext("When"), gettext("What"), gettext("Who"), gettext("What for"))
    return Section(gettext("Who saw it"), titles, rows)


def _phones(me: Caller, held: DeviceSession, at: datetime) -> Section:
    """Phones that are signed in, and addresses that codes are sent to."""
    whose = devices.own(me)
    phones = devices.devices_of(whose, at) if whose is not None else []
    rows = [(str(told(each)["kind"]), str(told(each)["way"]), moment(each.created_at)) for each in phones]
    kept = addresses.addresses_of(me) if is_proved(held) else []
    rows += [(gettext("E-mail address"), addresses.in_clear(each), moment(each.proved_at)) for each in kept]
    return Section(gettext("Phones and addresses"), (gettext("Kind"), gettext("How"), gettext("Since")), rows)


urlpatterns = [path("devices/my-data/", my_data, name="my_data")]
