"""How events say no.

NotFound   of the family itself: an event, a zone or a place that is not yours to see
Refused    NotDecidedHere, EventNotActive, ZoneOutsideEvent, ZoneStepsDown, ZoneTooEarly,
           ZoneTestsMissing, ZoneNotLifted
Conflict   EventEnded, EventOpenAlready, EventUnderWay, ZoneMeanwhile
Invalid    EventNameMissing, EventAreasMissing, EventStartOff, NotToBeMarked, ZoneLevelUnknown, ZoneBasisMissing,
           ZoneCaseAhead, LiftReasonUnknown, UnknownPack, PackNotInForce, BadPack
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext, gettext_noop

from linli.common.errors import Conflict, Invalid, Refused


class NotDecidedHere(Refused):
    code = "not_decided_here"
    sentence = gettext_noop("Your role does not decide this.")


class EventNotActive(Refused):
    code = "event_not_active"
    sentence = gettext_noop("The event {event} is not active at this moment.")


class EventEnded(Conflict):
    code = "event_ended"
    sentence = gettext_noop("Somebody has already ended the event {event}.")


class EventOpenAlready(Conflict):
    code = "event_open_already"
    sentence = gettext_noop("The event {event} is open here already, since {since}. Nothing was opened.")


class EventUnderWay(Conflict):
    code = "event_under_way"
    sentence = gettext_noop("The event {event} has begun meanwhile; it can be ended, not called off.")


class EventStartOff(Invalid):
    code = "event_start_off"
    sentence = gettext_noop("An event starts at most {back} days ago and at most {ahead} days ahead.")


class EventNameMissing(Invalid):
    code = "event_name_missing"
    sentence = gettext_noop("An event needs a name of at most {most} characters.")


class EventAreasMissing(Invalid):
    code = "event_areas_missing"
    sentence = gettext_noop("An event needs at least one area that it is active over.")


class ZoneOutsideEvent(Refused):
    code = "zone_outside_event"
    sentence = gettext_noop("The event {event} is not active over this place.")


class NotToBeMarked(Invalid):
    code = "zone_place_not_markable"
    sentence = gettext_noop("The event pack lets no zone be declared over a place of this kind: {kind}.")


class ZoneLevelUnknown(Invalid):
    code = "zone_level_unknown"
    sentence = gettext_noop("The event pack knows no zone level {level}.")


class ZoneBasisMissing(Invalid):
    code = "zone_basis_missing"
    sentence = gettext_noop("Please say in at most {most} characters what the zone rests on.")


class ZoneCaseAhead(Invalid):
    code = "zone_case_ahead"
    sentence = gettext_noop("The day of the newest case, {day}, has not come yet.")


class ZoneStepsDown(Refused):
    code = "zone_steps_down"
    sentence = gettext_noop("A zone goes down by its steps, after days without a new case; it is not declared lower.")


class ZoneTooEarly(Refused):
    code = "zone_too_early"
    sentence = gettext_noop("This zone goes down after more days without a new case. Days still to come: {days}.")


class ZoneTestsMissing(Refused):
    code = "zone_tests_missing"
    sentence = gettext_noop("This zone goes down once everybody in it was tested negative on the last day.")


class ZoneNotLifted(Refused):
    code = "zone_not_lifted"
    sentence = gettext_noop("Only a zone of the lowest level is over; a higher one goes down by its steps.")


class ZoneMeanwhile(Conflict):
    code = "zone_meanwhile"
    sentence = gettext_noop("Somebody has meanwhile changed the zone of this place; it now changes at {since}.")


class LiftReasonUnknown(Invalid):
    code = "lift_reason_unknown"
    sentence = gettext_noop("{reason} is no reason to lift a zone.")


class UnknownPack(Invalid):
    code = "pack_unknown"
    sentence = gettext_noop("There is no event pack {pack} of version {version}.")


class PackNotInForce(Invalid):
    code = "pack_not_in_force"
    sentence = gettext_noop("The event pack {pack} is in force from {since} until {until} only.")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a pack: where it stands and what is wrong.

    Attributes:
        file: the file as it was named.
        line: counted from 1; 0 where the file itself could not be read.
        reason: a sentence to translate, a format string over `facts`.
    """

    file: str
    line: int
    reason: str
    facts: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason.format(**self.facts)}"

    def told(self) -> str:
        """The mistake in the language that is active now."""
        reason = gettext(self.reason).format(**self.facts)
        return gettext(BadPack.sentence).format(file=self.file, line=self.line, reason=reason)


class BadPack(Invalid):
    """A pack with mistakes. The facts name the first; `mistakes` holds them all, in the order of their lines."""

    code = "bad_pack"
    sentence = gettext_noop("{file}, line {line}: {reason}")

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        first = self.mistakes[0]
        super().__init__(
            file=first.file,
            line=first.line,
            reason=first.reason.format(**first.facts),
            mistakes=[str(each) for each in self.mistakes],
        )

    def told(self) -> str:
        """Every mistake on a line of its own."""
        return "\n".join(each.told() for each in self.mistakes)
