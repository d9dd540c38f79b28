"""Times as people say them: today 17:30, 9月2日 17:30; the exact moment stands in the <time> around them."""

from datetime import datetime

from django import template
from django.template.defaultfilters import date as formatted
from django.utils.timezone import localtime
from django.utils.translation import gettext

from linli.common.clock import now

register = template.Library()


@register.filter
def moment(at: datetime | None) -> str:
    """The moment in the city's own time, by the day as seen from today; nothing where there is no moment."""
    if at is None:
        return ""
    here, today = localtime(at), localtime(now()).date()
    hour = here.strftime("%H:%M")
    near = {-1: gettext("yesterday {hour}"), 0: gettext("today {hour}"), 1: gettext("tomorrow {hour}")}
    away = (here.date() - today).days
    if away in near:
        return near[away].format(hour=hour)
    # As Django's date filter takes it; its own Chinese formats pad the month with a zero.
    return formatted(here, gettext("j F, H:i") if here.year == today.year else gettext("j F Y, H:i"))
