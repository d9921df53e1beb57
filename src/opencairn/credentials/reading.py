"""Gets the text of a credential out of what a visitor brings: a file, a picture of a code, a pasted text, a link."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from opencairn.engine import baking
from opencairn.engine.canonical.strict_json import LARGEST
from opencairn.engine.objections import Objection, Unsupported
from opencairn.kit.errors import Refused
from opencairn.kit.fetch import CannotFetch

from .codes import code_in, is_picture
from .verification import read_address


class CannotRead(Refused):
    """There is nothing in what was brought that could be verified."""

    status = 422


class LengthMissing(Refused):
    """What was brought came in chunks, without saying how much there is of it."""

    status = 411


class TooLarge(Refused):
    """More bytes were brought than any credential needs."""

    status = 413


def too_large(limit: int = settings.LARGEST_UPLOAD) -> TooLarge:
    """Return the refusal of anything over a limit, in bytes."""
    return TooLarge(
        _("This is larger than %(limit)s MB. A credential is much smaller: bring the file as you were given it.")
        % {"limit": max(1, limit // 1024 // 1024)}
    )


def from_text(text: str, *, at: datetime) -> bytes:
    """Return the credential in a pasted text; a pasted link is followed."""
    text = text.strip().removeprefix("\ufeff").strip()
    if not text:
        raise CannotRead(_("There is nothing here yet. Bring a file, a link or the text of a credential."))
    if text.startswith(("http://", "https://")) and len(text.split()) == 1:
        return from_link(text, at=at)
    return opened(text.encode("utf-8", "replace"), at=at, way="text")


def from_link(link: str, *, at: datetime) -> bytes:
    """Return the document behind a link. Raises CannotRead, saying what went wrong at that address."""
    link = link.strip()
    if "://" not in link and "." in link.split("/")[0]:
        link = f"https://{link}"
    try:
        address = urlsplit(link)
    except ValueError:
        address = urlsplit("")
    if address.scheme not in {"http", "https"} or not address.netloc or not link.isprintable():
        raise CannotRead(_("This is not a link that we can follow. It has to start with https://"))
    try:
        return opened(read_address(link.split("#")[0], at=at), at=at, way="link")
    except CannotFetch as error:
        raise CannotRead(
            _("We could not read a credential at this link. It may have been taken back. Ask the holder for a file."),
            details=(str(error),),
        ) from error


def opened(data: bytes, *, at: datetime, way: str = "file") -> bytes:
    """Return the credential inside a file: JSON as it is, or taken out of PNG, SVG, PDF or a QR code.

    ``way`` is how it came: "file", "link" or "text". Codes are looked for in files alone: a link may not lead to a
    picture that leads to a link, and so on.
    """
    if len(data) > settings.LARGEST_UPLOAD:
        raise too_large()
    if not data.strip():
        raise CannotRead(_("The file is empty. Bring it as you were given it."))
    try:
        return _limited(baking.unwrap(data))
    except Unsupported:
        return data  # the report says of which kind it is
    except Objection as error:
        if way == "file" and is_picture(data) and (code := code_in(data)):
            return from_text(code, at=at)
        raise CannotRead(_why(data, way), details=(error.why,)) from error


def _limited(text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if len(data) > LARGEST:
        raise too_large(LARGEST)
    return data


def _why(data: bytes, way: str) -> str:
    if is_picture(data):
        return _("There is no credential in this picture, and no QR code that we can read. Try a sharper picture.")
    if data.startswith(b"%PDF"):
        return _("There is no credential attached to this PDF. Ask the holder for the file or for a link.")
    if way == "text":
        return _("This text is not a credential. Paste all of it, from the first { to the last }, or bring the file.")
    if way == "link":
        return _("There is no credential at this link. Ask the holder for a link to the credential, or for the file.")
    return _("This is not a credential that we can read. Bring a JSON, PNG, SVG or PDF file.")
