"""Loading a file that was filled in: choose it, look through what it would do, take it whole.

Between the look and the taking the rows are held sealed for an hour (``custody.held``), declared columns only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from linli.access.callers import caller_of
from linli.common.clock import now
from linli.common.errors import Invalid, LinliError, error_of
from linli.common.sheets import LeftOut, Looked, Rejected, Row, Sheet, Template
from linli.common.sheets.errors import NotTheRows, SheetEmpty
from linli.common.sheets.opening import MOST_MB
from linli.common.sheets.reading import read
from linli.custody import headings
from linli.custody.held import held, hold, let_go
from linli.web.imports import mending

A_PAGE = 50
NONE = "-"  # what a title is that is none of ours


class FileForm(forms.Form):
    """A file; a kind of its own may ask what the person states about it."""

    file = forms.FileField(
        label=gettext_lazy("The template, filled in"),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Please choose a file.")},
        help_text=gettext_lazy(
            "XLSX, or text (CSV) in UTF-8 or GB18030. Your own list will do: columns are known by their names."
        ),
        widget=forms.ClearableFileInput({"accept": ".xlsx,.csv,.tsv,.txt"}),
    )

    def stated(self) -> dict[str, str]:
        """What was said beside the file."""
        return {key: str(value) for key, value in self.cleaned_data.items() if key != "file"}


class FileOrTextForm(FileForm):
    """A file, or what somebody copied and pasted."""

    one_of = True  # neither question is said to be one that may be left empty

    text = forms.CharField(
        label=gettext_lazy("Or paste it here"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea({"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ["file", "text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = False

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        said = super().clean() or self.cleaned_data
        if not self.errors and bool(said.get("file")) == bool(said.get("text")):
            self.add_error("file", gettext("Please choose a file, or paste a text: one of the two."))
        return said

    def stated(self) -> dict[str, str]:
        """Nothing is said beside it."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One template and what becomes of it.

    Attributes:
        area: the place id it is loaded into, if into one.
        look: what the rows would do; take: does it, and answers.
        words: how each kind of thing that would be made is counted, as `ngettext_lazy` with {n}.
        url: of the page itself; back: where it was opened from, with its name.
        others: our other templates, to name one chosen by mistake.
        pasted: how a pasted text is read, where the form is a `FileOrTextForm`.
    """

    template: Template
    area: int | None = None
    look: Callable[[Sequence[Row], Mapping[str, str]], Looked]
    take: Callable[[Sequence[Row], Mapping[str, str]], HttpResponse]
    words: Mapping[str, Any]
    url: str
    back: tuple[str, str]
    form: type[FileForm] = FileForm
    notes: Sequence[str | Promise] = ()
    others: Sequence[Template] = field(default_factory=tuple)
    pasted: Callable[[str], Sheet] | None = None


def answer(request: HttpRequest, what: Import) -> HttpResponse:
    """The page of one import in whichever state it is."""
    if request.method == "POST":
        headings.say(what.template, _explained(request), by=caller_of(request), at=now())
    for name, do in (("mend", _handed_back), ("joins", _joined), ("held", _decided)):
        key = _key(request, name)
        if key is not None:
            try:
                return do(request, what, key)
            except LinliError as problem:
                messages.error(request, problem.told())
                return redirect(what.url)
    form = what.form(request.POST, request.FILES) if request.method == "POST" else what.form()
    unknown: object = ()
    if form.is_bound and form.is_valid():
        try:
            sheet = _read(form, what)
        except Invalid as problem:
            form.add_error("file" if form.cleaned_data["file"] else "text", problem.told())
            unknown = problem.facts.get("unknown", ())
        else:
            return look_through(request, what, sheet, form.stated(), pasted=form.cleaned_data.get("text", ""))
    context = _context(what, form) | {"unknown": unknown}
    return render(request, "imports/load.html", context, status=422 if form.errors else 200)


def _held(request: HttpRequest, what: Import, key: UUID) -> tuple[Sheet, dict[str, str]]:
    return _opened(held(key, what.template.key, area=what.area, by=caller_of(request), at=now()))


def _decided(request: HttpRequest, what: Import, key: UUID) -> HttpResponse:
    """What is held, shown again; or taken, where none of its rows is rejected."""
    sheet, stated = _held(request, what, key)
    if request.method == "POST" and not sheet.rejected:
        with transaction.atomic():
            let_go(key, by=caller_of(request))
            return what.take(sheet.rows, stated)
    return _looked(request, what, what.form(), sheet, stated, key)


def _handed_back(request: HttpRequest, what: Import, key: UUID) -> HttpResponse:
    """The rejected rows of what is held, as a spreadsheet."""
    sheet, stated = _held(request, what, key)
    looked = what.look(sheet.rows, stated)
    return mending.hand_back(what.template, sheet, looked, area=what.area, by=caller_of(request), at=now())


def _joined(request: HttpRequest, what: Import, key: UUID) -> HttpResponse:
    """Rows that came back mended, laid over what is held: looked through together."""
    sheet, stated = _held(request, what, key)
    form = FileForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise SheetEmpty
        mended = _read(form, what)
        if not mended.numbered:
            raise NotTheRows
    except Invalid as problem:
        messages.error(request, problem.told())
        return redirect(f"{what.url}?held={key}")
    return look_through(request, what, sheet.with_mended(mended), stated)


def _explained(request: HttpRequest) -> dict[str, str]:
    """What titles mean, as somebody said beside the file; those left open are asked about again."""
    said = zip(request.POST.getlist("title"), request.POST.getlist("means"), strict=False)
    return {title: "" if column == NONE else column for title, column in said if column}


def look_through(
    request: HttpRequest, what: Import, sheet: Sheet, stated: Mapping[str, str], *, pasted: str = ""
) -> HttpResponse:
    """Hold what was read until it is decided, and show what it would do, with what was pasted there to be mended."""
    key = hold(what.template.key, _closed(sheet, stated), area=what.area, by=caller_of(request), at=now())
    return _looked(request, what, what.form(initial={**stated, "text": pasted}), sheet, stated, key)


def _read(form: FileForm, what: Import) -> Sheet:
    file = form.cleaned_data["file"]
    if file is None and what.pasted is not None:
        return what.pasted(form.cleaned_data["text"])
    # One byte more than the most is enough to see that it is too much.
    content = file.read(MOST_MB * 1024 * 1024 + 1)
    return read(what.template, content, what.others, headings.known(what.template))


def _key(request: HttpRequest, name: str) -> UUID | None:
    said = request.POST.get(name) if request.method == "POST" else request.GET.get(name) if name == "held" else None
    try:
        return UUID(said) if said else None
    except ValueError:
        return None


def _context(what: Import, form: FileForm) -> dict[str, object]:
    return {
        "template": what.template,
        "columns": [(column.key, gettext(column.title)) for column in what.template.columns],
        "none": NONE,
        "title": gettext(what.template.title),
        "says": gettext(what.template.says),
        "notes": what.notes,
        "form": form,
        "url": what.url,
        "back": {"url": what.back[0], "label": what.back[1]},
    }


def _looked(
    request: HttpRequest, what: Import, form: FileForm, sheet: Sheet, stated: Mapping[str, str], key: UUID
) -> HttpResponse:
    """What the file would do, with its rejected rows page by page."""
    looked = what.look(sheet.rows, stated)
    rejected = sorted([*sheet.rejected, *looked.rejected], key=lambda each: each.row)
    page = Paginator(rejected, A_PAGE).get_page(request.GET.get("page"))
    shown = [
        {
            "row": each.row,
            "column": what.template.titled(each.column),
            "reason": each.problem.told(),
            "code": each.problem.code,
        }
        for each in page.object_list
    ]
    context = _context(what, form) | {
        "looked": looked,
        "would": [told(what.words[kind], n) for kind, n in looked.would.items()],
        "rejected": shown,
        "rejected_rows": len({each.row for each in rejected}),
        "page": page,
        "query": f"held={key}&",
        "unknown": sheet.unknown,
        "key": key,
        "alike": [{"row": each.row, "reason": each.problem.told()} for each in looked.alike[:A_PAGE]],
        "alike_rows": len(looked.alike),
        "left_columns": [each for each in sheet.left_out if not each.declared],
        "left_words": [{"title": gettext(each.title), "left": each} for each in sheet.left_out if each.declared],
        "examples": sheet.examples,
        "held": key if looked.would and not rejected else None,
    }
    return render(request, "imports/load.html", context)


def told(words: Any, n: int) -> str:
    """How many of something, in the language that is active now."""
    return str(words % n).format(n=n)


def _closed(sheet: Sheet, stated: Mapping[str, str]) -> str:
    """A sheet as text. Words that nothing declares are not in it: they are named once, and never kept."""
    content = {
        "rows": [[row.number, row.said, row.cells] for row in sheet.rows],
        "unread": [[row.number, row.said, row.cells] for row in sheet.unread],
        "rejected": [[each.row, each.column, each.problem.code, each.problem.facts] for each in sheet.rejected],
        "left_out": [[each.title, each.cells, each.declared] for each in sheet.left_out],
        "examples": sheet.examples,
        "stated": stated,
    }
    return msgspec.json.encode(content).decode()


def _opened(text: str) -> tuple[Sheet, dict[str, str]]:
    content = msgspec.json.decode(text)
    rows, unread = ([Row(*row) for row in content[kind]] for kind in ("rows", "unread"))
    rejected = [Rejected(row, column, error_of(code, facts)) for row, column, code, facts in content["rejected"]]
    left_out = [LeftOut(title, cells, declared=declared) for title, cells, declared in content["left_out"]]
    return Sheet(rows, rejected, left_out, content["examples"], unread), content["stated"]
