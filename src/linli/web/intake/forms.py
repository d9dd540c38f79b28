"""The forms of whoever reports themselves, and of the counter. What is wrong stands beside its question."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.common.errors import Invalid
from linli.ledger import asks
from linli.ledger.arriving import name_of
from linli.ledger.asks import Ask, Need
from linli.ledger.selfreports import MOST_PEOPLE, AtHome
from linli.people.rules import phone_digits
from linli.web.fields import new_once, once_key

SALT = "linli.self_report"
ROWS = 3  # names to begin with; a household has 2.5 people
BESIDE = {"name_missing": "name", "bad_phone": "phone", "ask_unclear": "days", "not_your_door": "door"}
_PHONE = {"type": "tel", "inputmode": "tel"}


class _NeedsForm(forms.Form):
    """What is needed, by taps, with a number of days or a day where that says how soon."""

    need = forms.MultipleChoiceField(
        label=_("Is something needed?"),
        help_text=_("Tap what is needed, or nothing. The desk sees it at once. In danger dial first."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.CharField(
        label=_("Medicine: for how many days does it last?"),
        required=False,
        max_length=3,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    on = forms.CharField(
        label=_("Treatment: when is the next time?"),
        required=False,
        max_length=10,
        widget=forms.DateInput({"type": "date"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [(str(need), gettext(said)) for need, said in asks.NEED_WORDS.items()]
        self.fields["need"].choices = words  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Days and a day that can be read; a number of days says that medicine is meant, a day that treatment is."""
        said = super().clean() or self.cleaned_data
        for field, need in (("days", Need.MEDICINE), ("on", Need.TREATMENT)):
            try:
                asks.read(need, **{"days": "", "on": "", field: said.get(field, "")})
            except Invalid as problem:
                self.add_error(field, problem.told())
        return said

    @property
    def needs(self) -> list[Ask]:
        """What was tapped."""
        said = self.cleaned_data
        chosen = list(dict.fromkeys(said["need"]))
        chosen += [str(Need.MEDICINE)] if said["days"].strip() and Need.MEDICINE not in chosen else []
        chosen += [str(Need.TREATMENT)] if said["on"].strip() and Need.TREATMENT not in chosen else []
        return [
            asks.read(need, said["days"] if need == Need.MEDICINE else "", said["on"] if need == Need.TREATMENT else "")
            for need in chosen
        ]

    def clean_phone(self) -> str:
        """A phone number that can be one, as it was typed; or none."""
        said = str(self.cleaned_data["phone"]).strip()
        if said:
            try:
                phone_digits(said)
            except Invalid as problem:
                raise forms.ValidationError(problem.told()) from problem
        return said


class AtHomeForm(_NeedsForm):
    """Who is behind a door. Names that are left empty are nobody; `once` makes the same form sent twice one report."""

    phone = forms.CharField(
        label=_("Your phone number"),
        help_text=_("So that your community can call you back."),
        required=False,
        max_length=20,
        widget=forms.TextInput({**_PHONE, "autocomplete": "tel"}),
    )
    once = forms.CharField(required=False, widget=forms.HiddenInput)
    rows = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rows: int = ROWS, focus: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = min(max(rows, 1), MOST_PEOPLE)
        if not self.is_bound:
            self.initial.setdefault("once", new_once(SALT))
        self.initial["rows"] = self.count
        for n in range(1, self.count + 1):
            attributes = {"autocomplete": "name" if n == 1 else "off", **({"autofocus": True} if n == focus else {})}
            self.fields[f"name_{n}"] = forms.CharField(
                label=_("Your name") if n == 1 else _("Who else is here"),
                help_text=_("What people call you is enough.") if n == 1 else "",
                required=n == 1,
                max_length=60,
                error_messages={"required": _("Please give at least one name; what people call you is enough.")},
                widget=forms.TextInput(attributes),
            )
            self.fields[f"guest_{n}"] = forms.BooleanField(
                label=_("Registered elsewhere, here for a while"), required=False
            )

    @classmethod
    def again(cls, data: Any, *, rows: int) -> "AtHomeForm":
        """The same answers with another line for a name, before anything is looked at."""
        kept = {name: data.get(name, "") for name in data if name not in ("csrfmiddlewaretoken", "more")}
        kept |= {"need": data.getlist("need")}
        return cls(initial=kept, rows=rows, focus=rows)

    def persons(self) -> list[tuple[Any, Any]]:
        """The two questions about each person."""
        return [(self[f"name_{n}"], self[f"guest_{n}"]) for n in range(1, self.count + 1)]

    def clean(self) -> dict[str, Any]:
        """Names as they are kept."""
        said = super().clean()
        for n in range(1, self.count + 1):
            name = said.get(f"name_{n}", "")
            if name.strip():
                try:
                    name_of(name)
                except Invalid as problem:
                    self.add_error(f"name_{n}", problem.told())
        return said

    @property
    def said(self) -> AtHome:
        """What the phone says."""
        data = self.cleaned_data
        rows = [(data[f"name_{n}"], bool(data[f"guest_{n}"])) for n in range(1, self.count + 1)]
        return AtHome([row for row in rows if row[0].strip()], data["phone"], self.needs)

    @property
    def key(self) -> UUID | None:
        """The id this form gives its report; None where the form was kept too long or changed."""
        return once_key(self.data.get("once", ""), SALT)


class CounterForm(_NeedsForm):
    """Somebody at the counter who is not known yet. `seen`: whom the page has shown them as."""

    door = forms.CharField(
        label=_("Behind which door?"),
        help_text=_("For example: Building 3, unit 2, door 502, or 3-2-502"),
        max_length=60,
        error_messages={"required": _("Please say behind which door.")},
        widget=forms.TextInput({"autocomplete": "off", "autofocus": True}),
    )
    which = forms.TypedChoiceField(
        label=_("Which of these?"), coerce=int, required=False, empty_value=None, widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        error_messages={"required": _("Please give a name, or what they are called.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=20, required=False, widget=forms.TextInput({**_PHONE, "autocomplete": "off"})
    )
    guest = forms.BooleanField(label=_("Registered elsewhere, here for a while"), required=False)

    field_order = ("door", "which", "name", "phone", "guest", "need", "days", "on")

    def __init__(self, *args: Any, which: list[tuple[int, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["need"].help_text = gettext("Each stands in the duty log at once.")
        if which:
            self.fields["which"].choices = which  # type: ignore[attr-defined]
        else:
            del self.fields["which"]

    def clean_name(self) -> str:
        """A name that can be kept."""
        try:
            return name_of(self.cleaned_data["name"])
        except Invalid as problem:
            raise forms.ValidationError(problem.told()) from problem
