"""Reading archives from strangers: a zip, a folder or one file, each with limits."""

import csv
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024
LARGEST_FILE = 300 * MEGABYTE  # after unpacking; the largest official one has some 40 MB
LONGEST_FIELD = MEGABYTE
MOST_ROWS = 500_000
MOST_FILES = 2000
_VERSION = re.compile(r"(?<![\d.])v?(\d{1,3}[._]\d{1,3}(?:[._]\d{1,3})?)(?![\d.])")


class BrokenSource(Exception):  # noqa: N818 - it names the thing, as the message does
    """The archive as a whole cannot be read: not what it should be, cut off, or far too big. Nothing of it is kept."""


@dataclass(frozen=True)
class Source:
    """Files to read tables from. ``files`` maps the plain name of each to its path on disk or in the zip."""

    path: Path
    files: dict[str, str]

    def named(self, pattern: str) -> list[tuple[str, re.Match[str]]]:
        """Return the names that match as a whole, ".gz" left aside, in order, each with its match."""
        found = ((name, re.fullmatch(pattern, name.removesuffix(".gz"))) for name in sorted(self.files))
        return [(name, match) for name, match in found if match]

    def stated_version(self) -> str:
        """Return the version in the name of the archive or its folder, such as "1.1.1", "" where there is none."""
        for words in (self.path.name, *self.files.values(), self.path.parent.name):
            if found := _VERSION.search(words):
                return found[1].replace("_", ".")
        return ""

    def table(self, name: str, *columns: str, delimiter: str = ",") -> Iterator[tuple[int, dict[str, str]]]:
        """Yield (number of the row, row) of a table that has at least these columns. Raises BrokenSource."""
        csv.field_size_limit(LONGEST_FIELD)
        try:
            with self._open(name) as file:
                text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
                yield from _rows(csv.DictReader(text, delimiter=delimiter, strict=delimiter == ","), name, columns)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
            raise BrokenSource(
                _("%(file)s is damaged, cut off or locked. Download it again.") % {"file": name}
            ) from error
        except UnicodeDecodeError as error:
            raise BrokenSource(_("%(file)s is not text in UTF-8.") % {"file": name}) from error
        except csv.Error as error:
            raise BrokenSource(_("%(file)s is not a sound table: %(why)s") % {"file": name, "why": error}) from error

    @contextmanager
    def _open(self, name: str) -> Iterator[BinaryIO]:
        inside = self.files[name]
        if self.path.is_dir() or inside == str(self.path):
            with Path(inside).open("rb") as file:
                yield _limited(gzip.GzipFile(fileobj=file) if name.endswith(".gz") else file, name)
            return
        with zipfile.ZipFile(self.path) as archive, archive.open(inside) as member:
            yield _limited(gzip.GzipFile(fileobj=member) if name.endswith(".gz") else member, name)


def _rows(reader: "csv.DictReader[str]", name: str, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise BrokenSource(
            _("%(file)s lacks the columns %(columns)s. Is it the file you meant?")
            % {"file": name, "columns": ", ".join(missing)}
        )
    for number, row in enumerate(reader, start=2):
        if number > MOST_ROWS:
            raise BrokenSource(_("%(file)s has more than %(most)d rows.") % {"file": name, "most": MOST_ROWS})
        yield number, {key: value or "" for key, value in row.items() if isinstance(key, str)}


class _Limit(io.RawIOBase):
    """Passes bytes on until there are too many: a zip of a few kilobytes can hold gigabytes."""

    def __init__(self, file: Any, name: str) -> None:
        self.file, self.name, self.left = file, name, LARGEST_FILE

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data: bytes = self.file.read(len(buffer))
        self.left -= len(data)
        if self.left < 0:
            message = _("%(file)s is too big: more than %(most)d MB after unpacking.")
            raise BrokenSource(message % {"file": self.name, "most": LARGEST_FILE // MEGABYTE})
        buffer[: len(data)] = data
        return len(data)


def _limited(file: Any, name: str) -> BinaryIO:
    return io.BufferedReader(_Limit(file, name), 1 << 16)


def open_source(path: Path) -> Source:
    """Look what a path holds. Raises OSError where it cannot be opened, BrokenSource where it is no archive."""
    if path.is_dir():
        return _limited_in_number(path, {each.name: str(each) for each in sorted(path.iterdir()) if each.is_file()})
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(b"PK"):
        try:
            with zipfile.ZipFile(path) as archive:
                inside = [each for each in archive.namelist() if not each.endswith("/")]
        except (zipfile.BadZipFile, OSError) as error:
            message = _("%(file)s is damaged or cut off. Download it again.")
            raise BrokenSource(message % {"file": path.name}) from error
        return _limited_in_number(path, {each.rsplit("/", 1)[-1]: each for each in inside})
    return Source(path, {path.name: str(path)})


def _limited_in_number(path: Path, files: dict[str, str]) -> Source:
    if len(files) > MOST_FILES:
        raise BrokenSource(_("%(file)s holds more than %(most)d files.") % {"file": path.name, "most": MOST_FILES})
    return Source(path, files)
