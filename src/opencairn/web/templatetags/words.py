"""Template filters for texts in several languages; built in, so no template needs to load them."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from opencairn.kit.locales import locale_of
from opencairn.kit.text import pick

register = template.Library()


def _wanted() -> list[str]:
    return [get_language() or "en", "en"]


@register.filter
def said(text: Mapping[str, str] | None) -> str:
    """The words in the reader's language, else in English, else in any; "" where nothing is stated."""
    return pick(text, _wanted())[1]


@register.filter
def said_in(text: Mapping[str, str] | None) -> str:
    """The language tag of what ``said`` returns, for a ``lang`` attribute."""
    return pick(text, _wanted())[0]


@register.filter
def or_not_stated(value: object) -> SafeString | object:
    """The value, or the words "Not stated" in their own look: a gap is shown as a gap."""
    if value in (None, "", [], {}):
        return format_html('<span class="not-stated">{}</span>', gettext("Not stated"))
    return value


@register.filter
def country_name(code: str) -> str:
    """The name of a country (ISO 3166-1 alpha-2, such as "DE") in the reader's language; an unknown code as it is."""
    return str(locale_of(get_language()).territories.get(code.upper(), code))
