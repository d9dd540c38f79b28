"""How notices say no."""

from django.utils.translation import gettext_noop

from linli.common.errors import Invalid


class NoticeUnknown(Invalid):
    code = "notice_unknown"
    sentence = gettext_noop("The event's pack has no notice {notice}, or takes other places to fill in.")
