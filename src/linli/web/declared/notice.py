"""The notice: who keeps what about people, what for, how long, who reads it, and what they can do. For everybody."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from linli.access.permit import open_to
from linli.common.clock import now
from linli.custody.declare import Basis, Whose
from linli.custody.record import Group, group_of, groups, listed
from linli.custody.roles import ROLES
from linli.places import queries as places
from linli.places.models import Area
from linli.web.declared import lists
from linli.web.declared.blocks import NOTICE_PT, Block, items, lines, paper, part, text, version
from linli.web.leaving import file_of_nobody

# Said to somebody who stands in the rain: short, and no law by its number.
PLAIN = {
    Basis.DUTY: gettext_noop("It is a duty of the community and the street; they could not help without it."),
    Basis.EMERGENCY: gettext_noop("It is needed to help people in this emergency."),
    Basis.SERVICE: gettext_noop("You offered to help, or asked to use Linli on your phone."),
    Basis.OPERATION: gettext_noop("Without it Linli would not be safe, and nobody would answer for what was done."),
    Basis.PUBLIC: gettext_noop("It is public."),
}
IN_SHORT = (
    gettext_noop("Your community keeps your name, door and phone, so that nobody is missed and help finds you."),
    gettext_noop("Few may read it, and most of it is hidden from them too."),
    gettext_noop("What is kept for an emergency goes when it is over."),
    gettext_noop("You may ask, put right and say no: at the desk of your community."),
)
NEVER = (
    gettext_noop("Political status, party membership, ethnicity, religion."),
    gettext_noop("Police marks, complaints, debts, photos, fingerprints, faces."),
    gettext_noop("Where you or your phone have been."),
    gettext_noop("Why a helper cannot come."),
    gettext_noop("Health codes, points or scores of any kind."),
    gettext_noop("Anything else that does not stand on this page."),
)
YOUR_RIGHTS = (
    gettext_noop("Ask what is kept about you. If you signed up, your page shows it. Else ask the desk."),
    gettext_noop("Something is wrong? Tell the desk, and ask for it to be put right."),
    gettext_noop("You cannot help after all? Take your sign-up back on your page or at the desk. Nobody asks why."),
    gettext_noop("Something should go? Tell the desk. The data protection officer and a second person decide."),
    gettext_noop("A computer proposes where helpers go; a person decides. Ask why, and say no if you like."),
    gettext_noop("You may speak for your children, and for whoever asks you to."),
)
SELF = ("resident", "volunteer")


@open_to(anonymous=True)
@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """The notice as a page, in large print; of one community where the address says so."""
    at = now()
    area = _area(request, at)
    context = {
        "title": gettext("What is kept about you, and what for"),
        "lead": _lead(area),
        "blocks": _blocks(area),
        "version": version(localdate(at)),
        "query": f"?community={area.pk}" if area is not None else "",
    }
    return render(request, "declared/notice.html", context)


@open_to(anonymous=True)
@file_of_nobody("what is kept about people, of nobody in particular")
@require_safe
def notice_paper(request: HttpRequest) -> HttpResponse:
    """The notice on A4, in large print."""
    at = now()
    area = _area(request, at)
    title = gettext("What is kept about you, and what for")
    return paper(title, _lead(area), _blocks(area), name="linli-notice", on=localdate(at), size_pt=NOTICE_PT)


def _area(request: HttpRequest, at: datetime) -> Area | None:
    """The community that was asked for; else the top area of this installation, if there is one yet."""
    said = request.GET.get("community", "")
    found = places.community(int(said), at) if said.isdecimal() and len(said) < 19 else None
    return found or places.top_area()


def _lead(area: Area | None) -> str:
    if area is None:
        return gettext("Linli keeps this for your community. Ask at the desk of your community about anything here.")
    if area.desk_phone:
        said = gettext("{place} keeps this, with the program Linli. Ask its desk about anything here: {phone}.")
    else:
        said = gettext("{place} keeps this, with the program Linli. Ask at the desk of your community about it.")
    return said.format(place=area.called, phone=area.desk_phone)


def _blocks(area: Area | None) -> list[Block]:
    phone = area.desk_phone if area is not None else ""
    told: list[Block] = [items(gettext(each) for each in IN_SHORT)]
    for group in groups():
        told += _group(group)
    told += [
        part(gettext("What is never kept")),
        items(gettext(each) for each in NEVER),
        part(gettext("What you can do")),
        text(_desk(phone)),
        items(gettext(each) for each in YOUR_RIGHTS),
        text(gettext("Help never depends on it. In danger dial 120, 119 or 110 at once; you need to give nothing.")),
        part(gettext("Who looked at your record")),
        text(gettext("Most of your name, phone number and door is hidden, from the desk too.")),
        text(gettext("Whoever has it shown in full says why. When, what and why is kept for six months.")),
        text(gettext("If you signed up, your page shows it. Else ask the desk or the data protection officer.")),
        *lists.in_the_notice(),
        part(gettext("Who else gets it")),
        text(gettext("Nobody. Only counts are published, never a name, a phone number or a door.")),
        *_carriers(),
        part(gettext("When the emergency is over")),
        text(
            gettext(
                "What was kept for it is looked through and destroyed, in the backups too. Two people answer for that."
            )
        ),
    ]
    return told


def before_the_first_field(area: Area, whose: Whose, *labels: str) -> list[Block]:
    """The notice of what one form asks for, in the words of the whole: who asks, what and why, how long, who reads it.

    Args:
        labels: of the tables that keep it, as room.Model.
    """
    return [text(_lead(area)), items(gettext(each) for each in IN_SHORT), *_kept(group_of(whose, *labels))]


def _desk(phone: str) -> str:
    if phone:
        return gettext("Go to the desk of your community, or call {phone}. It costs nothing.").format(phone=phone)
    return gettext("Go to the desk of your community. It costs nothing.")


def _carriers() -> list[Block]:
    """Who carries codes: only where a way to send them is set up."""
    if not (settings.ENV.sms or settings.ENV.smtp):
        return []
    return [text(gettext("If a code is sent to you, the company that delivers it gets your number or address."))]


def _group(group: Group) -> list[Block]:
    """What is kept about some people."""
    return [part(group.heading), *_kept(group)]


def _kept(group: Group) -> list[Block]:
    hard = gettext("{what} (specially protected)")
    told = [
        lines(
            (hard.format(what=line.what) if line.hard else line.what, gettext("; ").join(line.why))
            for line in group.lines
        ),
    ]
    about = [
        (gettext("Why it may be kept: {what}"), " ".join(gettext(PLAIN[basis]) for basis in group.bases)),
        (gettext("How long: {what}."), _how_long(group)),
        (gettext("Who may read it: {what}."), _readers(group)),
    ]
    return [*told, *(text(said.format(what=what)) for said, what in about)]


def _how_long(group: Group) -> str:
    of = gettext("{kinds}: {how_long}")
    told = [of.format(kinds=listed(kinds), how_long=keep) if kinds else keep for keep, kinds in group.keeps]
    return gettext("; ").join(told)


def _readers(group: Group) -> str:
    own = [gettext("you yourself")] if group.whose is not Whose.STAFF and set(SELF) & set(group.readers) else []
    others = [gettext(ROLES[key].name) for key in group.readers if key not in SELF]
    return listed([*own, *others]) or gettext("nobody; only Linli itself")


urlpatterns = [
    path("notice/", notice, name="notice"),
    path("notice/paper/", notice_paper, name="notice_paper"),
]
