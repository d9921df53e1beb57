"""Filters that show coded values of a description in words."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.numbers import format_currency, format_decimal
from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opencairn.programmes import queries, vocabulary
from opencairn.programmes.models import Programme
from opencairn.programmes.rules import Gap
from opencairn.programmes.wording import element_name

register = template.Library()


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")


@register.filter
def word(code: str, name: str) -> str:
    """The label of a code: ``{{ version.participation|word:"participation" }}``; "" for no code."""
    return vocabulary.label(name, code) if code else ""


@register.filter
def words(codes: Iterable[str], name: str) -> str:
    """The labels of several codes in one line."""
    return ", ".join(vocabulary.label(name, code) for code in codes)


@register.filter
def field_name(code: str) -> str:
    """The name of a field of education."""
    return vocabulary.field_label(code)


@register.filter
def field_names(codes: Iterable[str]) -> str:
    """The names of several fields of education; a code without a name stays as it is."""
    return ", ".join(vocabulary.field_label(code) or code for code in codes)


@register.filter
def language_name(tag: str) -> str:
    """A language by its own name."""
    return vocabulary.language_name(tag)


@register.filter
def language_names(tags: Iterable[str]) -> str:
    """Languages in the reader's own, in one line."""
    return ", ".join(vocabulary.language_said(tag) for tag in tags)


@register.filter
def plain_number(value: Decimal | int | None) -> str:
    """A number without needless zeros, in the reader's language."""
    return "" if value is None else format_decimal(value, locale=_locale())


@register.filter
def hours_said(version: Any) -> str:
    """The hours of work of a version, from the least to the most where they are a range: "110–200"."""
    least = plain_number(version.hours)
    return f"{least}–{plain_number(version.hours_most)}" if version.hours_most else least


@register.filter
def money_of(offering: Any) -> str:
    """The price of a run with its currency; "" where it is not stated."""
    if offering.price is None:
        return ""
    if not offering.price:
        return _("Free")
    whole = offering.price % 1 == 0
    pattern = Locale.parse(_locale()).currency_formats["standard"].pattern.replace(".00", "") if whole else None
    return str(format_currency(offering.price, offering.currency, pattern, locale=_locale(), currency_digits=not whole))


@register.filter
def dated(offering: Any) -> str:
    """When a run takes place."""
    if offering.starts_on is None:
        return _("Any day")
    first = date_format(offering.starts_on)
    if offering.ends_on is None or offering.ends_on == offering.starts_on:
        return first
    return _("%(first)s to %(last)s") % {"first": first, "last": date_format(offering.ends_on)}


@register.filter
def iso_day(words: str) -> str:
    """A day kept as ISO 8601, as the reader writes days."""
    return str(date_format(date.fromisoformat(words)))


@register.filter
def gap_names(gaps: Iterable[Gap]) -> str:
    """The names of the elements with a gap, in one line."""
    return ", ".join(element_name(gap.element) for gap in gaps)


@register.filter
def paragraphs(text: str) -> SafeString:
    """Words as paragraphs: an empty line parts them. Everything is escaped."""
    parts = [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    return format_html_join("\n", "<p>{}</p>", ((part,) for part in parts))


@register.filter
def in_quotes(words: str) -> SafeString:
    """Words between quotation marks."""
    return format_html("“{}”", words)


@register.simple_tag
def listed_from(programme: Programme) -> str:
    """A sentence that names the catalogue a listing is read in from; "" where it came by hand."""
    feed = queries.feed_leading(programme)
    return " " + _("It comes from the catalogue “%(name)s”.") % {"name": feed.name} if feed else ""
