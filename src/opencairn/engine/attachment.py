"""Credentials attached to PDF files.

Reading a stranger's PDF can take any amount of memory and time, so ``baking`` runs this module as a process of its
own: it takes the PDF on standard input, limits itself, and answers with one JSON object, ``{"found": [text, …]}``, with
at most two texts, for one credential is read and two are too many; or null where there are too many attachments.
"""

import io
import json
import logging
import re
import resource
import signal
import sys
import zlib
from contextlib import suppress
from itertools import islice
from typing import Any

import pikepdf

LARGEST = 1_000_000  # bytes of one attachment
TOO_LARGE = ""
ANSWER_EXTRA = 64
MOST_ATTACHMENTS = 20
_MEMORY = 400_000_000  # bytes of address space
_SECONDS = 0.6  # of processor time for the PDF; with what Python takes to begin, less than a second
_TOKEN = re.compile(r"ey[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*(~[A-Za-z0-9_.~-]*)?")
_BEGINNING = re.compile(r'\{.*"@context"|\{.*"payload"|ey[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{1000}', re.DOTALL)
_NO_MEMORY = "bad_alloc"  # in the words of qpdf, which goes on after a lack of memory as if that part were damaged
_UNREADABLE = (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, RecursionError)


def attach_pdf(pdf: bytes, name: str, text: str) -> bytes:
    """Return the PDF with this text attached under a file name; an older attachment of that name is replaced."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        attached = pikepdf.AttachedFileSpec(
            document,
            text.encode(),
            filename=name,
            mime_type="application/vc",
            description="Signed credential",
            creation_date="",
            mod_date="",
        )
        document.attachments[name] = attached
        written = io.BytesIO()
        document.save(written, deterministic_id=True)
    return written.getvalue()


def find(pdf: bytes) -> list[str] | None:
    """Return the attached texts of a PDF that look like credentials, each once: JSON with proofs, or tokens.

    ``TOO_LARGE`` stands for those of more than ``LARGEST`` bytes that begin like one, which are not read.
    None where there are more than ``MOST_ATTACHMENTS``: what stands behind the last that is looked at would be hidden.
    Raises ``MemoryError`` where a part was passed over because there was no memory for it.
    """
    found: list[str] | None = []
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            with suppress(*_UNREADABLE):
                found = _found(document)
            warnings = document.get_warnings()
    except _UNREADABLE:
        warnings = _told_of(pdf)
    if any(_NO_MEMORY in each for each in warnings):
        raise MemoryError("a part of the PDF needs more memory than there is")
    return found


def _found(document: pikepdf.Pdf) -> list[str] | None:
    found: list[str] = []
    names = list(islice(document.attachments, MOST_ATTACHMENTS + 1))
    if len(names) > MOST_ATTACHMENTS:
        return None
    for name in names:
        text = _attached(document, name)
        if text is not None and text not in found and len(found) < 2:
            found.append(text)
    return found


class _Heard(logging.Handler):
    """Keeps what qpdf says while it reads."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


def _told_of(pdf: bytes) -> list[str]:
    """Return what qpdf says of a PDF that cannot be opened, which it tells in no other way."""
    heard, logger = _Heard(), logging.getLogger("pikepdf")
    logger.addHandler(heard)
    try:
        with suppress(*_UNREADABLE):
            pikepdf.open(io.BytesIO(pdf), suppress_warnings=False).close()
    except SystemError:  # what was said is no text, so nobody knows what it was
        return [_NO_MEMORY]
    finally:
        logger.removeHandler(heard)
    return heard.told


def _attached(document: pikepdf.Pdf, name: str) -> str | None:
    """Return a credential that is attached, None for anything else: what cannot be read hides nothing beside it."""
    try:
        data = _data(document.attachments[name].obj)
        text = data[:LARGEST].decode("utf-8", "strict" if len(data) <= LARGEST else "ignore")
    except (*_UNREADABLE, zlib.error):
        return None
    text = text.lstrip("\ufeff").strip()
    if len(data) > LARGEST:
        return TOO_LARGE if _BEGINNING.match(text) else None
    return text if _is_credential(text) else None


def _is_credential(text: str) -> bool:
    if text.startswith("{"):
        return '"@context"' in text or ('"payload"' in text and '"signature' in text)
    return _TOKEN.fullmatch(text) is not None


def _data(specification: Any) -> bytes:
    """Return an attachment, or its beginning: at most one byte more than ``LARGEST`` is unpacked."""
    stream = specification.EF.F
    data = bytes(stream.read_raw_bytes())
    packing = stream.get("/Filter")
    names = [str(each) for each in packing] if isinstance(packing, pikepdf.Array) else [str(packing)] if packing else []
    if names == ["/FlateDecode"]:
        return zlib.decompressobj().decompress(data, LARGEST + 1)
    if names:
        raise ValueError("packed in a way that is not followed")
    return data


def main() -> None:
    """Answer for the PDF on standard input, within limits of memory and time."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    signal.setitimer(signal.ITIMER_PROF, _SECONDS)  # its signal ends the process, whatever that is at
    json.dump({"found": find(sys.stdin.buffer.read())}, sys.stdout)


if __name__ == "__main__":
    main()
