"""Words that several pages need for codes of the rooms below (English msgids)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from linli.events.models import Zone

RISKS: dict[int, Promise] = {
    Zone.Risk.HIGH: gettext_lazy("High risk"),
    Zone.Risk.MEDIUM: gettext_lazy("Medium risk"),
    Zone.Risk.LOW: gettext_lazy("Low risk"),
}
