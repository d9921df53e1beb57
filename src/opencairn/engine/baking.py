"""Credentials inside pictures and documents: PNG, SVG and PDF (1EdTech Open Badges 3.0, document exchange).

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

from .attachment import ANSWER_EXTRA, LARGEST, attach_pdf
from .objections import Malformed, NotACredential, Unsupported

__all__ = ["attach_pdf", "bake_png", "bake_svg", "unwrap"]

LARGEST_FILE = 8_000_000  # bytes
_PNG = b"\x89PNG\r\n\x1a\n"
_KEYWORD = b"openbadgecredential"
_OLD_KEYWORD = b"openbadges"
_SVG = "http://www.w3.org/2000/svg"
_BADGES = "https://purl.imsglobal.org/ob/v3p0"
_COMPACT = re.compile(r"[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*(~[A-Za-z0-9_.~-]*)?")
_PDF_SECONDS = 5  # a little more than the process gives itself, for a busy machine


def unwrap(data: bytes) -> str:
    """Return the credential's JSON text from JSON, PNG, SVG or PDF data, or raise an ``Objection``."""
    if len(data) > LARGEST_FILE:
        raise Malformed(
            f"The file is larger than {LARGEST_FILE:,} bytes, so it was not read.",
            "too-large",
            largest=str(LARGEST_FILE),
        )
    if data.startswith(_PNG):
        text = _from_png(data)
    elif data[:1024].lstrip().startswith(b"%PDF-"):
        text = _from_pdf(data)
    else:
        text = _decoded(data)
        if text.startswith("<"):
            text = _from_svg(text)
    text = text.strip()
    if not text.startswith(("{", "[")) and not _COMPACT.fullmatch(text):
        raise NotACredential("There is no credential in this data.", "no-credential")
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
    while place + 12 <= len(png):
        length, kind = struct.unpack_from(">I4s", png, place)
        end = place + 12 + length
        body = png[place + 8 : end - 4]
        if end > len(png) or struct.unpack_from(">I", png, end - 4)[0] != zlib.crc32(kind + body):
            raise Malformed("The PNG picture is damaged.", "png-damaged")
        yield kind, body, png[place:end]
        place = end
        if kind == b"IEND":
            return
    raise Malformed("The PNG picture is cut short.", "png-damaged")


def _from_png(png: bytes) -> str:
    found, is_old = [], False
    for kind, body, _ in _chunks(png):
        keyword = body.partition(b"\0")[0]
        if kind == b"iTXt" and keyword == _KEYWORD:
            found.append(_international_text(body))
        is_old = is_old or (kind in (b"iTXt", b"tEXt", b"zTXt") and keyword == _OLD_KEYWORD)
    if len(found) > 1:
        raise Malformed("The picture holds more than one credential.", "baked-twice")
    if found:
        return found[0]
    if is_old:
        raise Unsupported(
            "The picture holds an Open Badges 2.0 badge, which this verifier does not read.", "open-badges-2"
        )
    raise NotACredential("This picture holds no credential.", "no-credential")


def _international_text(body: bytes) -> str:
    """Return the text of an iTXt chunk (PNG 11.3.3.4)."""
    parts = body.partition(b"\0")[2]
    if len(parts) < 2:
        raise Malformed("The credential in the picture is damaged.", "png-damaged")
    is_packed, rest = parts[0] == 1, parts[2:].split(b"\0", 2)
    try:
        text = rest[2]
        if is_packed:
            unpack = zlib.decompressobj()
            text = unpack.decompress(text, LARGEST)
            if not unpack.eof:
                raise Malformed("The credential in the picture is too large or cut short.", "png-damaged")
        return text.decode("utf-8")
    except (IndexError, zlib.error, UnicodeDecodeError):
        raise Malformed("The credential in the picture is damaged.", "png-damaged") from None


def bake_png(png: bytes, text: str) -> bytes:
    """Return the PNG with this credential in it, exactly once; an older one is replaced."""
    if not png.startswith(_PNG):
        raise ValueError("not a PNG picture")
    body = _KEYWORD + b"\0\0\0\0\0" + text.encode()
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    kept = [_PNG]
    for kind, inner, whole in _chunks(png):
        if kind != b"iTXt" or inner.partition(b"\0")[0] != _KEYWORD:
            kept.append(whole)
        if kind == b"IHDR":
            kept.append(chunk)
    return b"".join(kept)


def _svg_root(text: str) -> ET.Element:
    try:
        root: ET.Element = fromstring(text)
    except (ET.ParseError, DefusedXmlException, ValueError, RecursionError):
        raise NotACredential(
            "This is not a picture or a document that could hold a credential.", "no-credential"
        ) from None
    return root


def _from_svg(text: str) -> str:
    root = _svg_root(text)
    if root.tag != f"{{{_SVG}}}svg":
        raise NotACredential("This XML is not a picture that could hold a credential.", "no-credential")
    found = root.findall(f"{{{_BADGES}}}credential")
    if len(found) > 1:
        raise Malformed("The picture holds more than one credential.", "baked-twice")
    if not found:
        raise NotACredential("This picture holds no credential.", "no-credential")
    return found[0].get("verify") or found[0].text or ""


def bake_svg(svg: str, text: str) -> str:
    """Return the SVG with this credential in it, exactly once and first; an older one is replaced."""
    root = _svg_root(svg)
    if root.tag != f"{{{_SVG}}}svg":
        raise ValueError("not an SVG picture")
    for older in root.findall(f"{{{_BADGES}}}credential"):
        root.remove(older)
    for prefix, space in (("", _SVG), ("openbadges", _BADGES), ("xlink", "http://www.w3.org/1999/xlink")):
        ET.register_namespace(prefix, space)
    element = ET.Element(f"{{{_BADGES}}}credential")
    element.text = text
    root.insert(0, element)
    return ET.tostring(root, encoding="unicode")


def _from_pdf(pdf: bytes) -> str:
    """Return the credential attached to a PDF, read in a process of its own that may be stopped."""
    command = [sys.executable, "-P", "-W", "ignore", "-m", "opencairn.engine.attachment"]
    try:
        done = subprocess.run(command, input=pdf, capture_output=True, timeout=_PDF_SECONDS, check=False)  # noqa: S603
        answer = json.loads(done.stdout[: 6 * LARGEST + ANSWER_EXTRA])
    except (subprocess.TimeoutExpired, ValueError):
        raise Malformed("The PDF could not be read.", "pdf-damaged") from None
    if answer["found"] is None:
        raise NotACredential("This PDF has no credential attached.", "no-credential")
    return str(answer["found"])
