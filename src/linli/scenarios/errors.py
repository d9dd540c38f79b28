"""How scenarios say no."""

from django.utils.translation import gettext, gettext_noop

from linli.common.errors import Conflict, Invalid, Refused
from linli.simulation import BadCity


class NoCity(Refused):
    code = "no_city"
    sentence = gettext_noop("There is no city to play on: load one first.")


class AlreadyPlayed(Conflict):
    code = "already_played"
    sentence = gettext_noop("This scenario has been played here already: {name} is under way.")


class RealCity(Refused):
    code = "real_city"
    sentence = gettext_noop("Scenarios are played on a synthetic city only.")


class FolderNotMade(Invalid):
    code = "folder_not_made"
    sentence = gettext_noop("The folder {where} cannot be made: {reason}. Nothing was built. Name another one.")


class BadCityFolder(Invalid):
    """What the simulation, which knows no languages, found wrong: told in the reader's."""

    code = "bad_city"
    sentence = gettext_noop("{file}: {reason}")

    def __init__(self, bad: BadCity) -> None:
        self.bad = bad
        super().__init__(file=bad.file, reason=bad.reason)

    def told(self) -> str:
        reason = gettext(self.bad.sentence).format(**self.bad.facts)
        return gettext(self.sentence).format(file=self.bad.file, reason=reason)
