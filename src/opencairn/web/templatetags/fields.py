"""Template tags for form fields and page numbers; ``web/field.html`` and ``web/pages.html`` use them."""

from collections.abc import Iterator
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()

SHORT = (forms.NumberInput, forms.DateInput, forms.DateTimeInput, forms.TimeInput)
FREE = (forms.Select, forms.FileInput)


@register.filter
def kind_of(field: BoundField) -> str:
    """How a field is laid out: hidden, choices (several inputs under one legend), check or input."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.MultiWidget | forms.SelectDateWidget):
        return "group"
    return "check" if isinstance(widget, forms.CheckboxInput) else "input"


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's input in our look. Django links it to hint and error (aria-describedby, aria-invalid).

    Placeholders are dropped: they vanish while one types, so what needs saying stands in the hint.
    """
    widget = field.field.widget
    widget.attrs.pop("placeholder", None)
    size = "short" if isinstance(widget, SHORT) else "" if isinstance(widget, FREE) else "full"
    own = str(widget.attrs.get("class", "")) or size
    return field.as_widget(attrs={"class": f"input {own}".strip()})


@register.simple_tag
def page_numbers(page: "Page[Any]") -> Iterator[int | str]:
    """The page numbers to offer: the first, the last, those around this one, and gaps between."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
