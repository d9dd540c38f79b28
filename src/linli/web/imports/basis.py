"""What whoever loads people says about keeping them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from linli.events.models import Event
from linli.people.errors import LoadWithoutBasis
from linli.people.loads import Basis
from linli.web.imports.flow import FileForm

EVENT, STANDING = "event", "standing"


class BasisForm(FileForm):
    """For this event, which is the rule; or standing, with an owner and a legal basis."""

    basis = forms.ChoiceField(label=gettext_lazy("On which basis are they kept?"), widget=forms.RadioSelect)
    owner = forms.CharField(
        label=gettext_lazy("Who answers for the standing list?"),
        help_text=gettext_lazy("Only where it is kept beyond the event: an office or a function."),
        max_length=80,
        required=False,
    )
    legal_basis = forms.CharField(
        label=gettext_lazy("What allows it?"),
        help_text=gettext_lazy("Only where it is kept beyond the event: the law, the duty or the consent."),
        max_length=200,
        required=False,
    )
    field_order = ["basis", "owner", "legal_basis", "file"]
    event: Event | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(STANDING, gettext("Standing: kept beyond an event, looked at again within a year"))]
        if self.event is not None:
            choices.insert(0, (EVENT, gettext("For this event: it goes when the event has ended")))
        self.fields["basis"].choices = choices  # type: ignore[attr-defined]
        self.fields["basis"].initial = choices[0][0]

    def clean(self) -> dict[str, Any]:
        """A standing list says who answers for it and what allows it."""
        said = super().clean() or self.cleaned_data
        if said.get("basis") == STANDING:
            for name in ("owner", "legal_basis"):
                if not (said.get(name) or "").strip():
                    self.add_error(name, LoadWithoutBasis().told())
        return said


def form_for(event: Event | None) -> type[BasisForm]:
    """The form where this event, or none, is active."""
    return type("BasisFormHere", (BasisForm,), {"event": event})


def stated_basis(stated: Mapping[str, str], event: Event | None, standing: int) -> Basis:
    """The basis that was stated; `standing` is the holder of what stays.

    Raises:
        LoadWithoutBasis: it was for an event that is not there any more.
    """
    if stated.get("basis") == EVENT:
        if event is None:
            raise LoadWithoutBasis
        return Basis(event.pk)
    return Basis(standing, stated.get("owner", ""), stated.get("legal_basis", ""))
