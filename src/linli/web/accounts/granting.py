"""Giving a role, one question after the other: to whom, which, where, for how long.

The answers given so far stand in the address.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from linli.access import actions, phones, queries
from linli.access.callers import BY_PHONE, caller_of
from linli.access.errors import BadPeriod, NoSuchAccount
from linli.access.models import User
from linli.access.periods import moments
from linli.access.permit import open_to
from linli.access.queries import GRANTERS
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, NotFound, Refused
from linli.custody.roles import ROLES, may_grant, sits_at
from linli.people.queries import organisations_in
from linli.places import queries as places
from linli.places.models import Area
from linli.web.accounts.shapes import role_words

USUAL = timedelta(days=90)


class PeriodForm(forms.Form):
    """From which day to which, for a liaison which unit they speak for, and of somebody new the name.

    The name is asked for last, in the body: an address with it would stay in histories and logs.
    """

    display_name = forms.CharField(
        label=gettext_lazy("Their name"),
        max_length=60,
        error_messages={"required": gettext_lazy("Please type their name.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    organisation = forms.TypedChoiceField(label=gettext_lazy("Work unit"), coerce=int)
    since = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Left empty: until somebody ends it."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self, *args: Any, today: date, units: list[tuple[int, str]] | None, new: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"since": today, "until": today + USUAL}
        self.today = today
        if not new:
            del self.fields["display_name"]
        if units is None:
            del self.fields["organisation"]
        else:
            self.fields["organisation"].choices = units  # type: ignore[attr-defined]

    def period(self) -> tuple[datetime | None, datetime | None]:
        """From when (None: now) until when (None: no end), by days of the place.

        Raises:
            BadPeriod: a day lies more than ten years away.
        """
        return moments(self.cleaned_data["since"], self.cleaned_data["until"], today=self.today)


@dataclass(frozen=True, slots=True)
class Asked:
    """What has been answered so far.

    Attributes:
        name: the login name that was typed; user: whose it is. new: somebody without an account, who comes in by a QR.
        role: a role the caller may give; area: where, inside what the caller may reach.
        sits: whether the role may be held at that area.
        below: areas to choose a narrower one from, or to begin with.
        seconded: it takes a second administrator.
    """

    name: str = ""
    user: User | None = None
    role: str = ""
    area: Area | None = None
    sits: bool = False
    below: tuple[Area, ...] = ()
    seconded: bool = False
    new: bool = False

    @property
    def known(self) -> bool:
        """Whether it was said for whom."""
        return self.user is not None or self.new

    @property
    def called(self) -> str:
        """What they are called in a question."""
        return self.user.display_name if self.user is not None else gettext("somebody new")

    @property
    def complete(self) -> bool:
        """Whether only the period is left to say."""
        return self.known and bool(self.role) and (self.sits or not ROLES[self.role].levels)


def asked_so_far(caller: Caller, said: QueryDict, at: datetime) -> Asked:
    """The answers given so far, each checked.

    Raises:
        NotFound: a role or an area that the caller cannot give.
    """
    name, role = said.get("account", "").strip()[:60], said.get("role", "")
    user = User.objects.filter(username=name).first() if name else None
    new = said.get("new") == "1" and not name
    if not role:
        return Asked(name, user, new=new)
    if role not in _roles(caller, new):
        raise NotFound
    seconded = not any(may_grant(grant.role, role, seconded=False) for grant in caller.grants)
    roots = queries.areas_to_grant(caller, role, at)
    if not roots:
        return Asked(name, user, role, seconded=seconded, new=new)
    area = _area(caller, role, said.get("area", ""), at) or (roots[0] if len(roots) == 1 else None)
    if area is None:
        return Asked(name, user, role, below=tuple(roots), seconded=seconded, new=new)
    top = places.top_area()
    sits = top is not None and sits_at(role, area.level, top_level=top.level)
    deeper = role != "city" and any(level > area.level for level in ROLES[role].levels)
    below = tuple(places.children(area.pk, at)) if deeper else ()
    return Asked(name, user, role, area, sits, below, seconded, new)


def _roles(caller: Caller, new: bool) -> tuple[str, ...]:
    """Roles that the caller gives; to somebody new only those that need no password."""
    given = queries.roles_to_grant(caller)
    return tuple(role for role in given if role in BY_PHONE) if new else given


def _area(caller: Caller, role: str, text: str, at: datetime) -> Area | None:
    """The area that was chosen; one outside the caller's answers as if it did not exist."""
    if not text:
        return None
    key = int(text) if text.isdecimal() and len(text) < 19 else 0
    found = Area.objects.filter(pk=key).first()
    if found is None or not queries.could_grant(role, found.pk, caller, at, seconded=True):
        raise NotFound
    return found


