"""How the API says no before any room is asked."""

from django.utils.translation import gettext_noop

from linli.common.errors import Conflict, Invalid


class BadJson(Invalid):
    code = "bad_json"
    sentence = gettext_noop("What was sent is no JSON that can be read.")
    status = 400


class TooLarge(Invalid):
    code = "too_large"
    sentence = gettext_noop("What was sent is too large: at most {most_mb} MB.")
    status = 413


class IdUsed(Conflict):
    """The id of a write came before with another body: it is no repetition, and nothing is written."""

    code = "id_used"
    sentence = gettext_noop("This id was used before with other words. Take a new one for another sign-up.")
