"""The forms of hours: when duty ended, and when it really was."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.web.fields import moment_field, new_once, once_key

SALT = "linli.hours"


class FinishForm(forms.Form):
    """When duty ended that nobody finished."""

    finished = moment_field(_("When did it end?"), error_messages={"required": _("Please say when it ended.")})


class CorrectionForm(forms.Form):
    """From when to when somebody really served. `once` makes the same form sent twice one request."""

    since = moment_field(_("Really started"))
    until = moment_field(_("Really finished"))
    once = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial["once"] = new_once(SALT)

    @property
    def key(self) -> UUID | None:
        """The key of the request; None where the form was kept too long or changed."""
        return once_key(self.data.get("once", ""), SALT)
