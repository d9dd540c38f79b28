"""Typing a sheet back: a letter, perhaps another, who is here, Enter; the next door stands there."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import Conflict, Invalid, LinliError, NotFound
from linli.ledger import duplicates
from linli.ledger.errors import CodeMistyped, LineUnclear
from linli.ledger.models import Finding, PaperLine, PaperSheet
from linli.ledger.paper import codes, letters, printing, setting, typing
from linli.ledger.paper.doors import Door
from linli.web.fields import MOMENT
from linli.web.paper.forms import LineForm


@open_to(*printing.TYPING)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def type_sheet(request: HttpRequest, sheet_number: str) -> HttpResponse:
    """One door of the sheet; POST writes down what is typed and goes on to the next, or takes it back."""
    me, at = caller_of(request), now()
    sheet = printing.sheet_to_type(me, sheet_number, at)
    if sheet.printed_at is None:
        messages.warning(request, gettext("This sheet was never printed: there is nothing to type."))
        return redirect("sheet", sheet.number)
    line = _line(sheet, request.GET.get("door", ""))
    if line is None:
        messages.success(request, gettext("Every door of this sheet is typed."))
        return redirect("sheet", sheet.number)
    form = LineForm(
        request.POST if request.method == "POST" else None,
        initial=_carried(request.GET, at),
        blank=line.dwelling_id is None,
    )
    if request.method == "POST":
        if request.POST.get("take_back"):
            return _taken_back(request, sheet, line, me)
        if form.is_valid() and (done := _typed(request, sheet, line, form, me, at)) is not None:
            return done
    return render(request, "paper/type.html", _context(sheet, line, form, at), status=422 if form.errors else 200)


def _line(sheet: PaperSheet, door: str) -> PaperLine | None:
    """The door that was asked for; else the first that nobody has typed; None where there is none left."""
    if not door:
        return typing.next_line(sheet, 0)
    found = sheet.lines.filter(n=int(door)).first() if door.isdecimal() and len(door) < 5 else None
    if found is None:
        raise NotFound
    return found


def _carried(said: QueryDict, at: datetime) -> dict[str, Any]:
    """The time that stands on the sheet, typed once and carried from door to door."""
    return {"when": said.get("when", ""), "shown": typing.minute(at).isoformat()}


def _typed(
    request: HttpRequest, sheet: PaperSheet, line: PaperLine, form: LineForm, me: Caller, at: datetime
) -> HttpResponse | None:
    """Write one door down and go on; None where something cannot be read, or somebody was quicker."""
    said = form.cleaned_data
    result = letters.read_result(said["result"])
    try:
        if result is None:
            return redirect(_address(sheet, _by_code(sheet, said["result"]), said["when"]))
        how = letters.read_how(said["how"])
        whom = letters.read_people(said["people"], line.persons)
        happened_at = form.happened_at(typing.minute(sheet.printed_at or at), at)
        if line.dwelling_id is None:
            where = {name: said[name] for name in ("unit", "floor", "door")}
            line = typing.found_there(sheet, line, **where, by=me, at=at)
        found = typing.type_door(
            sheet, line, result=result, how=how, said=whom, new=form.new, happened_at=happened_at, by=me, at=at
        )
    except LinliError as problem:
        form.add_error(_field_of(problem, said), problem.told())
        return None
    if form.new and any(duplicates.like(each.person_id, me, at) for each in found.said.all()):
        messages.warning(request, gettext("They may be in the ledger already. The desk will look at the two."))
    following = typing.next_line(sheet, line.n)
    if following is None:
        messages.success(request, gettext("Every door of this sheet is typed."))
        return redirect("sheet", sheet.number)
    return redirect(_address(sheet, following, said["when"]))


def _by_code(sheet: PaperSheet, typed: str) -> PaperLine:
    short = codes.letters_of(typed)
    if len(short) < 4 and not short.isdecimal():
        raise LineUnclear(typed=typed)
    return typing.line_of_code(sheet, typed)


def _field_of(problem: LinliError, said: dict[str, Any]) -> str | None:
    if isinstance(problem, CodeMistyped) or letters.read_result(said["result"]) is None:
        return "result"
    if isinstance(problem, LineUnclear):
        return "people" if problem.facts["typed"] == said["people"] and said["people"] else "how"
    codes_of = {"sheet_time_wrong": "when", "said_of_a_stranger": "people", "said_without_answer": "people"}
    codes_of |= {"name_missing": "name_1", "bad_phone": "phone_1", "bad_door": "door"}
    return codes_of.get(problem.code)


def _address(sheet: PaperSheet, line: PaperLine, when: datetime | None) -> str:
    asked = {"door": line.n} | ({"when": localtime(when).strftime(MOMENT)} if when is not None else {})
    return reverse("type_sheet", args=[sheet.number]) + "?" + urlencode(asked)


def _taken_back(request: HttpRequest, sheet: PaperSheet, line: PaperLine, me: Caller) -> HttpResponse:
    try:
        typing.take_back(sheet, line, by=me, at=now())
        messages.success(request, gettext("Taken back: it counts no longer."))
    except (Conflict, Invalid) as problem:
        messages.warning(request, problem.told())
    return redirect(_address(sheet, line, None))


def _context(sheet: PaperSheet, line: PaperLine, form: LineForm, at: datetime) -> dict[str, Any]:
    lines = list(sheet.lines.order_by("n"))
    typed = typing.typed_of(sheet, lines)
    door = typing.doors_of([line], sheet, at).get(line.dwelling_id or 0)
    known = {each.person: each for each in door.people} if door else {}
    people = [
        setting.person_told(known[each]) if each in known else gettext("lives here no longer") for each in line.persons
    ]
    return {
        "sheet": sheet,
        "area": sheet.micro_grid_id,
        "line": line,
        "form": form,
        "door": _called(door) if line.dwelling_id is not None else _building(line),
        "on_paper": _on_paper(line),
        "blank": line.dwelling_id is None,
        "people": people,
        "gone": door is None and line.dwelling_id is not None,
        "found": _found(typed[line.n].found, line),
        "done": sum(each.found is not None for each in typed.values()),
        "doors": len(lines),
        "following": next((each.n for each in lines if each.n > line.n), None),
        "results": [(letter, gettext(words)) for letter, (_, words) in setting.RESULTS.items()],
        "hows": [(letter, gettext(words)) for letter, (_, words) in setting.HOWS.items()],
    }


def _on_paper(line: PaperLine) -> str:
    """What stands beside a door on the sheet: its code, or the number of a blank line."""
    if line.building_id is not None:
        return gettext("line {n}").format(n=line.n)
    return codes.told(codes.code_of(line.dwelling_id or 0))


def _building(line: PaperLine) -> str:
    """The building of a blank line, as the sheet names it."""
    building = line.building
    if building is None:
        return ""
    return " ".join(part for part in (building.estate.name if building.estate else "", building.name) if part)


def _called(door: Door | None) -> str:
    """A door as the sheet names it; the desk holds the sheet in its hands."""
    if door is None:
        return gettext("This door is no longer in the ledger.")
    unit = gettext("staircase {n}").format(n=door.unit) if door.unit is not None else ""
    return " ".join(part for part in (door.estate, door.building, unit, door.door) if part)


def _found(found: Finding | None, line: PaperLine) -> dict[str, Any] | None:
    """What was typed of this door, in words."""
    if found is None:
        return None
    results = {str(value): words for value, words in setting.RESULTS.values()}
    hows = {str(value): words for value, words in setting.HOWS.values()}
    states = {"here": "h", "away": "a", "exempt": "e", "refused": "r"}
    order = {person: n for n, person in enumerate(line.persons, 1)}
    every = list(found.said.all())
    said = [(order[e.person_id], gettext(setting.SAID[states[e.state]])) for e in every if e.person_id in order]
    new = sum(each.person_id not in order for each in every)
    return {
        "result": gettext(results[found.result]),
        "how": gettext(hows.get(found.how, "")) if hows.get(found.how) else "",
        "said": [f"{n} {words}" for n, words in sorted(said)]
        + ([ngettext("{n} person new", "{n} people new", new).format(n=new)] if new else []),
        "at": found.happened_at,
    }


urlpatterns = [path("sheets/<slug:sheet_number>/type/", type_sheet, name="type_sheet")]
