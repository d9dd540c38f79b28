"""Words that several pages need for codes of the rooms below (English msgids)."""

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from linli.events.models import Event, Zone

RISKS: dict[int, Promise] = {
    Zone.Risk.HIGH: gettext_lazy("High risk"),
    Zone.Risk.MEDIUM: gettext_lazy("Medium risk"),
    Zone.Risk.LOW: gettext_lazy("Low risk"),
}


def event_name(event: Event) -> str:
    """An event's name in the language of the page."""
    return event.name_en if get_language() == "en" and event.name_en else event.name
