"""Of questions that offer a choice: whether one of them is chosen already."""

from django import template
from django.forms import BoundField

register = template.Library()


@register.filter
def chosen(field: BoundField) -> bool:
    """Whether a choice is marked as the page stands: such a question cannot be left empty."""
    return field.widget_type == "radioselect" and any(each.data["selected"] for each in field)
