"""Fields that several forms ask for."""

from typing import Any
from uuid import UUID

from django import forms
from django.core import signing

from linli.common.ids import uuid7

MOMENT = "%Y-%m-%dT%H:%M"
_ONCE_LIVES_S = 2 * 24 * 60 * 60


def moment_field(label: Any, **more: Any) -> forms.DateTimeField:
    """A day and an hour, by the browser's own picker, or typed where it has none; `more` as for any field."""
    return forms.DateTimeField(
        label=label,
        input_formats=[MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        **more,
    )


def new_once(salt: str) -> str:
    """What an empty form carries so that sending it twice makes one row: the row's id, signed."""
    return signing.dumps(str(uuid7()), salt=salt)


def once_key(text: str, salt: str) -> UUID | None:
    """The id that a form gives its row; None where the form was kept longer than two days, or changed."""
    try:
        return UUID(signing.loads(text, salt=salt, max_age=_ONCE_LIVES_S))
    except (signing.BadSignature, ValueError):
        return None
