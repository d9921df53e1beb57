"""Files of any length, record by record: only one record is ever in memory, whoever made the file.

What has to be kept until the end of the file (a record that others refer to, the identifiers seen) is kept on disk.
"""

import codecs
import gzip
import json
import sqlite3
import zlib
from collections.abc import Iterator
from decimal import Decimal
from types import TracebackType
from typing import Any, BinaryIO

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from django.utils.translation import gettext as _

from .row import BrokenFile

LARGEST_FILE = 4 * 1024**3  # bytes after unpacking
LARGEST_RECORD = 2 * 1024**2
MOST_RECORDS = 2_000_000
CHUNK = 64 * 1024


class Unpacked:
    """The bytes of a plain or gzipped file, counted: never more than a record between two marks."""

    def __init__(self, file: BinaryIO) -> None:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        self.source: Any = gzip.GzipFile(fileobj=file) if packed else file
        self.total = self.since = self.records = 0

    def read(self, size: int = CHUNK) -> bytes:
        """Return the next bytes. Raises BrokenFile where the file is damaged, or too big."""
        try:
            data: bytes = self.source.read(min(size, CHUNK) if size > 0 else CHUNK)
        except (OSError, EOFError, zlib.error) as error:
            raise BrokenFile(_("The file is damaged or cut off. Download it again and check its size.")) from error
        self.total += len(data)
        self.since += len(data)
        if self.total > LARGEST_FILE:
            raise BrokenFile(_("The file is too big: at most 4 GB after unpacking. Split it."))
        if self.since > LARGEST_RECORD + CHUNK:
            raise BrokenFile(
                _("Record %(number)d of the file is too big: at most 2 MB. Check the file.")
                % {"number": self.records + 1}
            )
        return data

    def mark(self) -> None:
        """Say that a record ends here."""
        self.since = 0
        self.records += 1
        if self.records > MOST_RECORDS:
            raise BrokenFile(_("The file has too many rows: at most %(most)d.") % {"most": MOST_RECORDS})


