"""Credentials inside pictures and documents: PNG, SVG and PDF, and token files.

Sources: 1EdTech Open Badges 3.0, document formats; Open Badges 2.0 Baking Specification; PNG (ISO/IEC 15948) §11.3.
``unwrap`` looks at what the data is, never at a file name, and reads hostile input with limits on size and time.
"""

import json
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree as ET  # only to build and write; reading goes through defusedxml

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .attachment import ANSWER_EXTRA, LARGEST, MOST_ATTACHMENTS, TOO_LARGE, attach_pdf
from .canonical.strict_json import shown
from .objections import Malformed, NotACredential, Objection, Unread, Unsupported

__all__ = ["attach_pdf", "bake_png", "bake_svg", "is_token", "unwrap"]

LARGEST_FILE, LARGEST_PDF = 8_000_000, 4_000_000  # bytes
_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_CHUNKS = 20_000  # of a PNG
_MOST_TAGS, _MOST_ATTRIBUTES = 100_000, 20_000  # of an SVG
_KEYWORD = b"openbadgecredential"
_KEYWORDS = (_KEYWORD, b"openbadges")  # Open Badges 3.0 and 2.0
_TEXTS = (b"iTXt", b"tEXt", b"zTXt")
_SVG = "http://www.w3.org/2000/svg"
_BADGES = "https://purl.imsglobal.org/ob/v3p0"
_CREDENTIAL = f"{{{_BADGES}}}credential"
_ELEMENTS = (_CREDENTIAL, "{http://openbadges.org}assertion")  # Open Badges 3.0 and 2.0
_EUROPASS = "{http://data.europa.eu/snb}europassCredential"
_XML_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_COMPACT = re.compile(r"[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*(~[A-Za-z0-9_.~-]*)?")
_ADDRESS = re.compile(r"https?://\S+")
_PDF_SECONDS = 3  # much more than the process gives itself, for a busy machine


def is_token(text: str) -> bool:
    """Whether a text has the form of a signed token: JWT, JWS or SD-JWT, compact."""
    return _COMPACT.fullmatch(text) is not None


def unwrap(data: bytes) -> str:
    """Return the JSON or token text of a credential from JSON, a token, PNG, SVG or PDF, or raise an ``Objection``.

    A badge of Open Badges 2.0 may stand in a picture as a mere address: ``Unsupported`` "hosted-address" tells it.
    """
    is_pdf = data[:1024].lstrip().startswith(b"%PDF-")
    largest, what = (LARGEST_PDF, "PDF") if is_pdf else (LARGEST_FILE, "file")
    if len(data) > largest:
        told = f"The {what} is larger than {largest:,} bytes, so it was not read."
        raise Unread(told, "too-large", largest=str(largest))
    if data.startswith(_PNG):
        text = _no_address(_from_png(data))
    elif is_pdf:
        text = _from_pdf(data)
    else:
        text = _decoded(data)
        if text.startswith("<"):
            text = _no_address(_from_xml(text))
    text = text.strip()
    if not text.startswith(("{", "[")) and not is_token(text):
        raise NotACredential("There is no credential in this data.", "no-credential")
    return text


