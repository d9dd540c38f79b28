"""The three ways to run Linli in words: who opens it, and what that way cannot do."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from linli.conf.ways import Way


@dataclass(frozen=True, slots=True)
class WayWords:
    """One way: what it is, and what it cannot do."""

    title: Promise
    does: Promise
    cannot: Promise


WAYS = {
    Way.ALONE: WayWords(
        gettext_lazy("This PC and paper"),
        gettext_lazy("Linli opens in the browser of this machine alone. Lists and posters are printed and typed in."),
        gettext_lazy(
            "It cannot be opened by any phone: nobody signs up or reads their placement on one, the code on a poster "
            "leads nowhere, and a second screen works only at this machine."
        ),
    ),
    Way.OFFICE: WayWords(
        gettext_lazy("Office Wi-Fi, with a certificate authority of our own"),
        gettext_lazy("Staff open Linli on phones and PCs inside this building, after installing our certificate."),
        gettext_lazy(
            "It cannot be opened from home or by residents' phones: people sign up on paper or at the desk, and staff "
            "work only where this Wi-Fi reaches."
        ),
    ),
    Way.PUBLIC: WayWords(
        gettext_lazy("A public name and certificate"),
        gettext_lazy("Residents, volunteers and staff open Linli from anywhere."),
        gettext_lazy(
            "It cannot work without the internet line and the certificate, which has to be renewed. Keep paper for an "
            "outage: what is typed in later counts the same."
        ),
    ),
}
