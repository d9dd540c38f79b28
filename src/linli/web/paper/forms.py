"""What is typed of one door of a sheet."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy

from linli.ledger.paper import letters, setting
from linli.web.fields import moment_field

_QUICK = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
_PLAIN = forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
_PHONE = forms.TextInput({"autocomplete": "off", "inputmode": "tel"})
_NUMBER = forms.TextInput({"autocomplete": "off", "inputmode": "numeric"})


class LineForm(forms.Form):
    """One door of a sheet, as it is typed; of a blank line, which door it is too.

    `shown` is when the page was, so that sending it twice says the same.
    """

    result = forms.CharField(
        label=gettext_lazy("What is ticked"),
        help_text=gettext_lazy("Or the code of another door."),
        max_length=20,
        error_messages={"required": gettext_lazy("Please type a letter: a, n, v or r.")},
        widget=forms.TextInput({**_QUICK, "autofocus": True}),
    )
    how = forms.CharField(
        label=gettext_lazy("How"),
        help_text=gettext_lazy("Left empty: at the door."),
        required=False,
        max_length=2,
        widget=forms.TextInput(_QUICK),
    )
    people = forms.CharField(
        label=gettext_lazy("Who is here"),
        help_text=gettext_lazy("Their numbers: 1 2. Away 2a, exempt 2e, refuses 2r. Everybody: *"),
        required=False,
        max_length=80,
        widget=forms.TextInput(_QUICK),
    )
    name_1 = forms.CharField(label=gettext_lazy("First blank line: name"), required=False, max_length=40, widget=_PLAIN)
    phone_1 = forms.CharField(label=gettext_lazy("Their phone"), required=False, max_length=20, widget=_PHONE)
    name_2 = forms.CharField(
        label=gettext_lazy("Second blank line: name"), required=False, max_length=40, widget=_PLAIN
    )
    phone_2 = forms.CharField(label=gettext_lazy("Their phone"), required=False, max_length=20, widget=_PHONE)
    when = moment_field(
        gettext_lazy("When, as written on the sheet"), required=False, help_text=gettext_lazy("Left empty: just now.")
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    unit = forms.IntegerField(label=gettext_lazy("Staircase"), required=False, widget=_NUMBER)
    floor = forms.IntegerField(label=gettext_lazy("Floor"), required=False, widget=_NUMBER)
    door = forms.CharField(
        label=gettext_lazy("Door"),
        max_length=20,
        error_messages={"required": gettext_lazy("Please type which door it is.")},
        widget=forms.TextInput(_QUICK),
    )

    def __init__(self, data: QueryDict | None, *, blank: bool, **more: Any) -> None:
        super().__init__(data, **more)
        if not blank:
            for name in ("unit", "floor", "door"):
                del self.fields[name]
            return
        del self.fields["result"].widget.attrs["autofocus"]
        self.fields["unit"].widget.attrs["autofocus"] = True
        # Whoever types the code of another door leaves this one as it is.
        self.fields["door"].required = data is None or letters.read_result(data.get("result", "")) is not None

    @property
    def new(self) -> list[tuple[str, str]]:
        """Who stands on the blank lines."""
        said = self.cleaned_data
        return [
            (said[f"name_{n}"], said[f"phone_{n}"])
            for n in range(1, setting.BLANK + 1)
            if said[f"name_{n}"] or said[f"phone_{n}"]
        ]

    def happened_at(self, printed: datetime, at: datetime) -> datetime:
        """The time of the sheet: as written, else when the page was opened, never before it was printed."""
        said: datetime | None = self.cleaned_data["when"]
        if said is not None:
            return said
        try:
            shown = parse_datetime(self.cleaned_data["shown"]) or at
        except ValueError:
            shown = at
        return max(shown, printed) if shown.tzinfo is not None and shown <= at else at