def _no_address(text: str) -> str:
    """Return what stood in a picture, unless it is the address of a badge."""
    if _ADDRESS.fullmatch(text.strip()):
        url = shown(text.strip(), longest=2000)
        raise Unsupported(
            f"The picture holds no badge itself, it says that one is at {url}.", "hosted-address", url=url
        )
    return text


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise NotACredential(
            "This is neither text nor a picture or PDF that could hold a credential.", "not-text"
        ) from None


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield (kind, body, whole chunk) for every chunk of a PNG, checking lengths and checksums."""
    place = len(_PNG)
    for _ in range(_MOST_CHUNKS):
        if place + 12 > len(png):
            raise Malformed("The PNG picture is cut short.", "png-damaged")
        length, kind = struct.unpack_from(">I4s", png, place)
        end = place + 12 + length
        body = png[place + 8 : end - 4]
        if end > len(png) or struct.unpack_from(">I", png, end - 4)[0] != zlib.crc32(kind + body):
            raise Malformed("The PNG picture is damaged.", "png-damaged")
        yield kind, body, png[place:end]
        place = end
        if kind == b"IEND":
            return
    raise Unread("The PNG picture has more parts than this verifier looks through.", "too-large")


def _from_png(png: bytes) -> str:
    found: str | None = None
    for kind, body, _ in _chunks(png):
        if kind in _TEXTS and body.partition(b"\0")[0] in _KEYWORDS:
            if found is not None:
                raise _several()
            found = _text_of(kind, body)
    if found is None:
        raise NotACredential("This picture holds no credential.", "no-credential")
    return found


def _several() -> Malformed:
    return Malformed("The picture holds more than one credential.", "baked-twice")


def _text_of(kind: bytes, body: bytes) -> str:
    """Return the text of a tEXt, zTXt or iTXt chunk (PNG §11.3.3), unpacking at most ``LARGEST`` bytes."""
    text = body.partition(b"\0")[2]
    try:
        if kind == b"tEXt":
            return _plain(text)
        if kind == b"zTXt":
            return _plain(_unpacked(text[:1], text[1:]))
        is_packed, rest = text[:1] != b"\0", text[2:].split(b"\0", 2)[2]
        return (_unpacked(text[1:2], rest) if is_packed else rest).decode("utf-8")
    except (IndexError, zlib.error, UnicodeDecodeError):
        raise Malformed("The credential in the picture is damaged.", "png-damaged") from None


def _plain(text: bytes) -> str:
    """Read a text that PNG wants in Latin-1 and that most bakers write in UTF-8."""
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _unpacked(method: bytes, packed: bytes) -> bytes:
    if method != b"\0":
        raise Malformed("The credential in the picture is packed in a way that PNG does not know.", "png-damaged")
    unpack = zlib.decompressobj()
    text = unpack.decompress(packed, LARGEST + 1)
    if len(text) > LARGEST:
        told = f"The credential in the picture is larger than {LARGEST:,} bytes, so it was not read."
        raise Unread(told, "too-large", largest=str(LARGEST))
    if not unpack.eof:
        raise Malformed("The credential in the picture is cut short.", "png-damaged")
    return text


def bake_png(png: bytes, text: str) -> bytes:
    """Return the PNG with this credential in it, exactly once; an older one is replaced."""
    if not png.startswith(_PNG):
        raise ValueError("not a PNG picture")
    body = _KEYWORD + b"\0\0\0\0\0" + text.encode()
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    kept = [_PNG]
    for kind, inner, whole in _chunks(png):
        if kind not in _TEXTS or inner.partition(b"\0")[0] not in _KEYWORDS:
            kept.append(whole)
        if kind == b"IHDR":
            kept.append(chunk)
    return b"".join(kept)


def _svg_root(text: str) -> ET.Element:
    if text.count("<") > _MOST_TAGS or text.count("=") > _MOST_ATTRIBUTES:
        raise Unread("The SVG picture has more parts than this verifier looks through.", "svg-large")
    try:
        root: ET.Element = fromstring(text)
    except (ET.ParseError, DefusedXmlException, ValueError, RecursionError):
        raise NotACredential(
            "This is not a picture or a document that could hold a credential.", "no-credential"
        ) from None
    return root


def _from_xml(text: str) -> str:
    root = _svg_root(text)
    if root.tag == _EUROPASS:
        raise _older_european(root)
    if root.tag != f"{{{_SVG}}}svg":
        raise NotACredential("This XML is not a picture that could hold a credential.", "no-credential")
    return _from_svg(root)


def _older_european(root: ET.Element) -> Objection:
    """Return what is said of the XML form that European credentials had before the European Learning Model 3."""
    if root.find(f".//{_XML_SIGNATURE}") is None:
        return Malformed("This is a European credential in its older form, XML, and it is not signed.", "xml-unsigned")
    return Unsupported(
        "This is a European credential in its older form, XML, under a seal that this verifier does not check.",
        "xml-sealed",
    )


def _from_svg(root: ET.Element) -> str:
    found = [element for element in root.iter() if element.tag in _ELEMENTS]
    if len(found) > 1:
        raise _several()
    if not found:
        raise NotACredential("This picture holds no credential.", "no-credential")
    beside, inside = (found[0].get("verify") or "").strip(), (found[0].text or "").strip()
    if not _ADDRESS.fullmatch(beside):
        if beside and inside and beside != inside:
            raise _several()
        return beside or inside
    return inside or beside  # Open Badges 2.0 puts the badge's address beside the badge


def bake_svg(svg: str, text: str) -> str:
    """Return the SVG with this credential in it, exactly once and first; an older one is replaced.

    JSON stands inside the element, a token in its ``verify`` attribute.
    """
    root = _svg_root(svg)
    if root.tag != f"{{{_SVG}}}svg":
        raise ValueError("not an SVG picture")
    for parent in list(root.iter()):
        for older in [child for child in parent if child.tag in _ELEMENTS]:
            parent.remove(older)
    for prefix, space in (("", _SVG), ("openbadges", _BADGES), ("xlink", "http://www.w3.org/1999/xlink")):
        ET.register_namespace(prefix, space)
    element = ET.Element(_CREDENTIAL)
    if is_token(text):
        element.set("verify", text)
    else:
        element.text = text
    root.insert(0, element)
    return ET.tostring(root, encoding="unicode")


def _from_pdf(pdf: bytes) -> str:
    """Return the credential attached to a PDF, read in a process of its own that may be stopped.

    A process that gave no answer says nothing about the PDF: the machine may be busy, or somebody made it too large.
    """
    command = [sys.executable, "-P", "-W", "ignore", "-m", "opencairn.engine.attachment"]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=pdf, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_PDF_SECONDS, check=False
        )
        found = json.loads(done.stdout[: 2 * (6 * LARGEST + ANSWER_EXTRA)])["found"]
    except (subprocess.TimeoutExpired, ValueError):
        raise Unread(
            "The PDF could not be read within the time and the memory that this verifier gives to one.", "pdf-unread"
        ) from None
    if found is None:
        raise Unread(
            f"This PDF has more than {MOST_ATTACHMENTS} attachments, so none was looked at.",
            "attached-many",
            most=str(MOST_ATTACHMENTS),
        )
    if not found:
        raise NotACredential("This PDF has no credential attached.", "no-credential")
    if found == [TOO_LARGE]:
        told = f"The credential in the PDF is larger than {LARGEST:,} bytes, so it was not read."
        raise Unread(told, "too-large", largest=str(LARGEST))
    if len(found) > 1:
        raise Unsupported("This PDF has several credentials attached. Check each on its own.", "attached-several")
    return str(found[0])
