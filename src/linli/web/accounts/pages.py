"""The list of accounts, one account, making one, closing it, and the link that lets it choose a password."""

from collections.abc import Callable
from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.access import actions, devices, phones, proofs, queries
from linli.access.callers import BY_PHONE, caller_of
from linli.access.models import User
from linli.access.origins import only_here, public_address
from linli.access.permit import open_to
from linli.access.queries import GRANTERS
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, NotFound, Refused
from linli.custody.roles import Decide, deciding
from linli.field.handing import doors_given
from linli.web.accounts.shapes import ENDED, IN_FORCE, account_rows, grant_rows, second_steps
from linli.web.codes.words import told

DECIDES = deciding(Decide.ACCOUNTS)
DESK = deciding(Decide.REGISTER)
A_PAGE = 50
SHOWN: dict[str, tuple[Promise, Q]] = {
    "open": (gettext_lazy("Open accounts"), Q(is_active=True)),
    "never": (gettext_lazy("Accounts that never signed in"), Q(is_active=True, last_login__isnull=True)),
    "closed": (gettext_lazy("Closed accounts"), Q(is_active=False)),
}


class AccountForm(forms.Form):
    """A new account: how it signs in and what it is called."""

    display_name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("As others see who decided something."),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    username = forms.CharField(
        label=gettext_lazy("Login name"),
        help_text=gettext_lazy("Letters, digits and . _ - without spaces, such as zhang.wei"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


@open_to(*GRANTERS)
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Accounts the caller looks after, with the roles they hold."""
    caller, at = caller_of(request), now()
    mine = queries.accounts_granted_by(caller, at)
    asked, show = request.GET.get("q", "").strip()[:60], request.GET.get("show", "open")
    show = show if show in SHOWN else "open"
    found = _named(mine.filter(SHOWN[show][1]), asked)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": account_rows(caller, list(page.object_list), at),
        "total": page.paginator.count,
        "query": urlencode({"q": asked, "show": show}) + "&",
        "asked": asked,
        "show": show,
        "shown": [(key, words) for key, (words, _) in SHOWN.items()],
        "decides": caller.has(*DECIDES),
        "waiting": queries.grants_waiting(caller).count(),
        "gives_by_phone": any(role in BY_PHONE for role in queries.roles_to_grant(caller)),
    }
    return render(request, "accounts/accounts.html", context)


def _named(found: QuerySet[User], asked: str) -> QuerySet[User]:
    return found.filter(Q(username__icontains=asked) | Q(display_name__icontains=asked)) if asked else found


@open_to(*GRANTERS)
@require_safe
def account(request: HttpRequest, user_id: int) -> HttpResponse:
    """One account: what it holds and held, who gave it, and what can be done."""
    caller, at = caller_of(request), now()
    shown = queries.account_visible_to(caller, user_id)
    rows = grant_rows(caller, queries.grants_seen(caller, [shown.pk], at), at)
    decides = caller.has(*DECIDES)
    by_phone = bool(phones.lendable(shown, caller, at)) and shown.pk != caller.user
    context = {
        "account": shown,
        "by_phone": by_phone,
        "hands_over": by_phone and caller.has(*DESK) and bool(doors_given(shown, caller, at)),
        "phones": [told(each) for each in devices.phones_of(shown.pk, at)] if by_phone or decides else [],
        "nameless": shown.username.startswith(phones.NAMELESS),
        "rows": [row for row in rows if row.state != ENDED],
        "ended": [row for row in rows if row.state == ENDED],
        "held": sum(row.state == IN_FORCE for row in rows),
        "second_step": bool(second_steps([shown.pk])),
        "reasons": [(str(key), gettext(words)) for key, words in actions.FACTOR_REASONS.items()],
        "decides": decides,
        "own": shown.pk == caller.user,
        "requests": queries.requests_open(caller).filter(user=shown),
        "grant_url": f"{reverse('grant')}?{urlencode({'account': shown.username})}",
    }
    return render(request, "accounts/account.html", context)


@open_to(*DECIDES)
@require_http_methods(["GET", "HEAD", "POST"])
def new_account(request: HttpRequest) -> HttpResponse:
    """Make an account; its link to choose a password is made on its own page."""
    form = AccountForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.create_staff(
                said["username"], display_name=said["display_name"], password=None, by=caller_of(request), at=now()
            )
        except (Conflict, Invalid, Refused) as problem:
            form.add_error(None, problem.told())
        else:
            told = gettext("The account of {name} is made. Give it a role, then a sign-in link.")
            messages.success(request, told.format(name=made.display_name))
            return redirect("account", made.pk)
    return render(request, "accounts/new.html", {"form": form}, status=422 if form.errors else 200)


@open_to(*DECIDES)
@require_POST
def open_or_close(request: HttpRequest, user_id: int) -> HttpResponse:
    """Close an account, or open it again."""
    caller = caller_of(request)
    shown = queries.account_visible_to(caller, user_id)
    said = request.POST.get("active")
    opens = said == "1"

    def change() -> Promise:
        if said not in ("0", "1"):
            raise Invalid
        actions.set_active(shown, opens, by=caller, at=now())
        return (
            gettext_lazy("The account is open again.")
            if opens
            else gettext_lazy("The account is closed. Its keys and links open nothing any more.")
        )

    return told_after(request, change, shown.pk)


@open_to(*DECIDES)
@require_POST
def reset_second_step(request: HttpRequest, user_id: int) -> HttpResponse:
    """Take an account's second step away, for a reason that is kept, and sign it out."""
    caller = caller_of(request)
    shown = queries.account_visible_to(caller, user_id)

    def reset() -> Promise:
        if not actions.reset_second_step(shown, reason=request.POST.get("reason", ""), by=caller, at=now()):
            return gettext_lazy("There was no second step to take away. The account is signed out.")
        return gettext_lazy(
            "The second step is taken away, and the account is signed out. After the password they set up another."
        )

    return told_after(request, reset, shown.pk)


@open_to(*DECIDES)
@never_cache
@require_POST
def sign_in_link(request: HttpRequest, user_id: int) -> HttpResponse:
    """Make a link by which the account chooses its password, and show it this once."""
    caller, at = caller_of(request), now()
    shown = queries.account_visible_to(caller, user_id)
    forgets = request.POST.get("forget_second_step") == "on"
    try:
        secret = proofs.issue_password_link(shown, forget_second_step=forgets, by=caller, at=at)
    except (Conflict, Invalid, Refused) as problem:
        messages.warning(request, problem.told())
        return redirect("account", shown.pk)
    url = public_address(request, reverse("choose_password", args=[secret]))
    context = {
        "account": shown,
        "url": url,
        "picture": segno.make(url, error="m", micro=False).svg_data_uri(scale=4, border=4, light="#fff"),
        "expires_at": at + proofs.LINK_LIVES,
        "forgets": forgets,
        "only_here": only_here(request),
    }
    return render(request, "accounts/link.html", context)


@open_to(*GRANTERS)
@require_POST
def end_grant(request: HttpRequest, user_id: int) -> HttpResponse:
    """End one of an account's grants now."""
    caller, at = caller_of(request), now()
    shown = queries.account_visible_to(caller, user_id)
    key = request.POST.get("grant", "")
    found = queries.grants_seen(caller, [shown.pk], at).filter(pk=int(key) if key.isdecimal() and len(key) < 19 else 0)

    def end() -> Promise:
        ending = found.first()
        if ending is None:
            raise NotFound
        actions.revoke(ending, by=caller, at=at)
        return gettext_lazy("The role has ended. What was done with it stays on record.")

    return told_after(request, end, shown.pk)


def told_after(request: HttpRequest, change: Callable[[], Any], account_id: int) -> HttpResponse:
    """Do something to an account and go back to its page, with what came of it."""
    try:
        messages.success(request, change())
    except (Conflict, Invalid, NotFound, Refused) as problem:
        messages.warning(request, problem.told())
    return redirect("account", account_id)


urlpatterns = [
    path("accounts/", accounts, name="accounts"),
    path("accounts/new/", new_account, name="new_account"),
    path("accounts/<int:user_id>/", account, name="account"),
    path("accounts/<int:user_id>/active/", open_or_close, name="open_or_close_account"),
    path("accounts/<int:user_id>/link/", sign_in_link, name="sign_in_link"),
    path("accounts/<int:user_id>/second-step/away/", reset_second_step, name="reset_second_step"),
    path("accounts/<int:user_id>/end/", end_grant, name="end_grant"),
]