@open_to(*GRANTERS)
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest) -> HttpResponse:
    """One question a page; the last one gives the role, or asks a second administrator for it."""
    caller, at = caller_of(request), now()
    asked = asked_so_far(caller, request.POST if request.method == "POST" else request.GET, at)
    form = _form(asked, request, at) if asked.complete else None
    if form is not None and form.is_bound and form.is_valid():
        try:
            return _given(request, caller, asked, form, at)
        except (Conflict, Invalid, Refused) as problem:
            form.add_error("until" if isinstance(problem, BadPeriod) else None, problem.told())
    wrong = NoSuchAccount(username=asked.name).told() if asked.name and asked.user is None else ""
    context = {
        "asked": asked,
        "form": form,
        "wrong": wrong,
        "role_words": role_words(asked.role) if asked.role else "",
        "roles": [(role_words(role), _with(asked, role=role)) for role in _roles(caller, asked.new)],
        "new_url": f"{reverse('grant')}?new=1" if _roles(caller, True) else "",
        "areas": [(area, _with(asked, role=asked.role, area=area.pk)) for area in asked.below],
        "account_url": _account_url(caller, asked.user),
        "again": {"account": reverse("grant"), "role": _with(asked), "area": _with(asked, role=asked.role)},
    }
    failed = bool(wrong or (form is not None and form.errors) or (request.method == "POST" and form is None))
    return render(request, "accounts/grant.html", context, status=422 if failed else 200)


def _form(asked: Asked, request: HttpRequest, at: datetime) -> PeriodForm:
    units = None
    if asked.role == "liaison" and asked.area is not None:
        units = [(unit.pk, unit.name) for unit in organisations_in(asked.area.pk, at)]
    data = request.POST if request.method == "POST" and "since" in request.POST else None
    return PeriodForm(data, today=localdate(at), units=units, new=asked.new)


def _given(request: HttpRequest, caller: Caller, asked: Asked, form: PeriodForm, at: datetime) -> HttpResponse:
    """Give the role, or ask for it where it takes two."""
    since, until = form.period()
    area = asked.area.pk if asked.area is not None else None
    if asked.user is None:
        name, unit = form.cleaned_data["display_name"], form.cleaned_data.get("organisation")
        made = phones.make_worker(
            name, role=asked.role, area=area, organisation=unit, since=since, until=until, by=caller, at=at
        )
        told = gettext("{name} has the role now. Show them the QR for their phone.").format(name=name)
        messages.success(request, told)
        return redirect("account", made.user_id)
    if asked.seconded:
        waits = actions.ask_for_grant(
            asked.role, user=asked.user, area=area, since=since, until=until, by=caller, at=at
        )
        messages.success(request, gettext("Asked. Nothing is given until another administrator confirms it."))
        return redirect("grant_request", waits.pk)
    actions.grant_role(
        asked.role,
        user=asked.user,
        area=area,
        organisation=form.cleaned_data.get("organisation"),
        since=since,
        until=until,
        by=caller,
        at=at,
    )
    told = gettext("{role}: given to {name}.").format(role=role_words(asked.role), name=asked.user.display_name)
    messages.success(request, told)
    return redirect("account", asked.user.pk)


def _with(asked: Asked, **answers: str | int) -> str:
    whom = {"new": 1} if asked.new else {"account": asked.name}
    return f"{reverse('grant')}?{urlencode({**whom, **answers})}"


def _account_url(caller: Caller, user: User | None) -> str:
    """Where the account's own page is, if this caller may see it."""
    if user is None or not queries.accounts_seen_by(caller).filter(pk=user.pk).exists():
        return reverse("accounts")
    return reverse("account", args=[user.pk])


urlpatterns = [path("accounts/grant/", grant, name="grant")]
