"""Reading files from strangers: plain or gzipped, with limits, and values that are checked before they are kept."""

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from opencairn.kit.text import CONTROL

from .row import BrokenFile

MEGABYTE = 1024 * 1024
LARGEST_FILE = 64 * MEGABYTE  # after unpacking
LARGEST_LINE = MEGABYTE
MOST_ROWS = 200_000
LONGEST = {"title": 300, "provider": 250, "text": 20_000, "short": 200}

NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,2})?")


class BadValue(ValueError):  # noqa: N818 - it names the thing, as the message does
    """One value of a record cannot be taken; the message says which, and why."""


def lines(file: BinaryIO) -> Iterator[str]:
    """Yield the lines of a UTF-8 file, unpacked where it is gzipped; never more than 64 MB or 1 MB in one line.

    Raises BrokenFile where it is cut off, damaged, not UTF-8 or too big.
    """
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    source: Any = gzip.GzipFile(fileobj=file) if packed else file
    read = 0
    try:
        while line := source.readline(LARGEST_LINE + 1):
            read += len(line)
            if read > LARGEST_FILE or len(line) > LARGEST_LINE:
                raise BrokenFile(
                    _("The file is too big: at most 64 MB after unpacking, and 1 MB in one line. Split or check it.")
                )
            yield line.decode("utf-8-sig" if read == len(line) else "utf-8")
    except (OSError, EOFError, zlib.error) as error:
        raise BrokenFile(_("The file is damaged or cut off. Download it again and check its size.")) from error
    except UnicodeDecodeError as error:
        raise BrokenFile(_("The file is not text in UTF-8. Save it as UTF-8, plain or gzipped.")) from error


def said(value: Any, name: str, *, longest: str = "text") -> str:
    """Return a text value without space around it. Raises BadValue for other types, control characters, over-length."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadValue(_("%(name)s has to be text.") % {"name": name})
    words = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if CONTROL.search(words):
        raise BadValue(_("%(name)s contains control characters. Remove them.") % {"name": name})
    try:
        words.encode()
    except UnicodeEncodeError as error:
        raise BadValue(_("%(name)s contains half a character. Repair the encoding.") % {"name": name}) from error
    if len(words) > LONGEST[longest]:
        raise BadValue(
            _("%(name)s is too long: %(length)d characters, at most %(most)d.")
            % {"name": name, "length": len(words), "most": LONGEST[longest]}
        )
    return words


def number(value: Any, name: str) -> Decimal | None:
    """Return a number of at least 0 with at most two decimals; None where nothing is stated. Raises BadValue."""
    if value is None or value == "":
        return None
    words = value.strip() if isinstance(value, str) else str(value) if type(value) in {int, float} else ""
    if not NUMBER.fullmatch(words):
        raise BadValue(
            _("%(name)s is not a number of 0 or more with at most two decimals: %(value)s")
            % {"name": name, "value": repr(value)[:60]}
        )
    try:
        return Decimal(words)
    except InvalidOperation as error:  # pragma: no cover - the pattern lets only numbers through
        raise BadValue(name) from error


def record(line: str) -> dict[str, Any]:
    """Return the JSON object of one line. Raises BadValue where it is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadValue(_("This line is not JSON.")) from error
    if not isinstance(found, dict):
        raise BadValue(_("This line is not a JSON object."))
    return found
