"""Who may open a page or call an operation: said at the view, enforced here, and walked by a generated test.

    @open_to("community_desk", "street", area_from="area_id")
    def board(request, area_id): ...

Put it outermost. It is the first of two locks: the record itself is still fetched through the room's query, which
is scoped by area again. Where the caller has no such role, or the area lies outside theirs, the answer is that
there is nothing; only somebody who has not signed in is asked to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

from linli.access.callers import caller_of, needs_second_factor, phone_of
from linli.access.errors import BadToken, PinAsked
from linli.access.queries import inside
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.custody.roles import ROLES

View = TypeVar("View", bound=Callable[..., Any])
RULE = "linli_rule"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may come in.

    Attributes:
        roles: keys of ``ROLES``; any of them opens the door.
        anonymous: everybody may, signed in or not.
        device: whoever's device is bound to a sign-up may.
        account: whoever is signed in with a password may, with or without a role; a phone that has a PIN opens no
            page of passwords and second steps.
        area_from: the name of the URL's argument that holds the area; it must lie in a granted area.
    """

    roles: tuple[str, ...] = ()
    anonymous: bool = False
    device: bool = False
    account: bool = False
    area_from: str | None = None

    def __post_init__(self) -> None:
        unknown = set(self.roles) - set(ROLES)
        if unknown:
            raise ValueError(f"{sorted(unknown)} are no roles")
        if not (self.roles or self.anonymous or self.device or self.account):
            raise ValueError("a rule that lets nobody in")

    def lets_in(self, caller: Caller) -> bool:
        """Whether a caller passes, the area aside."""
        return (
            self.anonymous
            or (self.device and caller.device is not None)
            or (self.account and caller.user is not None)
            or caller.has(*self.roles)
        )

    def covers(self, caller: Caller, area_id: int) -> bool:
        """Whether an area lies in one that the caller holds by one of these roles."""
        at = now()
        return any(inside(area_id, granted, at) for granted in caller.areas(*self.roles))


def open_to(
    *roles: str,
    anonymous: bool = False,
    device: bool = False,
    account: bool = False,
    area_from: str | None = None,
) -> Callable[[View], View]:
    """State the rule of a view or an API operation, and enforce it.

    Raises (in the view):
        NotFound: the caller has no such role, or not there.
        BadToken: a program called without a key.
    """
    rule = Rule(roles, anonymous, device, account, area_from)

    def around(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if rule.anonymous:  # who it is may not even be asked: /healthz answers without a database
                return view(request, *args, **kwargs)
            caller = caller_of(request)
            if not rule.lets_in(caller) or _is_of_passwords(rule, request):
                return _turn_away(request, caller, rule)
            if rule.area_from is not None and not rule.covers(caller, kwargs[rule.area_from]):
                raise NotFound
            return view(request, *args, **kwargs)

        setattr(guarded, RULE, rule)
        return cast(View, guarded)

    return around


def rule_of(view: object) -> Rule | None:
    """The rule stated at a view, if there is one."""
    found = getattr(view, RULE, None)
    return found if isinstance(found, Rule) else None


def _is_of_passwords(rule: Rule, request: HttpRequest) -> bool:
    """Whether a page is for accounts that have a password, and the caller came by a phone with a PIN."""
    return rule.account and not rule.roles and phone_of(request).open and not request.user.is_authenticated


def _turn_away(request: HttpRequest, caller: Caller, rule: Rule) -> Any:
    """Sign in first, set up the second factor first, or: there is nothing here."""
    if request.path.startswith("/api/"):  # a program is never sent to a page
        raise BadToken if caller.user is None else NotFound
    reads = request.method in ("GET", "HEAD")
    if caller.user is None and (rule.roles or rule.device) and phone_of(request).known:
        if not reads:
            raise PinAsked
        return redirect_to_login(request.get_full_path(), reverse("type_pin"))
    # Signing in opens nothing that only a bound device may see.
    if caller.user is None and reads and (rule.roles or rule.account):
        return redirect_to_login(request.get_full_path())
    if caller.user is not None and needs_second_factor(request):
        return redirect("mfa_index")
    raise NotFound
