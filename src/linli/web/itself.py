"""The person under an account: saying on one's own phone that both are oneself, and taking it apart again."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from linli.access import oneself
from linli.access.callers import caller_of, device_session_of
from linli.access.permit import open_to
from linli.common.clock import now
from linli.common.errors import Conflict
from linli.custody import masks
from linli.duty.hours import queries as hours
from linli.muster.units.queries import LIAISON
from linli.people.models import Identity
from linli.worklist import queries as worklist

MAY_SAY = tuple(dict.fromkeys((*worklist.WORKING, *hours.DECIDING, *LIAISON)))
"""Who has a list of work, approves hours, or speaks for a work unit."""


def asked(request: HttpRequest, at: datetime) -> dict[str, object]:
    """What ``parts/it_is_me.html`` shows: whether the account's person is known, or who it could be, masked.

    `speaks`: whether the account speaks for a work unit.
    """
    me = caller_of(request)
    person = oneself.person_behind(me, device_session_of(request, at))
    known = Identity.objects.filter(person=person).order_by("pk").first() if person is not None else None
    return {
        "is_person": oneself.person_of(me.user) is not None,
        "could_be": masks.mask_name(known.name) if known is not None else "",
        "speaks": me.has(*LIAISON),
    }


@open_to(*MAY_SAY)
@require_POST
def it_is_me(request: HttpRequest) -> HttpResponse:
    """The account and the person of this phone are one, or no longer; back to the page it was said on."""
    me, at = caller_of(request), now()
    try:
        if request.POST.get("apart"):
            oneself.take_apart(me, at=at)
        else:
            oneself.say_it_is_me(me, device_session_of(request, at), at=at)
    except Conflict as problem:
        messages.warning(request, problem.told())
    back = request.POST.get("back", "")
    return redirect(back if back.startswith("/") and url_has_allowed_host_and_scheme(back, None) else "home")


urlpatterns = [path("me/", it_is_me, name="it_is_me")]
