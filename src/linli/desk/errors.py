"""How the desk says no."""

from django.utils.translation import gettext, gettext_noop

from linli.common.errors import Conflict, Invalid, Refused

PART_WORDS = {
    "caller": gettext_noop("Who called or came?"),
    "about": gettext_noop("About whom or which door?"),
    "need": gettext_noop("What is needed?"),
    "done": gettext_noop("What was done?"),
}


class _OfPart(Invalid):
    """Something about one question; its fact `part` is a key, told in words."""

    def told(self) -> str:
        return gettext(self.sentence).format(**{**self.facts, "part": gettext(PART_WORDS[str(self.facts["part"])])})


class EntryPartMissing(_OfPart):
    code = "entry_part_missing"
    sentence = gettext_noop("Please answer: {part}")


class EntryPartTooLong(_OfPart):
    code = "entry_part_too_long"
    sentence = gettext_noop("“{part}” takes at most {most} characters.")


class EntryPriorityUnknown(Invalid):
    code = "entry_priority_unknown"
    sentence = gettext_noop("Please choose how soon it is needed.")


class NoEventForEntry(Refused):
    code = "no_event_for_entry"
    sentence = gettext_noop("No event is active in {name}, so nothing can be noted there.")


class NotAtThisDesk(Refused):
    code = "not_at_this_desk"
    sentence = gettext_noop("You hold no role at this desk now, so you cannot take this on.")


class EntryClosed(Conflict):
    code = "entry_closed"
    sentence = gettext_noop("Somebody has already closed this entry. What they did stands below.")


class EntryTaken(Conflict):
    code = "entry_taken"
    sentence = gettext_noop("Somebody else took this entry over just now.")


class NoNumberKnown(Conflict):
    code = "no_number_known"
    sentence = gettext_noop("The register has no such number for this entry any more. Nobody may be confirmed by it.")


class NotCalledBack(Refused):
    code = "not_called_back"
    sentence = gettext_noop("Have the known number shown and call it first.")


class NoSuchColleague(Invalid):
    code = "no_such_colleague"
    sentence = gettext_noop("Please choose a colleague who works at this desk now.")


class NothingToHandOver(Refused):
    code = "nothing_to_hand_over"
    sentence = gettext_noop("Nothing is open that could be handed over.")


class HandOverWaits(Conflict):
    code = "hand_over_waits"
    sentence = gettext_noop("A hand-over already waits to be taken over. Call it off before you begin another.")


class HandOverOver(Conflict):
    code = "hand_over_over"
    sentence = gettext_noop("This hand-over was taken over or called off already.")
