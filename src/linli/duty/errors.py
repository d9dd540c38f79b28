"""How booking says no."""

from django.utils.translation import gettext_noop

from linli.common.errors import Conflict


class BookedMeanwhile(Conflict):
    code = "booked_meanwhile"
    sentence = gettext_noop("Somebody else has booked this person for that time.")
