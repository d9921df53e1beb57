"""What a public programme page gives to machines: its description as data within the page, and files to download."""

import json
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from opencairn.catalogue.exchange import description_of
from opencairn.catalogue.queries import Results
from opencairn.people.models import Organisation
from opencairn.programmes.exchange import address_of, organisation_facts
from opencairn.programmes.formats import FORMATS, Description, schema_org
from opencairn.programmes.models import ProgrammeVersion

register = template.Library()
ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}  # so that no text can end the element


def _described(version: ProgrammeVersion) -> Description:
    """The description, read once for a page however often it is asked for."""
    kept = vars(version)
    if "_described" not in kept:
        kept["_described"] = description_of(version, timezone.now().date())
    found: Description = kept["_described"]
    return found


@register.simple_tag
def structured_data(version: ProgrammeVersion) -> SafeString:
    """The description as schema.org, in an element that browsers take for data: no policy on scripts concerns it."""
    return _element(schema_org.embedded(_described(version)))


@register.simple_tag
def structured_results(results: Results) -> SafeString:
    """A page of results as a schema.org ItemList; each page of a course says the rest itself."""
    listed = [(address_of(hit.programme.slug), hit.version.title) for hit in results.hits]
    return _element(schema_org.embedded_list(listed, first=results.page.start_index() or 1))


@register.simple_tag
def structured_organisation(organisation: Organisation) -> SafeString:
    """An organisation as schema.org, by the same address as in the descriptions of its courses."""
    who = organisation_facts(organisation)
    return _element(
        schema_org.embedded_organisation(who, description=organisation.description, website=organisation.website)
    )


def _element(document: dict[str, Any]) -> SafeString:
    words = json.dumps(document, ensure_ascii=False).translate(ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{words}</script>')  # noqa: S308 - escaped for this element


@register.inclusion_tag("catalogue/_downloads.html")
def downloads(version: ProgrammeVersion) -> dict[str, Any]:
    """Every format, with what it demands where the description does not state it."""
    described = _described(version)
    return {"slug": version.programme.slug, "formats": [(form, form.lacks(described)) for form in FORMATS]}
