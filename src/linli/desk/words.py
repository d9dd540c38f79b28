"""What pages and files call priorities."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from linli.desk.models import Entry

PRIORITY_WORDS: dict[str, Promise] = {
    Entry.Priority.LIFE: gettext_lazy("Threat to life"),
    Entry.Priority.URGENT: gettext_lazy("Urgent"),
    Entry.Priority.TODAY: gettext_lazy("Today"),
    Entry.Priority.WHENEVER: gettext_lazy("When possible"),
}
