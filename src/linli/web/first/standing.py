"""How each thing that Linli needs stands, counted from the rows, with its next step."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from linli.access import queries as access
from linli.common.caller import Caller
from linli.custody.roles import Decide, deciding
from linli.events.queries import active_event
from linli.muster.queries import number_waiting
from linli.people import person_template
from linli.people import queries as people
from linli.places import queries as places
from linli.places.models import Area, Level
from linli.web.imports.area_tree import WORDS
from linli.web.imports.flow import told
from linli.web.templatetags.lists import listed
from linli.web.words import event_name

MOST = 100_000  # to count a whole city would take seconds
FEW = 3
OPENERS = deciding(Decide.EVENTS)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that Linli needs.

    Attributes:
        said: how it stands. todo: what to do about it; empty where nothing is missing.
        url, label: the next step, or where to see what is there. command: the same at the machine's own terminal.
        sheet: where the same is loaded from a spreadsheet.
    """

    title: str
    said: str
    url: str
    label: str
    todo: str = ""
    command: str = ""
    sheet: str = ""

    @property
    def done(self) -> bool:
        """Whether nothing is missing."""
        return not self.todo


def steps_of(caller: Caller, at: datetime) -> list[Step]:
    """Every step as it stands for an administrator, in the order in which they are best taken."""
    top = places.top_area()
    if top is None:
        said, todo = gettext("No area has a name yet."), gettext("Begin with the one that all others lie in.")
        areas = Step(gettext("Areas"), said, reverse("places"), gettext("Name the top area"), todo)
    else:
        areas = _areas(top, at)
    staff = _staff(caller, top, at)
    if areas.todo:
        areas = replace(areas, sheet=reverse("load_areas"))
    if staff.todo and top is not None:
        staff = replace(staff, sheet=reverse("load_staff"))
    return [areas, staff, _event(caller, at), _register(top), _volunteers(), _phones(top, at)]


def _areas(top: Area, at: datetime) -> Step:
    counts = places.counts_by_level(top.pk, at)
    said = f"{top.called}: " + listed(
        told(WORDS[level.name.lower()], counts[level]) for level in Level if level in counts
    )
    bare = places.without_part(top.pk, Level.COMMUNITY, Level.GRID, at)
    where, todo = top, ""
    if Level.COMMUNITY not in counts:
        todo = gettext("People sign up and are helped in communities, and none is named yet.")
    elif bare.exists():
        where, todo = bare[0], gettext("Nobody can be placed without a grid: {names}.").format(names=_some(bare))
    label = gettext("Add a part to {name}").format(name=where.called) if todo else gettext("See the areas")
    return Step(gettext("Areas"), said, reverse("place", args=[where.pk]), label, todo)


def _staff(caller: Caller, top: Area | None, at: datetime) -> Step:
    others = access.accounts_open().exclude(pk=caller.user or 0).count()
    title, said = gettext("Staff"), ngettext("{n} account beside yours.", "{n} accounts beside yours.", others)
    said = said.format(n=others)
    if not others:
        todo = gettext("Whoever works at a screen has an account of their own.")
        return Step(title, said, reverse("new_account"), gettext("Make an account"), todo)
    if top is None:
        todo = gettext("Roles are held over areas, and none is named yet.")
        return Step(title, said, reverse("places"), gettext("Name the top area"), todo)
    give = reverse("grant"), gettext("Give a role")
    if not access.held_by_somebody("city", at).exists():
        todo = gettext("Nobody holds city command, who opens events. Two administrators give it, or the terminal:")
        command = gettext("linli access grant city LOGIN-NAME --area {number}").format(number=top.pk)
        return Step(title, said, *give, todo, command)
    desks = access.held_by_somebody("community_desk", at).values("area")
    bare = places.areas_below([top.pk], Level.COMMUNITY, at).exclude(place__in=desks)
    if bare.exists():
        return Step(title, said, *give, gettext("No desk yet: {names}.").format(names=_some(bare)))
    return Step(title, said, reverse("accounts"), gettext("See the accounts"))


def _event(caller: Caller, at: datetime) -> Step:
    title, event = gettext("Event"), active_event(at)
    opens = caller.has(*OPENERS)
    if event is not None:
        said = gettext("{event} is under way.").format(event=event_name(event))
        if opens:
            return Step(title, said, reverse("events"), gettext("See the events"))
        return Step(title, said, reverse("choose_community"), gettext("See the page to sign up"))
    said = gettext("No event is under way.")
    if opens:
        todo = gettext("You hold city command: an exercise is a good beginning.")
        return Step(title, said, reverse("open_event"), gettext("Open an event"), todo)
    holders = access.held_by_somebody("city", at).select_related("user")[:FEW]
    if names := listed(each.user.display_name for each in holders if each.user is not None):
        todo = gettext("City command opens it, under Events: {names}.").format(names=names)
        return Step(title, said, reverse("accounts"), gettext("See the accounts"), todo)
    todo = gettext("City command opens it, and nobody holds that role yet.")
    return Step(title, said, reverse("grant"), gettext("Give a role"), todo)


def _register(top: Area | None) -> Step:
    known, doors = people.register_size(MOST + 1)
    said = gettext("{people} people and {doors} doors are known.").format(people=_up_to(known), doors=_up_to(doors))
    if known:
        return Step(gettext("Register"), said, *_tree(top))
    todo = gettext("Linli works without a register: the desk then confirms whoever signs up as somebody new.")
    todo += " " + gettext("Each desk loads its own list, under Templates.")
    file = reverse("template_file", args=[person_template.TEMPLATE.key])
    return Step(gettext("Register"), said, file, gettext("Take the template of dwellings and persons"), todo)


def _volunteers() -> Step:
    found, waiting = people.number_of_volunteers(MOST + 1), number_waiting(MOST + 1)
    said = gettext("{n} confirmed, {waiting} waiting for a desk.").format(n=_up_to(found), waiting=_up_to(waiting))
    url, label = reverse("choose_community"), gettext("See the page to sign up")
    todo = gettext("Each desk prints posters, loads lists and signs people up, under Sign-ups.") if not found else ""
    return Step(gettext("Volunteers"), said, url, label, todo)


def _phones(top: Area | None, at: datetime) -> Step:
    title = gettext("Phones")
    communities = places.areas_below([top.pk] if top else [], Level.COMMUNITY, at)
    number, bare = communities.count(), communities.filter(desk_phone="")
    said = gettext("{n} of {all} desks have a number that everybody can call.")
    said = said.format(n=number - bare.count(), all=number)
    if first := bare.first():
        todo = gettext("No number yet: {names}.").format(names=_some(bare))
        label = gettext("Set the number of {name}").format(name=first.called)
        return Step(title, said, reverse("place", args=[first.pk]) + "#phone", label, todo)
    todo = "" if number else gettext("Numbers belong to communities, and none is named yet.")
    return Step(title, said, *_tree(top), todo)


def _tree(top: Area | None) -> tuple[str, str]:
    """Where the areas are."""
    return reverse("places"), gettext("See the areas") if top is not None else gettext("Name the top area")


def _some(areas: QuerySet[Area]) -> str:
    """The first few by name, and whether there are more."""
    first: Iterable[Area] = areas[: FEW + 1]
    names = [area.called for area in first]
    return listed(names[:FEW]) + (" …" if len(names) > FEW else "")


def _up_to(number: int) -> str:
    return f"{number:,}" if number <= MOST else f"> {MOST:,}"
