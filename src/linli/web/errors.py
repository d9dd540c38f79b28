"""How the face itself says no, whatever room was asked."""

from django.utils.translation import gettext_noop

from linli.common.errors import Invalid, LinliError, Refused


class BadRequest(Invalid):
    code = "bad_request"
    sentence = gettext_noop("This address or form makes no sense here.")
    status = 400


class FormNotOurs(Refused):
    """The form's own token is missing or is another session's: the page is too old, or cookies are off."""

    code = "form_too_old"
    sentence = gettext_noop("This form was not taken: its page is too old, or your browser keeps no cookies.")


class NeedsHttps(Refused):
    code = "needs_https"
    sentence = gettext_noop(
        "Nobody signs in or sends a form at this address: it is plain http, and others on the same network could "
        "read along."
    )


class TooMany(Refused):
    code = "too_many"
    sentence = gettext_noop("Too many tries in a short time.")
    status = 429


class WrongMethod(Refused):
    code = "wrong_method"
    sentence = gettext_noop("This address takes only: {allowed}.")
    status = 405


class Broken(LinliError):
    code = "broken"
    sentence = gettext_noop("Something broke on our side.")