class _Text:
    """JSON text, of which only what has not been decoded yet is in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self.bytes, self.held, self.at, self.ended = Unpacked(file), "", 0, False
        self.decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self.decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_number)

    def more(self) -> None:
        data = self.bytes.read()
        self.ended = not data
        try:
            self.held = self.held[self.at :] + self.decode(data, self.ended)
        except UnicodeDecodeError as error:
            raise BrokenFile(_("The file is not text in UTF-8. Save it as UTF-8, plain or gzipped.")) from error
        self.at = 0

    def peek(self) -> str:
        """Return the next sign that is no space, "" at the end of the file."""
        while True:
            while self.at < len(self.held) and self.held[self.at] in " \t\r\n":
                self.at += 1
            if self.at < len(self.held) or self.ended:
                return self.held[self.at : self.at + 1]
            self.more()

    def take(self, signs: str) -> str:
        """Return the next sign, which has to be one of these."""
        found = self.peek()
        if not found or found not in signs:
            raise _cut_off() if not found else self.garbled()
        self.at += 1
        return found

    def value(self) -> Any:
        """Return the next value whole."""
        self.peek()
        while True:
            try:
                found, end = self.decoder.raw_decode(self.held, self.at)
            except RecursionError as error:
                raise self.garbled() from error
            except ValueError as error:
                if self.ended:
                    raise (_cut_off() if self.bytes.records else self.garbled()) from error
            else:
                if end < len(self.held) or self.ended:
                    self.at = end
                    return found
            for _chunk in range(1 + (len(self.held) - self.at) // CHUNK):  # twice as much, so that it stays linear
                self.more()

    def garbled(self) -> BrokenFile:
        return BrokenFile(
            _("The file is not proper JSON after record %(number)d. Check it.") % {"number": self.bytes.records}
        )


def _cut_off() -> BrokenFile:
    return BrokenFile(_("The file is damaged or cut off. Download it again and check its size."))


def _no_number(_words: str) -> None:
    raise ValueError("not a number")


def json_records(file: BinaryIO, *lists: str) -> Iterator[Any]:
    """Yield the records of a JSON file: the items of an array, or of the member of an object that is named here.

    An object without such a member is itself the one record.
    """
    text = _Text(file)
    opening = text.peek()
    if not opening or opening not in "[{":
        raise BrokenFile(_("The file is not JSON: it begins with neither { nor [."))
    yield from _items(text) if opening == "[" else _members(text, lists)
    if text.peek():
        raise text.garbled()


def _items(text: _Text) -> Iterator[Any]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        found = text.value()
        text.bytes.mark()
        yield found
        if text.take(",]") == "]":
            return


def _members(text: _Text, lists: tuple[str, ...]) -> Iterator[Any]:
    text.take("{")
    whole: dict[str, Any] = {}
    listed = False
    while text.peek() == '"':
        name = text.value()
        text.take(":")
        if name in lists and text.peek() == "[":
            listed = True
            yield from _items(text)
        else:
            whole[name] = text.value()
        if text.take(",}") == "}":
            break
    else:
        text.take("}")
    if not listed:
        yield whole


def xml_records(file: BinaryIO, depth: int) -> Iterator[tuple[str, Any]]:
    """Yield the elements at this depth under the root, each with the local name of the element it stands in.

    No declaration of document types or entities is taken, and nothing is fetched.
    """
    source = Unpacked(file)
    path: list[Any] = []
    try:
        for event, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                path.append(element)
                continue
            path.pop()
            if len(path) == depth:
                source.mark()
                yield local(path[-1].tag), element
            if len(path) <= depth:
                element.clear()
                for each in path:
                    each.clear()
    except ParseError as error:
        raise BrokenFile(
            _("The file is not proper XML, or it is cut off: line %(line)d, column %(column)d.")
            % {"line": error.position[0], "column": error.position[1]}
        ) from error
    except DefusedXmlException as error:
        raise BrokenFile(
            _("The file declares document types or entities. Remove them: no catalogue needs any.")
        ) from error
    except (LookupError, ValueError) as error:
        raise BrokenFile(_("The file names an encoding that is not known. Save it as UTF-8.")) from error


def local(tag: str) -> str:
    """Return the name of an element without its namespace."""
    return tag.rpartition("}")[2]


class Scratch:
    """A table on disk that is gone when it is closed."""

    def __init__(self) -> None:
        self.database = sqlite3.connect("")  # a file of SQLite's own, in the folder for temporary files
        self.database.executescript(
            "pragma journal_mode=off; pragma cache_size=-8000;"
            "create table kept (kind text, name text, number integer, value text, primary key (kind, name));"
            "create index kept_in_order on kept (kind, number)"
        )

    def __enter__(self) -> "Scratch":
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.database.close()

    def keep(self, kind: str, name: str, number: int, value: Any = None) -> int:
        """Keep a value under a name; the first of a name stays. Return the number of the first."""
        words = json.dumps(value, default=str)
        done = self.database.execute("insert or ignore into kept values (?, ?, ?, ?)", (kind, name, number, words))
        if done.rowcount:
            return number
        found = self.database.execute("select number from kept where kind = ? and name = ?", (kind, name)).fetchone()
        return int(found[0])

    def named(self, kind: str, name: str) -> Any:
        """Return the value kept under a name, None where there is none."""
        found = self.database.execute("select value from kept where kind = ? and name = ?", (kind, name)).fetchone()
        return json.loads(found[0]) if found else None

    def all(self, kind: str) -> Iterator[tuple[int, str, Any]]:
        """Yield (number, name, value) of a kind in the order of their numbers."""
        rows = self.database.execute(
            "select number, name, value from kept where kind = ? order by number, rowid", (kind,)
        )
        for number, name, value in rows:
            yield number, name, json.loads(value)
