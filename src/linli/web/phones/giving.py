"""The side of whoever gives the role: a QR for one phone, cards for many, and ending a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.access import codes, devices, phones, queries
from linli.access.callers import BY_PHONE, caller_of
from linli.access.errors import NoRoleForPhone
from linli.access.models import User
from linli.access.origins import only_here, public_address
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import LinliError, NotFound
from linli.custody.roles import ROLES
from linli.web.codes.words import picture_of
from linli.web.phones.words import Held, held_rows

GIVERS = tuple(key for key, role in ROLES.items() if role.grants & set(BY_PHONE))
A_PAGE = 50
MOST_CARDS = 60  # one request prints no more: a sheet is handed out while it works


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who comes in by a QR, with those of their roles that the caller gives."""

    account: User
    roles: list[Held]


@dataclass(frozen=True, slots=True)
class Card:
    """What one person is handed: the square, the same as letters to type, and as an address."""

    name: str
    roles: list[Held]
    text: str
    url: str
    picture: SafeString


@open_to(*GIVERS)
@require_safe
def staff_phones(request: HttpRequest) -> HttpResponse:
    """Everybody to whom the caller gives a role that comes in by a QR, with how many phones they have."""
    me, at = caller_of(request), now()
    asked, show = request.GET.get("q", "").strip()[:60], request.GET.get("show", "")
    without = queries.phone_workers(me, at, without=True).count()
    found = queries.phone_workers(me, at, without=show == "without")
    found = found.filter(display_name__icontains=asked) if asked else found
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": _workers(me, list(page.object_list), at),
        "total": page.paginator.count,
        "asked": asked,
        "show": show,
        "query": urlencode({"q": asked, "show": show}) + "&",
        "without": without,
        "cards": min(without, MOST_CARDS),
        "new_url": f"{reverse('grant')}?new=1",
    }
    return render(request, "phones/list.html", context)


def _workers(caller: Caller, accounts: Sequence[User], at: datetime) -> list[Worker]:
    grants = list(queries.grants_by_phone(caller, at).filter(user__in=accounts))
    rows = held_rows(grants)
    held: dict[int | None, list[Held]] = {}
    for grant, row in zip(grants, rows, strict=True):
        held.setdefault(grant.user_id, []).append(row)
    return [Worker(each, held.get(each.pk, [])) for each in accounts]


def _card(request: HttpRequest, user: User, lives: timedelta, at: datetime) -> Card:
    _, text, lent = phones.print_qr(user, lives=lives, by=caller_of(request), at=at)
    url = public_address(request, reverse("choose_pin", args=[text.replace("-", "")]))
    return Card(user.display_name, held_rows(lent), text, url, picture_of(url))


def _sheet(request: HttpRequest, cards: Sequence[Card], until: datetime, back: tuple[str, str]) -> HttpResponse:
    context = {
        "cards": cards,
        "until": until,
        "back": back,
        "address": public_address(request, reverse("type_paper")),
        "only_here": only_here(request),
    }
    return render(request, "phones/cards.html", context)


@open_to(*GIVERS)
@never_cache
@require_POST
def phone_qr(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show a QR for one phone of somebody's; it is shown this once."""
    me, at = caller_of(request), now()
    shown = queries.account_visible_to(me, user_id)
    try:
        card = _card(request, shown, codes.CODE_LIVES, at)
    except LinliError as problem:
        messages.warning(request, problem.told())
        return redirect("account", shown.pk)
    back = (reverse("account", args=[shown.pk]), shown.display_name)
    return _sheet(request, [card], at + codes.CODE_LIVES, back)


@open_to(*GIVERS)
@never_cache
@require_POST
def phone_cards(request: HttpRequest) -> HttpResponse:
    """Print a card for everybody who has no phone yet, to be cut apart and handed round."""
    me, at = caller_of(request), now()
    found = list(queries.phone_workers(me, at, without=True)[:MOST_CARDS])
    if not found:
        messages.warning(request, gettext("Everybody has a phone already."))
        return redirect("staff_phones")
    cards = [_card(request, each, phones.CARDS_LIVE, at) for each in found]
    back = (reverse("staff_phones"), gettext("Phones of grid workers and others"))
    return _sheet(request, cards, at + phones.CARDS_LIVE, back)


@open_to(*GIVERS)
@require_POST
def end_staff_phones(request: HttpRequest, user_id: int) -> HttpResponse:
    """Sign somebody out on one phone that a QR opened, or on all of them."""
    me, at = caller_of(request), now()
    shown = queries.account_visible_to(me, user_id)
    if not queries.phone_workers(me, at).filter(pk=shown.pk).exists():
        messages.warning(request, NoRoleForPhone(name=shown.display_name).told())
        return redirect("account", shown.pk)
    ended = devices.end_phones(shown.pk, only=_id(request.POST.get("phone", "")), by=me, at=at)
    words = ngettext("{n} phone is signed out.", "{n} phones are signed out.", len(ended)).format(n=len(ended))
    messages.success(request, words)
    return redirect("account", shown.pk)


def _id(said: str) -> UUID | None:
    """The phone that was named; None: all of them."""
    if not said:
        return None
    try:
        return UUID(said)
    except ValueError as error:
        raise NotFound from error


urlpatterns = [
    path("accounts/phones/", staff_phones, name="staff_phones"),
    path("accounts/phones/cards/", phone_cards, name="phone_cards"),
    path("accounts/<int:user_id>/phones/qr/", phone_qr, name="phone_qr"),
    path("accounts/<int:user_id>/phones/end/", end_staff_phones, name="end_staff_phones"),
]
