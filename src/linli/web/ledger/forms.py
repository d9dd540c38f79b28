"""The forms of the ledger. What is wrong stands beside its question, and nothing typed is lost."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.common.clock import now
from linli.ledger.going import BEHIND_A_DOOR, COUNTED_THERE
from linli.ledger.models import MoveProposed
from linli.people.models import Need
from linli.people.person_template import NEEDS, SEXES
from linli.places.models import Area
from linli.web.fields import MOMENT, moment_field, new_once, once_key
from linli.web.ledger.words import MOVES

_SALT = "linli.move"
_NEWCOMER = "linli.newcomer"


def _household() -> forms.TypedChoiceField:
    """Whether somebody joins the household behind a door; True where they do."""
    return forms.TypedChoiceField(
        label=_("With whom?"),
        choices=[("join", _("With who lives there")), ("own", _("A household of their own"))],
        coerce=lambda value: value == "join",
        initial="join",
        required=False,
        widget=forms.RadioSelect,
    )


class NeedsForm(forms.Form):
    """Needs from the closed list."""

    needs = forms.TypedMultipleChoiceField(
        label=_("Special needs"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs"].choices = [(int(need), gettext(NEEDS[need])) for need in Need]  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """What happened, since when, and where to. `once` makes the same form sent twice one move."""

    what = forms.ChoiceField(
        label=_("What happened?"),
        error_messages={"required": _("Please say what happened.")},
        widget=forms.RadioSelect,
    )
    since = moment_field(
        _("Since when?"),
        help_text=_("It may be hours or days ago: it is filed where it belongs in time."),
        error_messages={"required": _("Please say since when.")},
    )
    door = forms.CharField(
        label=_("Behind which door?"),
        help_text=_("Only for another door or a guest. For example: Building 3, unit 2, door 502, or 3-2-502"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    household = _household()
    counted_in = forms.TypedChoiceField(
        label=_("In which micro-grid does the place lie?"),
        help_text=_("Only for hospital, school and quarantine."),
        coerce=int,
        required=False,
        empty_value=None,
    )
    place = forms.CharField(
        label=_("Or, farther away than this street: what is the place called?"),
        help_text=_(
            "The hospital, school or quarantine place, anywhere in the city. Outside it: say that they are away."
        ),
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    once = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, near: list[Area], there: list[tuple[int, str]], **kwargs: Any) -> None:
        """`there`: micro-grids of what was typed as the name of a place, with what tells them apart."""
        super().__init__(*args, **kwargs)
        self.there = there
        self.fields["what"].choices = [(str(what), gettext(words)) for what, words in MOVES.items()]  # type: ignore[attr-defined]
        self.fields["counted_in"].choices = [("", "–"), *there, *((area.pk, area.called) for area in near)]  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial["once"], self.initial["since"] = new_once(_SALT), localtime(now()).strftime(MOMENT)

    def clean(self) -> dict[str, Any]:
        """A door where it is about one, a micro-grid where somebody is counted elsewhere."""
        said = super().clean() or self.cleaned_data
        what = said.get("what")
        if what in BEHIND_A_DOOR and not said.get("door"):
            self.add_error("door", gettext("Please say behind which door."))
        if what in COUNTED_THERE and not said.get("counted_in") and "counted_in" not in self.errors:
            said["counted_in"] = self._by_name(said.get("place", ""))
        return said

    def _by_name(self, place: str) -> int | None:
        """The micro-grid of the one place that is called so; else what is wrong stands beside the question."""
        if len(self.there) == 1:
            return self.there[0][0]
        if not place:
            self.add_error("counted_in", gettext("Please say in which micro-grid they are counted there."))
        elif self.there:
            self.add_error("counted_in", gettext("Several places are called so. Please choose: they stand first here."))
        else:
            self.add_error("place", gettext("No estate or building of this city is called so."))
        return None

    @property
    def what_kind(self) -> MoveProposed.What:
        """What happened, once that it is clean."""
        return MoveProposed.What(self.cleaned_data["what"])

    @property
    def key(self) -> UUID | None:
        """The id this form gives what it proposes."""
        return once_key(self.data.get("once", ""), _SALT)


class NewcomerForm(NeedsForm):
    """Who is new, and where."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("Or what they are called, where nobody knows more."),
        max_length=40,
        error_messages={"required": _("Please give a name, or what they are called.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    guest = forms.TypedChoiceField(
        label=_("Do they live here?"),
        choices=[("no", _("They live here")), ("yes", _("A guest for a while"))],
        coerce=lambda value: value == "yes",
        initial="no",
        widget=forms.RadioSelect,
    )
    micro_grid = forms.TypedChoiceField(
        label=_("In which micro-grid are they?"),
        coerce=int,
        error_messages={"required": _("Please say in which micro-grid they are.")},
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=20,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False)
    born = forms.DateField(
        label=_("Born"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    id_no = forms.CharField(
        label=_("ID number"), max_length=24, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    since = moment_field(_("Since when?"), error_messages={"required": _("Please say since when.")})
    household = _household()
    once = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = (
        "name",
        "guest",
        "micro_grid",
        "since",
        "phone",
        "sex",
        "born",
        "id_no",
        "needs",
        "household",
        "once",
    )

    def __init__(self, *args: Any, micro_grids: list[Area] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sex"].choices = [("", "–"), *((key, gettext(words)) for key, words in SEXES.items())]  # type: ignore[attr-defined]
        self.fields["needs"].label = gettext("Special needs")
        if micro_grids is None:  # behind a door, which says where they are
            del self.fields["micro_grid"]
        else:
            choices = [("", "–"), *((area.pk, area.called) for area in micro_grids)]
            self.fields["micro_grid"].choices = choices  # type: ignore[attr-defined]
            del self.fields["household"], self.fields["guest"]
        if not self.is_bound:
            self.initial.setdefault("since", localtime(now()).strftime(MOMENT))
            self.initial["once"] = new_once(_NEWCOMER)

    @property
    def key(self) -> UUID | None:
        """The id of this form, by which it makes one person known."""
        return once_key(self.data.get("once", ""), _NEWCOMER)

    def clean_born(self) -> Any:
        """Nobody is born after today."""
        born = self.cleaned_data["born"]
        if born is not None and born > localdate(now()):
            raise forms.ValidationError(gettext("Nobody is born after today."))
        return born
