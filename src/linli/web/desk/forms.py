"""The forms of the duty log. What is wrong stands beside its question, and nothing typed is lost."""

from collections import Counter
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.access.models import User
from linli.common.errors import Invalid
from linli.desk import rules
from linli.desk.errors import PART_WORDS
from linli.web.desk.words import CHOICE_WORDS
from linli.web.fields import new_once, once_key

_SALT = "linli.duty_entry"


class _Parts(forms.Form):
    """Answers that are kept as the rules of the desk clean them."""

    def clean(self) -> dict[str, Any]:
        """Each answer as it is kept, or what is wrong with it beside it."""
        said = super().clean() or self.cleaned_data
        for part in set(said) & set(rules.MOST):
            try:
                said[part] = rules.cleaned(part, said[part])
            except Invalid as problem:
                self.add_error(part, problem.told())
        return said


def _asks(part: str, hint: Any = "", *, missing: Any, rows: int = 0, **attributes: str) -> forms.CharField:
    attributes = {"autocomplete": "off", **attributes}
    return forms.CharField(
        label=_(PART_WORDS[part]),
        help_text=hint,
        error_messages={"required": missing},
        widget=forms.Textarea({"rows": rows, **attributes}) if rows else forms.TextInput(attributes),
    )


class EntryForm(_Parts):
    """Three questions, and how soon. `once` makes the same form sent twice one entry."""

    caller = _asks("caller", _("Name and phone number, as they say them."), missing=_("Please say who it was."))
    about = _asks(
        "about",
        _("For example: Wang Xiaoming, Building 3, unit 2, door 502"),
        missing=_("Please say whom or which door it is about."),
    )
    need = _asks("need", missing=_("Please say what is needed."), rows=3)
    priority = forms.ChoiceField(
        label=_("How soon?"),
        choices=list(CHOICE_WORDS.items()),
        initial=rules.TODAY,
        error_messages={"required": _("Please choose how soon it is needed.")},
        widget=forms.RadioSelect,
    )
    once = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial["once"] = new_once(_SALT)

    @property
    def key(self) -> UUID | None:
        """The id this form gives its entry; None where the form was kept too long or changed."""
        return once_key(self.data.get("once", ""), _SALT)


class DoneForm(_Parts):
    """What was done."""

    done = _asks(
        "done",
        _("For example: Sister Zhou brought the medicine at 17:20"),
        missing=_("Please say what was done."),
        rows=2,
        **{"data-key": "d"},
    )


class HandOverForm(forms.Form):
    """What is handed over, and to whom."""

    what = forms.ChoiceField(label=_("What do you hand over?"), widget=forms.RadioSelect)
    to = forms.TypedChoiceField(
        label=_("To whom?"),
        coerce=int,
        error_messages={"required": _("Please choose a colleague.")},
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, what: list[tuple[str, str]], colleagues: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = what  # type: ignore[attr-defined]
        self.fields["to"].choices = _named(colleagues)  # type: ignore[attr-defined]
        self.initial.setdefault("what", what[0][0] if what else "")


def _named(accounts: list[User]) -> list[tuple[int, str]]:
    """Accounts by their names; of two with one name, each with its login name too."""
    times = Counter(each.display_name for each in accounts)
    return [
        (each.pk, each.display_name if times[each.display_name] == 1 else f"{each.display_name} ({each.username})")
        for each in accounts
    ]
