"""The forms of signing up. What is wrong stands beside its question, and nothing typed is lost."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from linli.common.errors import Invalid
from linli.muster import rules
from linli.muster.words import free_choices, skill_choices
from linli.people.rules import mask_of, phone_digits
from linli.web.fields import moment_field, new_once, once_key

_SALT = "linli.sign_up"


class AwayForm(forms.Form):
    """From when to when somebody cannot come."""

    since = moment_field(_("From"))
    until = moment_field(_("Until"))

    @staticmethod
    def tomorrow(at: datetime) -> dict[str, datetime]:
        """The next whole day, as a beginning."""
        begins = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return {"since": begins, "until": begins + timedelta(days=1)}


class SignUpForm(forms.Form):
    """Three questions. `once` makes the same form sent twice one sign-up."""

    name = forms.CharField(
        label=_("Your name"),
        error_messages={"required": _("Please say your name.")},
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Your phone number"),
        help_text=_("So that your community can call you."),
        error_messages={"required": _("Please say a phone number.")},
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    door = forms.CharField(
        label=_("Your building and door"),
        help_text=_("For example: Building 3, unit 2, door 502"),
        error_messages={"required": _("Please say where you live in this community.")},
        widget=forms.TextInput({"autocomplete": "address-line1"}),
    )
    once = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial["once"] = new_once(_SALT)

    def clean_name(self) -> str:
        """The name as it is kept."""
        return self._cleaned("name", 40)

    def clean_phone(self) -> str:
        """A phone number that can be one, as it was typed."""
        kept = self._cleaned("phone", 40)
        try:
            phone_digits(kept)
        except Invalid as problem:
            raise forms.ValidationError(problem.told()) from problem
        return kept

    def clean_door(self) -> str:
        """The door as it is kept."""
        return self._cleaned("door", 80)

    def _cleaned(self, field: str, most: int) -> str:
        try:
            return rules.cleaned(field, self.cleaned_data[field], most=most)
        except Invalid as problem:
            raise forms.ValidationError(problem.told()) from problem

    @property
    def key(self) -> UUID | None:
        """The id this form gives its sign-up; None where the form was kept too long or changed."""
        return once_key(self.data.get("once", ""), _SALT)


class SkillsForm(forms.Form):
    """What a person can do: big choices, as many as fit."""

    skills = forms.MultipleChoiceField(
        label=_("What can you do?"),
        help_text=_("Choose all that fit, or none. It helps to place you where it is needed."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skills"].choices = skill_choices()  # type: ignore[attr-defined]

    @property
    def mask(self) -> int:
        """The chosen skills as bits."""
        return mask_of(int(skill) for skill in self.cleaned_data["skills"])


class WhenForm(forms.Form):
    """When somebody can serve, and whether only inside their own estate."""

    free = forms.MultipleChoiceField(
        label=_("When can you serve?"),
        help_text=_("Choose all that fit. Shifts are given within these times."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    only_inside = forms.BooleanField(
        label=_("Only inside my own estate, because I cannot leave it"),
        help_text=_("You are then placed in the grid you live in, or nowhere."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["free"].choices = free_choices()  # type: ignore[attr-defined]

    @property
    def mask(self) -> int:
        """The chosen times as bits."""
        return mask_of(int(time) for time in self.cleaned_data["free"])


class DeskSignUpForm(SignUpForm, SkillsForm):
    """The same questions asked by the desk, skills with them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"name": _("Name"), "phone": _("Phone number"), "door": _("Building and door")}
        for field, label in words.items():
            self.fields[field].label = label
            self.fields[field].widget.attrs["autocomplete"] = "off"
        self.fields["phone"].help_text = ""
        self.fields["skills"].label = _("What can they do?")
        self.fields["skills"].help_text = ""
        self.order_fields(["name", "phone", "door", "skills", "once"])


class ListForm(forms.Form):
    """A file with a list."""

    file = forms.FileField(
        label=_("The list, as XLSX or CSV"),
        help_text=_("Columns: name, phone, door and, if you have it, skills. At most 5,000 rows and 4 MB."),
        allow_empty_file=True,
        error_messages={"required": _("Please choose a file.")},
    )
