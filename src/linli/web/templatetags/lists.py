"""Several words in a row, with the comma of the page's language between them."""

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def listed(words: Iterable[object]) -> str:
    """The words in a row; nothing where there are none."""
    return gettext(", ").join(str(word) for word in words)
