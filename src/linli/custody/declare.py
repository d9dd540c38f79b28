"""Why each field is stored, who may read it and how long it stays: declared beside the models, checked by a test.

Each room declares its own models in its ``fields.py``; what comes from elsewhere (sessions, jobs, accounts) is
declared in ``custody/foreign.py``. All of them are imported once the apps are ready.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.apps import apps
from django.db import models
from django.utils.translation import pgettext

from linli.custody.roles import ROLES, Reveal, TakeOut


class Basis(StrEnum):
    """What allows a table to be kept at all."""

    DUTY = "statutory duty of the community and the street"
    EMERGENCY = "response to an emergency"
    SERVICE = "agreement with somebody who serves"
    OPERATION = "running Linli safely"
    PUBLIC = "public facts, nobody's data"


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
    BY_HOLDER = (
        "until the event has ended and was reviewed; in the standing register while they are registered here or serve"
    )


class Sensitivity(StrEnum):
    """What harm reading a field could do."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"
    SECRET = "secret"  # noqa: S105


class Whose(StrEnum):
    """About whom a table says something; headings of the notice."""

    RESIDENT = "People who live here"
    HELPER = "People who help"
    CALLER = "People who ask the desk for help"
    PHONE = "People who open Linli on their phone"
    STAFF = "People who work with Linli"
    LOOKED = "Everybody who looked or did something"


class Kind(StrEnum):
    """What a field says about somebody, in plain words; lines of the notice."""

    NAME = "name"
    SEX = "sex"
    BORN = "day of birth"
    PHONE = "phone number"
    MAIL = "e-mail address"
    ID_NO = "ID number, where you gave it"
    HOME = "building and door"
    COUNTED = "where you live or stay, since when"
    STOOD = "whether you were reached, and when"
    NEEDS = "whether you need special help, from a closed list"
    ASKED = "what was asked for, and what was done"
    CLAIM = "the sign-up and its number"
    SKILLS = "what you can do"
    TIMES = "when you can or cannot help"
    UNIT = "who sent you, if anybody"
    WAY = "the way of signing up"
    PLACED = "where and when you help"
    TOLD = "what you were told, and whether you read it"
    WHY = "why you were placed there, as the computer worked it out"
    DEVICE = "the phones you opened Linli on"
    ACCOUNT = "account, role and second step"
    DID = "who did or saw what, and when"


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
        kind: what it says about somebody; every personal and sensitive field has one.
    """

    purpose: str
    sensitivity: Sensitivity = Sensitivity.INTERNAL
    readers: tuple[str, ...] | list[str] = EVERYONE
    kind: Kind | None = None

    def __post_init__(self) -> None:
        unknown = set(self.readers) - set(ROLES)
        if unknown:
            raise BadDeclaration(f"{sorted(unknown)} are no roles")
        if not self.purpose.strip():
            raise BadDeclaration("a field without a purpose may not be stored")

    @property
    def of_somebody(self) -> bool:
        """Whether it says something about a person."""
        return self.sensitivity in (Sensitivity.PERSONAL, Sensitivity.SENSITIVE)


@dataclass(frozen=True, slots=True)
class Declared:
    """One model: its label, why it may be kept, how long, its fields by name, and whom it is about."""

    label: str
    basis: Basis
    keep: Keep
    fields: dict[str, Field]
    whose: Whose | None = None


class BadDeclaration(Exception):
    """A declaration makes no sense; the message says which."""


_declared: dict[str, Declared] = {}

ID = Field(purpose="to tell one row from another", readers=EVERYONE)


def declare(
    model: type[models.Model] | str, /, *, basis: Basis, keep: Keep, whose: Whose | None = None, **fields: Field
) -> None:
    """Say why a model and each of its fields is stored.

    A field named `basis`, `keep` or `whose` is written with an underscore behind it.

    Raises:
        BadDeclaration: the model was declared before.
    """
    label = model if isinstance(model, str) else model._meta.label
    if label in _declared:
        raise BadDeclaration(f"{label} is declared twice")
    named = {name.rstrip("_"): field for name, field in fields.items()}
    _declared[label] = Declared(label, basis, keep, named, whose)


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
        wrong += _untold(known)
    wrong += [f"{label} is declared but does not exist" for label in sorted(set(_declared) - set(models_here))]
    return wrong


def _untold(known: Declared) -> list[str]:
    """What the notice could not say: about whom a table is, what a field says about them."""
    of_somebody = {name: field for name, field in known.fields.items() if field.of_somebody}
    wrong = [
        f"{known.label}.{name} is about somebody and has no kind"
        for name, field in sorted(of_somebody.items())
        if field.kind is None
    ]
    if of_somebody and known.whose is None:
        wrong.append(f"{known.label} is about somebody and does not say about whom")
    return wrong


CONTEXT = "declared"  # of the catalogue: "name" and "public" mean something else elsewhere


def words() -> list[str]:
    """Every English word and sentence of the declarations, once each, for the catalogue."""
    found: dict[str, None] = {}
    for closed in (Basis, Keep, Sensitivity, Whose, Kind, TakeOut, Reveal):
        found |= dict.fromkeys(closed)
    for each in _declared.values():
        found |= dict.fromkeys(field.purpose for field in each.fields.values())
    return [str(word) for word in found]


def told(word: str) -> str:
    """A word or sentence of the declarations in the language that is active now."""
    return pgettext(CONTEXT, str(word))
