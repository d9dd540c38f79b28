"""Why each field is stored, who may read it and how long it stays: declared beside the models, checked by a test.

Each room declares its own models in its ``fields.py``; what comes from elsewhere (sessions, jobs, accounts) is
declared in ``custody/foreign.py``. All of them are imported once the apps are ready.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.apps import apps
from django.db import models

from linli.custody.roles import ROLES


class Basis(StrEnum):
    """What allows a table to be kept at all."""

    DUTY = "statutory duty of the community and the street"
    EMERGENCY = "response to an emergency"
    SERVICE = "agreement with somebody who serves"
    OPERATION = "running the system safely"
    PUBLIC = "published or public facts, nobody's data"


class Keep(StrEnum):
    """How long a row stays."""

    WHILE_REGISTERED = "while the person is registered here"
    UNTIL_EVENT_ENDS = "until the event has ended and was reviewed"
    WHILE_SERVING = "while the person serves"
    WHILE_EMPLOYED = "while the account is in use, then six months"
    AS_LONG_AS_THE_PLACE = "as long as the place exists, its past included"
    SIX_MONTHS = "six months"
    THIRTY_DAYS = "thirty days"
    ONE_DAY = "one day"
    UNTIL_DONE = "until the job is done, a failed one a day longer"
    ALWAYS = "always"
    BY_HOLDER = "by holder: the register's rules, the service's, or the event's end"


class Sensitivity(StrEnum):
    """What harm reading a field could do."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"
    SECRET = "secret"  # noqa: S105


EMERGENCY, DUTY, SERVICE, OPERATION = Basis.EMERGENCY, Basis.DUTY, Basis.SERVICE, Basis.OPERATION
PUBLIC, INTERNAL, PERSONAL = Sensitivity.PUBLIC, Sensitivity.INTERNAL, Sensitivity.PERSONAL
SENSITIVE, SECRET = Sensitivity.SENSITIVE, Sensitivity.SECRET
UNTIL_EVENT_ENDS, WHILE_REGISTERED, WHILE_SERVING = Keep.UNTIL_EVENT_ENDS, Keep.WHILE_REGISTERED, Keep.WHILE_SERVING

EVERYONE = tuple(ROLES)
NO_ONE: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes:
        purpose: what it is for, as one would tell the person concerned.
        sensitivity: what harm reading it could do.
        readers: keys of ``ROLES`` whose pages may show it; nobody means that only the system reads it.
    """

    purpose: str
    sensitivity: Sensitivity = Sensitivity.INTERNAL
    readers: tuple[str, ...] | list[str] = EVERYONE

    def __post_init__(self) -> None:
        unknown = set(self.readers) - set(ROLES)
        if unknown:
            raise BadDeclaration(f"{sorted(unknown)} are no roles")
        if not self.purpose.strip():
            raise BadDeclaration("a field without a purpose may not be stored")


@dataclass(frozen=True, slots=True)
class Declared:
    """One model: its label, why it may be kept, how long, and its fields by name."""

    label: str
    basis: Basis
    keep: Keep
    fields: dict[str, Field]


class BadDeclaration(Exception):
    """A declaration makes no sense; the message says which."""


_declared: dict[str, Declared] = {}

ID = Field(purpose="to tell one row from another", readers=EVERYONE)


def declare(model: type[models.Model] | str, /, *, basis: Basis, keep: Keep, **fields: Field) -> None:
    """Say why a model and each of its fields is stored.

    A field named `basis` or `keep` is written with an underscore behind it.

    Raises:
        BadDeclaration: the model was declared before.
    """
    label = model if isinstance(model, str) else model._meta.label
    if label in _declared:
        raise BadDeclaration(f"{label} is declared twice")
    _declared[label] = Declared(label, basis, keep, {name.rstrip("_"): field for name, field in fields.items()})


def declared() -> dict[str, Declared]:
    """Every declaration by model label."""
    return dict(_declared)


def stored_fields(model: type[models.Model]) -> set[str]:
    """Names of the fields that are columns of the model's own table."""
    return {field.name for field in model._meta.local_concrete_fields if field.column is not None}


def gaps() -> list[str]:
    """What is stored without being declared, and declared without being stored; empty when nothing is."""
    wrong = []
    models_here = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
    for label, model in sorted(models_here.items()):
        if model._meta.proxy:
            continue
        known = _declared.get(label)
        if known is None:
            wrong.append(f"{label} is stored but not declared")
            continue
        stored = stored_fields(model)
        wrong += [f"{label}.{name} is stored but not declared" for name in sorted(stored - set(known.fields))]
        wrong += [f"{label}.{name} is declared but not stored" for name in sorted(set(known.fields) - stored)]
    wrong += [f"{label} is declared but does not exist" for label in sorted(set(_declared) - set(models_here))]
    return wrong
