"""What a row or a column of the catalogue says about an offer, in words; and addresses with one choice taken back."""

from collections.abc import Iterable
from datetime import date
from html import escape

from django import template
from django.template import RequestContext
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opencairn.catalogue import locales, wording
from opencairn.catalogue.queries import Choice
from opencairn.programmes.models import Offering, ProgrammeVersion

register = template.Library()
register.filter("country", locales.country)
register.filter("level", wording.level)
register.filter("workload", wording.workload)
register.filter("part", wording.participation)
GAP = ' class="not-stated"'


@register.filter
def teaching(version: ProgrammeVersion) -> str:
    """Languages of teaching in the reader's own; "" where none is stated."""
    return wording.languages(version.languages)


@register.filter
def price(offering: Offering | None) -> str:
    """The price as money, or "Free"; "" where it is not stated."""
    return wording.price(offering)


@register.filter
def day(on: date) -> str:
    """A day in full, such as 14 September 2026."""
    return str(date_format(on))


@register.filter
def unlocalised(number: float) -> str:
    """A number as a drawing needs it, with a point in every language."""
    return f"{number:g}"


@register.filter
def add_to(number: float, more: float) -> str:
    """A sum as a drawing needs it."""
    return f"{number + more:g}"


@register.simple_tag(takes_context=True)
def without(context: RequestContext, name: str, code: str) -> str:
    """The address of this page without one choice; it starts at the first page again."""
    params = context["request"].GET.copy()
    params.setlist(name, [each for each in params.getlist(name) if each != code])
    params.pop("page", None)
    return f"?{params.urlencode()}"


@register.simple_tag
def boxes(name: str, choices: Iterable[Choice]) -> SafeString:
    """The choices of a filter as boxes to tick. A page has far more than a hundred, so each is one line of text."""
    lines = (
        f'<label class="choice"><input type="checkbox" name="{name}" value="{escape(each.code)}"'
        f' id="{name}-{each.key}"{" checked" if each.chosen else ""}>'
        f"<span{GAP if each.not_stated else ''}>{escape(each.words)}</span>"
        f'<span class="count">{number_format(each.count, force_grouping=True) if each.count > 999 else each.count}'
        f'<span class="only-heard">{escape(ngettext("course", "courses", each.count))}</span></span></label>'
        for each in choices
    )
    return mark_safe("".join(lines))  # noqa: S308 - names and keys are ours and plain, the rest is escaped


@register.simple_tag
def removal(title: str, words: str) -> str:
    """What a chip says: the filter and the choice."""
    return _("%(filter)s: %(choice)s") % {"filter": title, "choice": words}
