"""The forms at a door: what was found and said, somebody new, a door nobody knew of, something that is needed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.ledger.models import Finding, Said
from linli.ledger.models.sweeps import MOST_AHEAD
from linli.ledger.promised import may_be
from linli.ledger.recording import Found
from linli.ledger.walking import Behind
from linli.places.models import Building
from linli.web.fields import MOMENT, moment_field, new_once, once_key
from linli.web.sweeps.backs import OTHER, moment_of, offered
from linli.web.sweeps.words import HOW_WORDS, RESULT_WORDS, SAID_WORDS

SALT = "linli.sweep"
NOBODY_SAID = ""
_AT_DOORS = (Finding.How.DOOR, Finding.How.PHONE, Finding.How.GROUP, Finding.How.NEIGHBOUR)
_CAN_SPEAK = (Said.State.HERE, Said.State.REFUSED)


class _Once(forms.Form):
    """A form that makes one row however often it is sent."""

    once = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial["once"] = new_once(SALT)

    @property
    def key(self) -> UUID | None:
        """The id this form gives its row; None where the form was kept too long or changed."""
        return once_key(self.data.get("once", ""), SALT)


class FoundForm(_Once):
    """What was found, how, what was said of each person behind the door (`here` unless somebody says otherwise), and
    when they asked to come back. `at`: when it is asked or written down."""

    comes_back_at: datetime | None = None

    result = forms.ChoiceField(
        choices=list(RESULT_WORDS.items()), error_messages={"required": _("Please press one of the four buttons.")}
    )
    how = forms.ChoiceField(label=_("How?"), widget=forms.RadioSelect)
    spoke = forms.ChoiceField(label=_("Who spoke for the household?"), required=False)
    back = forms.ChoiceField(label=_("When?"), required=False, widget=forms.RadioSelect)
    back_at = moment_field(_("At which time?"), required=False)

    def __init__(
        self, *args: Any, people: Sequence[Behind], at_desk: bool, high_risk: bool, at: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.fields["back"].choices = offered(at, chosen=self.data.get("back", ""))  # type: ignore[attr-defined]
        self.fields["back_at"].widget.attrs |= {
            "min": localtime(at).strftime(MOMENT),
            "max": localtime(at + MOST_AHEAD).strftime(MOMENT),
        }
        self.people, self._at_desk = people, at_desk
        hows: list[Finding.How] = [*([Finding.How.COUNTER] if at_desk else []), *_AT_DOORS]
        if high_risk or at_desk:  # the phone comes first
            hows.remove(Finding.How.PHONE)
            hows.insert(0, Finding.How.PHONE)
        self.fields["how"].choices = [(how, HOW_WORDS[how]) for how in hows]  # type: ignore[attr-defined]
        self.initial.setdefault("how", hows[0])
        says = [*SAID_WORDS.items(), (NOBODY_SAID, _("Not said"))]
        for each in people:
            self.fields[f"p{each.person}"] = forms.ChoiceField(
                label=self.named(each),
                choices=says,
                required=False,
                initial=Said.State.HERE,
                widget=forms.RadioSelect,
            )
        speakers = [(str(each.person), self.named(each)) for each in people]
        self.fields["spoke"].choices = [("", gettext("Somebody else, or nobody")), *speakers]  # type: ignore[attr-defined]

    def named(self, each: Behind) -> str:
        """Somebody by their masked name; a child by none where a grid worker asks."""
        unknown = gettext("a child") if each.who.child else gettext("Name not known")
        return each.who.shown(children_named=self._at_desk) or unknown

    def persons(self) -> list[tuple[Behind, Any]]:
        """Each person with their question."""
        return [(each, self[f"p{each.person}"]) for each in self.people]

    def clean(self) -> dict[str, Any]:
        """Whoever speaks is there."""
        said = super().clean() or self.cleaned_data
        spoke = said.get("spoke")
        if spoke and said.get("result") == Finding.Result.ANSWERED and said.get(f"p{spoke}") not in _CAN_SPEAK:
            self.add_error("spoke", _("Whoever spoke is here, or refuses: please choose again."))
        if said.get("result") == Finding.Result.VACANT and said.get("how") in (Finding.How.GROUP, Finding.How.COUNTER):
            self.add_error("how", _("That a door is vacant has to be seen, or heard from a neighbour or by phone."))
        if said.get("result") != Finding.Result.VACANT:
            self._clean_back(said)
        return said

    def _clean_back(self, said: dict[str, Any]) -> None:
        """When they asked to come back: none unless it was chosen, and then a moment that can be kept."""
        chosen = OTHER if said.get("back_at") else said.get("back", "")
        if "back_at" in self.errors:
            return
        self.comes_back_at = said.get("back_at") if chosen == OTHER else moment_of(chosen, self.at)
        if chosen == OTHER and self.comes_back_at is None:
            self.add_error("back_at", _("Please say the day and the time."))
        elif not may_be(self.comes_back_at, said.get("result", ""), self.at):
            self.add_error(
                "back_at" if chosen == OTHER else "back", _("Please choose a time within the next seven days.")
            )

    def found(self, door: int, key: UUID) -> Found:
        """What is written down; of people only where somebody answered."""
        said, answered = self.cleaned_data, self.cleaned_data["result"] == Finding.Result.ANSWERED
        states = [(each.person, said.get(f"p{each.person}")) for each in self.people] if answered else []
        spoke = said.get("spoke")
        return Found(
            key=key,
            dwelling=door,
            result=Finding.Result(said["result"]),
            how=Finding.How(said["how"]),
            happened_at=None,
            said=[(person, Said.State(state)) for person, state in states if state],
            spoke=int(spoke) if spoke and answered else None,
            back_at=self.comes_back_at,
        )


class PersonForm(_Once):
    """Somebody nobody knew of."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("What people call them is enough."),
        error_messages={"required": _("Please say a name.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Phone number"),
        required=False,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )


class NewDoorForm(forms.Form):
    """A door nobody knew of."""

    building = forms.TypedChoiceField(
        label=_("Building"), coerce=int, error_messages={"required": _("Please choose the building.")}
    )
    unit = forms.IntegerField(
        label=_("Unit"), required=False, min_value=1, max_value=99, widget=forms.NumberInput({"inputmode": "numeric"})
    )
    floor = forms.IntegerField(
        label=_("Floor"), required=False, min_value=-9, max_value=199, widget=forms.TextInput({"inputmode": "text"})
    )
    door = forms.CharField(
        label=_("Door"),
        max_length=12,
        help_text=_("For example: 502"),
        error_messages={"required": _("Please say the number of the door.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, buildings: Sequence[Building], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [
            (each.pk, " ".join(filter(None, (each.estate.name if each.estate else "", each.name))))
            for each in buildings
        ]
        self.fields["building"].choices = named if len(named) == 1 else [("", "–"), *named]  # type: ignore[attr-defined]
