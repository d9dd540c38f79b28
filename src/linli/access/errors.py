"""The ways access says no.

LinliError
├── Refused
│   ├── MayNotGrant           the caller grants no such role there
│   ├── NeedsSecond           this role needs a second administrator
│   ├── OwnRequest            nobody seconds what they asked for themselves
│   ├── LinkSpent             a one-time link is unknown, used or too old
│   ├── OnlyOnSynthetic       one-time links exist only on a synthetic city
│   ├── TokenScope            the token's scopes do not cover this
│   └── TooBusy               too many at once (status 503)
├── Conflict
│   ├── NameTaken             an account of that name exists
│   └── AlreadyGranted        the request was granted, or the grant revoked, meanwhile
└── Invalid
    ├── NoSuchRole            not a role of the table
    ├── WrongLevel            the role does not sit at an area of that level
    ├── NoSuchScope           not a scope of the API
    ├── MissingUnit           a liaison without a unit
    ├── BadAccount            a name or a password that will not do
    └── BadToken              a token that is unknown, expired or revoked (status 401)
"""

from django.utils.translation import gettext_noop

from linli.common.errors import Conflict, Invalid, Refused


class MayNotGrant(Refused):
    code = "may_not_grant"
    sentence = gettext_noop("You cannot grant this role here.")


class NeedsSecond(Refused):
    code = "needs_second"
    sentence = gettext_noop("This role needs a second administrator, or the machine's own terminal.")


class OwnRequest(Refused):
    code = "own_request"
    sentence = gettext_noop("You asked for this yourself: another administrator has to confirm it.")


class LinkSpent(Refused):
    code = "link_spent"
    sentence = gettext_noop("This link has been used or is too old. Ask for a fresh one.")


class OnlyOnSynthetic(Refused):
    code = "only_on_synthetic"
    sentence = gettext_noop("One-time links exist only on a synthetic city.")


class TokenScope(Refused):
    code = "token_scope"
    sentence = gettext_noop("This key does not cover that. It would need: {scope}.")


class TooBusy(Refused):
    code = "too_busy"
    sentence = gettext_noop("Many people are signing in at this moment. Please try again in a few seconds.")
    status = 503


class NameTaken(Conflict):
    code = "name_taken"
    sentence = gettext_noop("There is an account named {username} already.")


class AlreadyGranted(Conflict):
    code = "already_granted"
    sentence = gettext_noop("Somebody has decided this meanwhile.")


class NoSuchRole(Invalid):
    code = "no_such_role"
    sentence = gettext_noop("There is no role of that name.")


class WrongLevel(Invalid):
    code = "wrong_level"
    sentence = gettext_noop("This role cannot be held over an area of that kind.")


class NoSuchScope(Invalid):
    code = "no_such_scope"
    sentence = gettext_noop("There is no scope named {scope}.")


class BadToken(Invalid):
    code = "bad_token"
    sentence = gettext_noop("This key is unknown, has expired or was withdrawn.")
    status = 401


class BadAccount(Invalid):
    code = "bad_account"
    sentence = gettext_noop("This account cannot be made. {what}")


class MissingUnit(Invalid):
    code = "missing_unit"
    sentence = gettext_noop("Which unit does this liaison speak for?")
