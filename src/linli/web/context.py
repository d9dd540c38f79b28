"""What every page says about itself: which event, as of when, whether it is a drill or a synthetic city."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_noop

from linli.access import marks
from linli.access.callers import account_of, caller_of, device_session_of
from linli.access.queries import GRANTERS
from linli.common.clock import now
from linli.custody.export import TAKERS
from linli.custody.roles import Decide, See, seeing
from linli.custody.roles import deciding as deciding_roles
from linli.desk.queries import COUNTING as DUTY_COUNTING
from linli.events.queries import active_event
from linli.ledger.owners import AT_DOORS
from linli.ledger.scope import LOOKING
from linli.muster.queries import DECIDING
from linli.people.queries import city_is_synthetic
from linli.web.hours.tap_words import ON_PAGES
from linli.web.imports.templates import IN_BAR as TEMPLATES_FOR
from linli.web.words import event_name

# Pages that are the same for everybody who opens them: whom they are for, the page, its name in the bar.
BY_ROLE: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (TAKERS, "lists_out", gettext_noop("Lists out")),
    (TAKERS, "report_forms", gettext_noop("Forms")),
    (deciding_roles(Decide.EVENTS), "events", gettext_noop("Events")),
    (deciding_roles(Decide.DESTRUCTION), "closings", gettext_noop("Closings")),
    (GRANTERS, "accounts", gettext_noop("Accounts")),
    (TEMPLATES_FOR, "templates", gettext_noop("Templates")),
    (deciding_roles(Decide.ACCOUNTS), "first_steps", gettext_noop("Checklist")),
    (seeing(See.SYSTEM), "health", gettext_noop("Health")),
    (seeing(See.TRAIL, See.TRAIL_OF_PERSON), "trail", gettext_noop("Trail")),
    (seeing(See.DECLARATIONS), "declarations", gettext_noop("Declarations")),
)


@dataclass(frozen=True, slots=True)
class Taps:
    """For whose page a phone may keep what is tapped on it without a signal, and what it says of it."""

    own: str
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Frame:
    """The quiet line of a page, and who is signed in: where their own page is, and where they sign out.

    Attributes:
        taps: none where the browser is nobody's own phone.
    """

    synthetic: bool
    event_name: str | None
    exercise: bool
    as_of: datetime
    signed_in_as: str | None
    own_url: str
    sign_out_url: str
    came_from: str
    taps: Taps | None
    nav: list[dict[str, object]] = field(default_factory=list)


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of every template: `frame`, worked out only when a template asks for it.

    Not `site`: allauth's pages bring a `site` of their own, and the sign-in page would then say nothing.
    """
    return {"frame": SimpleLazyObject(lambda: _frame(request))}


def _frame(request: HttpRequest) -> Frame:
    at = now()
    event = active_event(at)
    user = account_of(request)
    by_phone = user is not None and not request.user.is_authenticated
    return Frame(
        synthetic=city_is_synthetic(),
        event_name=event_name(event) if event else None,
        exercise=bool(event and event.exercise),
        as_of=at,
        signed_in_as=user.display_name if user is not None else None,
        own_url=reverse("my_devices" if by_phone else "mfa_index"),
        sign_out_url=reverse("leave_phone" if by_phone else "account_logout"),
        came_from=_came_from(request),
        taps=_taps(request, at),
        nav=_nav(request),
    )


def _taps(request: HttpRequest, at: datetime) -> Taps | None:
    held = device_session_of(request, at)
    words = {key: gettext(sentence) for key, sentence in ON_PAGES.items()} if held is not None else {}
    return Taps(marks.name_of(held), words) if held is not None else None


def _came_from(request: HttpRequest) -> str:
    """The address of our page that led here; the first page where it was none of ours."""
    said = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(said, {request.get_host()}):
        return "/"
    parts = urlsplit(said)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _nav(request: HttpRequest) -> list[dict[str, object]]:
    caller = caller_of(request)
    links: list[tuple[str, str]] = []
    if caller.has(*AT_DOORS):
        links.append((reverse("worklist"), gettext("My worklist")))
    desk = caller.areas("community_desk")
    deciding = caller.areas(*DECIDING)
    if deciding:
        links.append((reverse("area", args=[deciding[0]]), gettext("Map")))
    if desk:
        links.append((reverse("duty_log", args=[desk[0]]), gettext("Duty log")))
    elif counted := caller.areas(*DUTY_COUNTING):
        links.append((reverse("duty_counts", args=[counted[0]]), gettext("Duty log")))
    if deciding:
        links.append((reverse("sweeps", args=[deciding[0]]), gettext("Sweeps")))
    if caller.areas(*LOOKING):
        links.append((reverse("ledger"), gettext("Ledger")))
    if desk:
        links.append((reverse("sign_ups", args=[desk[0]]), gettext("Sign-ups")))
    if deciding:
        links.append((reverse("allocations", args=[deciding[0]]), gettext("Allocations")))
    briefed = caller.areas(*DECIDING, "press")
    if briefed:
        links.append((reverse("briefing", args=[briefed[0]]), gettext("Briefing")))
    links += [(reverse(page), gettext(label)) for roles, page, label in BY_ROLE if caller.has(*roles)]
    if desk:
        links.append((reverse("sheets", args=[desk[0]]), gettext("Sheets of paper")))
    here = _here(request.path, [url for url, _ in links])
    return [{"url": url, "label": label, "current": url == here} for url, label in links]


def _here(path: str, urls: list[str]) -> str:
    """Which address of the bar a page belongs to; empty for none.

    /areas/1/ begins /areas/1/briefing/ too: the longest that fits is where we are. /sweeps/7/ belongs to
    /areas/1/sweeps/, as /ledger/doors/3/ does to /ledger/.
    """
    fitting = [url for url in urls if path.startswith(url)]
    folder = f"/{path.split('/')[1]}/"
    return max(fitting, key=len, default=next((url for url in urls if folder != "//" and url.endswith(folder)), ""))
