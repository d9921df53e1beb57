"""The picture of a European Digital Credential: the model demands one for each language, as an image of each page.

The engine does not draw certificates. Whoever can, hands the pages in as PNG or JPEG; without them the page is a plain
SVG that says the facts of the credential and nothing else.
"""

import base64
import re
from typing import Any
from xml.sax.saxutils import escape

from opencairn.engine.model import Attainment

from .elm_vocabulary import concept

_BEGINNINGS = ((b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"<svg ", "SVG"))
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST = 90  # characters of a line


def picture(page: bytes) -> dict[str, Any]:
    """Return a page as a MediaObject. Raises ValueError where it is neither PNG, JPEG nor SVG."""
    kind = next((name for beginning, name in _BEGINNINGS if page.startswith(beginning)), None)
    if kind is None:
        raise ValueError("a page of a European Digital Credential must be a PNG, JPEG or SVG picture")
    return {
        "id": "",
        "type": "MediaObject",
        "content": base64.b64encode(page).decode(),
        "contentEncoding": concept("encoding", "base64"),
        "contentType": concept("file", kind),
    }


def plain_page(attainment: Attainment, title: str) -> bytes:
    """Return an SVG of A4 proportions with the title, the learner, the issuer, the day and the credential's id."""
    lines = (
        (120, 34, title),
        (190, 24, attainment.learner.name or attainment.learner.id),
        (250, 20, (attainment.awarding_body or attainment.issuer).name),
        (290, 20, attainment.awarded_on.isoformat()),
        (1080, 12, attainment.id),
    )
    drawn = "".join(
        f'<text x="60" y="{y}" font-family="sans-serif" font-size="{size}">{_shown(words)}</text>'
        for y, size, words in lines
        if words
    )
    sheet = '<rect width="794" height="1123" fill="#fff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 794 1123">{sheet}{drawn}</svg>'.encode()


def _shown(words: str) -> str:
    return escape(_NOT_IN_XML.sub("\ufffd", words[:_LONGEST]))
