"""What a public programme page gives to machines: its description as data within the page, and files to download."""

import json
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from opencairn.catalogue.exchange import description_of
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
    document = schema_org.embedded(_described(version))
    words = json.dumps(document, ensure_ascii=False).translate(ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{words}</script>')  # noqa: S308 - escaped for this element


@register.inclusion_tag("catalogue/_downloads.html")
def downloads(version: ProgrammeVersion) -> dict[str, Any]:
    """Every format, with what it demands where the description does not state it."""
    described = _described(version)
    return {"slug": version.programme.slug, "formats": [(form, form.lacks(described)) for form in FORMATS]}
