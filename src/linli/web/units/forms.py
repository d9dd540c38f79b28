"""Forms of asking for people and of answering. What is wrong stands beside its question; nothing typed is lost."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_lazy

from linli.common.errors import Invalid
from linli.common.sheets.opening import MOST_MB
from linli.muster.units import rules
from linli.muster.units.asking import Wanted
from linli.muster.words import SKILL_WORDS
from linli.people.models import Skill
from linli.people.rules import phone_digits
from linli.places.rules import desk_phone
from linli.web.fields import moment_field


def _number(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=rules.MOST_HEADS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        **more,
    )


class SkillHeads(forms.Form):
    """How many people of each skill."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for skill, words in SKILL_WORDS.items():
            self.fields[f"skill_{skill}"] = _number(gettext(words), required=False)

    @property
    def plain(self) -> list[forms.BoundField]:
        """The questions that are always open."""
        return [field for field in self if not field.name.startswith("skill_")]

    @property
    def skills(self) -> list[forms.BoundField]:
        """The questions about skills, folded until somebody asks for one."""
        return [self[f"skill_{skill}"] for skill in SKILL_WORDS]

    @property
    def has_skills(self) -> bool:
        """Whether a skill is asked for, or was answered wrongly."""
        return any(field.value() or field.errors for field in self.skills)

    def by_skill(self) -> dict[int, int]:
        """Heads by skill, without nought."""
        said = self.cleaned_data
        return {int(skill): said[f"skill_{skill}"] for skill in Skill.values if said.get(f"skill_{skill}")}


class AskForm(SkillHeads):
    """What a request says."""

    heads = _number(gettext_lazy("How many people do you need?"))
    since = moment_field(gettext_lazy("From"))
    until = moment_field(gettext_lazy("Until"))
    answer_by = moment_field(gettext_lazy("Answer by"))
    meet = forms.CharField(label=gettext_lazy("Where to meet"), max_length=120)
    receiver = forms.CharField(label=gettext_lazy("Who receives them"), max_length=40)
    receiver_phone = forms.CharField(
        label=gettext_lazy("Phone of whoever receives them"),
        max_length=40,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    bring = forms.CharField(label=gettext_lazy("What to bring"), max_length=200, required=False)

    def clean_receiver_phone(self) -> str:
        """A number that can be dialled."""
        try:
            return phone_digits(self.cleaned_data["receiver_phone"])
        except Invalid as problem:
            raise forms.ValidationError(problem.told()) from problem

    def wanted(self) -> Wanted:
        """What ``asking.ask`` takes."""
        said = self.cleaned_data
        names = ("heads", "since", "until", "answer_by", "meet", "receiver", "receiver_phone", "bring")
        return Wanted(**{name: said[name] for name in names}, skills=self.by_skill())


def first_answers(at: datetime) -> dict[str, datetime]:
    """From tomorrow at this hour for a week, answered within four hours."""
    hour = localtime(at).replace(minute=0, second=0, microsecond=0)
    return {
        "since": hour + timedelta(days=1),
        "until": hour + timedelta(days=8),
        "answer_by": hour + timedelta(hours=4),
    }


class FreeForm(SkillHeads):
    """How many people a work unit can send."""

    anybody = _number(gettext_lazy("People without one of the skills below"), required=False)

    def heads(self) -> dict[int | None, int]:
        """What ``answering.say_free`` takes."""
        said: dict[int | None, int] = {None: self.cleaned_data["anybody"] or 0}
        return said | dict(self.by_skill())


class NewUnitForm(FreeForm):
    """A work unit, and how many people it can send."""

    name = forms.CharField(label=gettext_lazy("Name of the work unit"), max_length=80)
    phone = forms.CharField(
        label=gettext_lazy("Phone of its office"),
        help_text=gettext_lazy("For whoever asks it for people. Empty: it stays as it is."),
        max_length=20,
        required=False,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    field_order = ["name", "phone", "anybody"]

    def clean_phone(self) -> str:
        """A number that can be dialled."""
        try:
            return desk_phone(self.cleaned_data["phone"])
        except Invalid as problem:
            raise forms.ValidationError(problem.told()) from problem


class OfferForm(forms.Form):
    """People whom nobody has asked for."""

    heads = _number(gettext_lazy("How many people can come?"))
    since = moment_field(gettext_lazy("From"))
    until = moment_field(gettext_lazy("Until"))


class DeclineForm(forms.Form):
    """Why a unit sends nobody."""

    reason = forms.CharField(label=gettext_lazy("Why can you send nobody?"), max_length=120)


class NamesForm(forms.Form):
    """People, as pasted lines or as a file; with `one`, one person in a line."""

    one_of = True  # neither question is said to be one that may be left empty

    text = forms.CharField(
        label=gettext_lazy("One person a line: name, phone, skills"),
        help_text=gettext_lazy("For example: 王小明 13800001234 驾驶"),
        required=False,
        max_length=500_000,
        widget=forms.Textarea({"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file, XLSX or CSV, with the columns name, phone and skills"),
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput({"accept": ".xlsx,.csv,.tsv,.txt"}),
    )

    def __init__(self, *args: Any, one: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if one:
            del self.fields["file"]
            text = self.fields["text"]
            text.label, text.required, text.widget.attrs["rows"] = gettext("Name, phone, skills"), True, 2

    def content(self) -> bytes | None:
        """The file's bytes, one more than the most where it is too big; None where none was chosen."""
        file = self.cleaned_data["file"]
        return file.read(MOST_MB * 1024 * 1024 + 1) if file is not None else None

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        said = super().clean() or self.cleaned_data
        if not self.errors and not (said.get("text") or said.get("file")):
            self.add_error("text", gettext("Please paste the people, or choose a file."))
        return said
