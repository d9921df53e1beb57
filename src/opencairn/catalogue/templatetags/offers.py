"""What a row or a column of the catalogue says about an offer, in words; and addresses with one choice taken back."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from html import escape

from babel.numbers import format_percent
from django import template
from django.template import Context, RequestContext
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext, to_locale
from django.utils.translation import gettext as _

from opencairn.catalogue import locales, shortages, wording
from opencairn.catalogue.queries import Choice, Hit
from opencairn.kit.text import pick
from opencairn.programmes.models import Offering, ProgrammeVersion
from opencairn.programmes.templatetags.stones import stone

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
def percent(part: Decimal) -> str:
    """A part of a whole, 0 to 1, in per cent as the reader writes it."""
    return str(format_percent(part, locale=to_locale(get_language() or "en")))


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


@register.simple_tag(takes_context=True)
def row(context: Context, hit: Hit, *, choosing: bool = True, note: str = "") -> SafeString:
    """One result as an item of a list: the course, its facts, its next run and, where asked, a box to tick.

    Written as text because a page has a dozen: as a template it took a quarter of the page's time.
    """
    version, provider, slug = hit.version, hit.programme.provider, hit.programme.slug
    wanted = (get_language() or "en", "en")
    (tongue, title), (other_tongue, other) = pick(version.title, wanted), hit.other_title
    spoken, summary = pick(hit.summary, wanted)
    at = f"{reverse('programmes:programme', args=[slug])}{context.get('carried', '')}"
    who = f'<a href="{reverse("catalogue:provider", args=[provider.slug])}">{escape(provider.name)}</a>'
    if provider.country:
        who += f", {escape(locales.country(provider.country))}"
    if other:
        who += f" · {_spoken('span', other_tongue, other)}"
    return mark_safe(  # noqa: S308 - every text is escaped; slugs and drawings are ours
        f'<li class="result"><div class="plate">{stone(version)}</div>\n<div class="result-text">'
        f'<h3>{_spoken("a", tongue, title, at)}</h3>\n<p class="small quiet">{who}</p>\n'
        + (f'<p class="advice">{escape(note)}</p>\n' if note else "")
        + (_spoken("p", spoken, Truncator(summary).chars(240)) if summary else "")
        + f'\n<ul class="facts-line">{_facts(hit)}</ul></div>\n<div class="result-offer">{_next_run(hit)}'
        + (_box(context, slug, tongue, title) if choosing else "")
        + "</div></li>"
    )


def _spoken(element: str, tongue: str, words: str, address: str = "") -> str:
    to = f' href="{escape(address)}"' if address else ""
    return f'<{element}{to} lang="{escape(tongue)}">{escape(words)}</{element}>'


def _gap(element: str, words: str) -> str:
    return f"<{element}{GAP}>{escape(words)}</{element}>"


def _facts(hit: Hit) -> str:
    version = hit.version
    workload, level = wording.workload(version), wording.level(version)
    if level and version.national_level:
        level = f"{level}, {version.national_level}"
    taught = ", ".join(filter(None, (wording.participation(version), wording.languages(version.languages))))
    standing = escape(hit.register_words)
    lines = [f'<li><span class="tag">{escape(_("Description incomplete"))}</span></li>'] if hit.is_listing else []
    lines += [
        f"<li><b>{escape(workload)}</b></li>" if workload else _gap("li", _("Workload not stated")),
        f"<li>{escape(level)}</li>" if level else _gap("li", _("Level not stated")),
        f"<li>{escape(taught)}</li>" if taught else _gap("li", _("Participation and language not stated")),
        f"<li>{standing}</li>" if hit.standing.accredited else f'<li><span class="tag">{standing}</span></li>',
    ]
    return "".join([*lines, *(f"<li>{each}</li>" for each in _lacking(version))])


def _lacking(version: ProgrammeVersion) -> list[str]:
    words = (_("Short of people: %(sector)s") % {"sector": each} for each in shortages.of(version.field_code))
    return [f'<span class="tag">{escape(each)}</span>' for each in words]


@register.simple_tag
def lacking(version: ProgrammeVersion) -> SafeString:
    """The sectors on the operator's list that a course leads to, each as a mark; "" for most."""
    return mark_safe(" ".join(_lacking(version)))  # noqa: S308 - every text is escaped


def _next_run(hit: Hit) -> str:
    cost, start = wording.price(hit.offering), hit.start
    said = f'<span class="price">{escape(cost)}</span>' if cost else _gap("span", _("Price not stated"))
    if not start:
        return said + _gap("span", _("No dates announced"))
    is_dated = hit.offering and hit.offering.starts_on
    words = _("Starts %(day)s") % {"day": start} if is_dated else _("Starts any day")
    return f"{said}<span>{escape(words)}</span>"


def _box(context: Context, slug: str, tongue: str, title: str) -> str:
    ticked = " checked" if slug in (context.get("ticked") or ()) else ""
    heard = f'<span class="only-heard" lang="{escape(tongue)}"> {escape(title)}</span>'
    return (
        f'<label class="choice"><input type="checkbox" name="p" value="{slug}" id="p-{slug}" form="browse"'
        f' hx-get="{escape(str(context.get("find", "")))}"{ticked}><span>{escape(_("Compare"))}{heard}</span></label>'
    )


@register.simple_tag
def removal(title: str, words: str) -> str:
    """What a chip says: the filter and the choice."""
    return _("%(filter)s: %(choice)s") % {"filter": title, "choice": words}
