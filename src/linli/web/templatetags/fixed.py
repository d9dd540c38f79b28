"""Parts that are the same on every page and for everybody: put together once for each language."""

from typing import Any

from django import template
from django.utils.translation import get_language

register = template.Library()


class Fixed(template.Node):
    """Renders what stands inside once for each language, and gives that again.

    Inside there is nothing of the page: no variable and no block. What depended on one would show the first reader's.
    """

    def __init__(self, inside: template.NodeList) -> None:
        self.nodelist = inside
        self._texts: dict[str | None, str] = {}

    def render(self, context: template.Context) -> str:
        """The text in the language that is active."""
        language = get_language()
        if language not in self._texts:
            self._texts[language] = self.nodelist.render(context.new())
        return self._texts[language]


@register.tag
def fixed(parser: Any, token: Any) -> Fixed:
    """`{% fixed %}…{% endfixed %}`."""
    inside = parser.parse(("endfixed",))
    parser.delete_first_token()
    return Fixed(inside)
