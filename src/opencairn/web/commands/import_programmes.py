"""``opencairn import-programmes``: read a foreign catalogue and list what it holds, row by row."""

import argparse
import json
import re
import shlex
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from opencairn.programmes.formats import FORMATS, READERS

if TYPE_CHECKING:
    from opencairn.programmes.actions import Taken
    from opencairn.programmes.formats import Row

HELP = "list the programmes of a foreign catalogue; they stay marked as incompletely described"
BATCH = 100
DATA_ERROR, NO_INPUT, CANNOT_CREATE = 65, 66, 73
LONGEST_SOURCE = 40  # characters
MOST_SHOWN = 200  # rows that were not taken, where there is no report
A_UUID = re.compile(r"(urn:uuid:|ce-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)  # ce-: CTDL's own
NO_SOURCE = (
    "Its identifier is neither a web address nor a UUID, so another school's course may have the same one. "
    "Say with --source NAME who publishes the file, the same name each time."
)
STATUSES = ("created", "updated", "unchanged", "same", "ours", "refused")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", metavar="FILE", type=Path, help="the catalogue, plain or gzipped; nothing is fetched")
    kinds = ". ".join(f"{form.key}: {form.description}" for form in READERS)
    parser.add_argument("--format", required=True, choices=[form.key for form in READERS], help=kinds)
    parser.add_argument(
        "--source", metavar="NAME", type=_source,
        help="who publishes the file, needed where its identifiers are not web addresses; without it the format",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="read, check and report; keep nothing")
    parser.add_argument(
        "--report", metavar="FILE", type=Path, help="write one line for each row: JSON where the name ends in .jsonl"
    )
    parser.epilog = (
        "Importing the same file again changes nothing, and completes an import that was stopped; "
        "a row that changed becomes the next version of its programme. "
        "Exit status: 0 read to the end (rows may be refused), 1 every row was refused, 65 the file is broken, "
        "66 it cannot be opened, 73 the report cannot be written."
    )


def _source(name: str) -> str:
    if not 0 < len(name) <= LONGEST_SOURCE:
        raise argparse.ArgumentTypeError(f"a name of 1 to {LONGEST_SOURCE} characters is wanted")
    if name.startswith("feed-"):
        raise argparse.ArgumentTypeError("names that begin with feed- are those of catalogues that are read in here")
    return name


def run(args: argparse.Namespace) -> int:
    """Read the whole file once to see that it is sound, then list its rows in batches, each in one transaction.

    Not all in one: nobody else could write to an embedded database meanwhile. A row taken twice is one taken once, so
    the next run completes one that was killed.
    """
    from django.utils import timezone

    from opencairn.programmes.formats import BrokenFile, reader_named

    form = reader_named(args.format)
    with ExitStack() as closing:
        try:
            file = closing.enter_context(args.file.open("rb"))
            total = sum(len(row.numbers) for row in form.read(file))
        except OSError as error:
            return _stop(f"{args.file} cannot be opened: {error.strerror or error}.", NO_INPUT)
        except BrokenFile as error:
            return _stop(f"{args.file} was not imported, nothing was changed. {error}", DATA_ERROR)
        report: TextIO | None = None
        if args.report:
            try:
                report = closing.enter_context(args.report.open("w", encoding="utf-8"))
            except OSError as error:
                return _stop(f"{args.report} cannot be written: {error.strerror or error}.", CANNOT_CREATE)
        file.seek(0)
        at = timezone.now()
        told = Telling(report, total, as_json=bool(args.report and args.report.suffix in {".jsonl", ".json"}))
        unnamed: list[str] = []
        rows = form.read(file) if args.source or form not in FORMATS else _unmistakable(form.read(file), unnamed)
        broken = _take(form.key, args.source or form.key, rows, told, at, dry_run=args.dry_run)
        told.summary(str(args.file), dry_run=args.dry_run)
        if unnamed and told.programmes["refused"] == told.programmes.total():  # else some would be listed twice
            print(_with_source(args, unnamed[0]))
    if broken:
        return _stop(
            f"{args.file} was changed while it was imported. Run this again with the whole file. {broken}", DATA_ERROR
        )
    return int(told.programmes["refused"] == told.programmes.total() > 0)


def _stop(message: str, status: int) -> int:
    print(message, file=sys.stderr)
    return status


def _unmistakable(rows: "Iterator[Row]", unnamed: list[str]) -> "Iterator[Row]":
    """Refuse what is named by a number or the like, for nobody knows whose it is; note the first one's school."""
    from opencairn.programmes.formats import Row
    from opencairn.programmes.formats.found import is_web_address

    for row in rows:
        is_one_only = is_web_address(row.source_id) or A_UUID.fullmatch(row.source_id)
        if row.refused or is_one_only:
            yield row
            continue
        if not unnamed:
            unnamed.append(row.provider.name if row.provider else "")
        yield Row(row.numbers, row.source_id, refused=NO_SOURCE)


def _with_source(args: argparse.Namespace, school: str) -> str:
    """Say what to type so that such rows are taken, with the school of the first one for an example."""
    words = ["opencairn", "import-programmes", str(args.file), "--format", args.format]
    words += ["--source", school[:LONGEST_SOURCE].strip() or "NAME"]
    words += ["--report", str(args.report)] if args.report else []
    words += ["--dry-run"] if args.dry_run else []
    return f"If this is who publishes the file, type:\n  {shlex.join(words)}"


def _take(form: str, source: str, rows: "Iterator[Row]", told: "Telling", at: datetime, *, dry_run: bool) -> str:
    """Return why the rows end before the file does, "" where they do not; what was taken before stays, whole."""
    from django.db import transaction

    from opencairn.catalogue import actions as catalogue
    from opencairn.programmes import actions as programmes
    from opencairn.programmes.formats import BrokenFile

    providers: dict[tuple[str, str], Any] = {}
    broken = ""
    with ExitStack() as kept_or_not:
        if dry_run:
            kept_or_not.enter_context(transaction.atomic())
        try:
            while batch := list(islice(rows, BATCH)):
                with transaction.atomic():
                    for row in batch:
                        taken = programmes.take_row(row=row, form=form, source=source, providers=providers, at=at)
                        told.row(row, taken)
        except BrokenFile as error:  # the first reading found it sound
            broken = str(error)
        if dry_run:
            transaction.set_rollback(True)
        else:
            told.progress("filing them in the catalogue …")
            catalogue.refresh(at=at)
    return broken


class Telling:
    """Says what happens: progress on stderr, one line for each row in the report, a summary at the end."""

    def __init__(self, report: TextIO | None, total: int, *, as_json: bool) -> None:
        self.report, self.total, self.as_json = report, total, as_json
        self.programmes: Counter[str] = Counter()
        self.rows = self.noted = 0
        self.reasons: list[tuple[Row, Taken]] = []

    def row(self, row: "Row", taken: "Taken") -> None:
        """Tell what became of one row, and of every record it was made from."""
        self.programmes[taken.status] += 1
        self.rows += len(row.numbers)
        self.noted += bool(taken.notes)
        if taken.status in {"refused", "same"}:
            self.reasons.append((row, taken))
            del self.reasons[MOST_SHOWN:]
        for number in row.numbers if self.report else ():
            same = row.numbers[0] if number != row.numbers[0] else None
            fact = {"row": number, "status": taken.status, "id": row.source_id, "programme": taken.slug}
            fact |= {"reason": taken.reason, "same_programme_as_row": same, "notes": list(taken.notes)}
            self._line({name: value for name, value in fact.items() if value})
        if self.rows % 50 < len(row.numbers) or self.rows == self.total:
            self.progress(f"{self.rows} of {self.total} rows")

    def _line(self, fact: dict[str, Any]) -> None:
        assert self.report is not None
        if self.as_json:
            self.report.write(json.dumps(fact, ensure_ascii=False) + "\n")
            return
        parts = [f"row {fact.pop('row')}: {fact.pop('status')}", *fact.pop("notes", [])]
        self.report.write("; ".join([*parts, *(f"{name} {value}" for name, value in fact.items())]) + "\n")

    def progress(self, words: str) -> None:
        """Show how far it is, over the same line where someone is watching."""
        if sys.stderr.isatty():
            print(f"\r{words:<50}", end="", file=sys.stderr, flush=True)
        elif self.rows == self.total:
            print(words, file=sys.stderr)

    def summary(self, file: str, *, dry_run: bool) -> None:
        """Say what was taken, and why every other row was not where there is no report to look in."""
        if sys.stderr.isatty():
            print(file=sys.stderr)
        if self.report is None:
            for row, taken in self.reasons:
                named = f" ({row.source_id})" if row.source_id else ""
                numbers = ", ".join(str(number) for number in row.numbers)
                print(f"row {numbers}{named} {taken.status}: {taken.reason}")
            more = self.programmes["refused"] + self.programmes["same"] - len(self.reasons)
            if more:
                print(f"… and {more} more: --report FILE lists them all.")
            if self.noted:
                print(f"{self.noted} programmes came in with a note: --report FILE says what was left out.")
        told = [status for status in STATUSES if status not in {"same", "ours"} or self.programmes[status]]
        counts = ", ".join(f"{self.programmes[status]} {status}" for status in told)
        print(f"{file}: {self.rows} rows read; programmes: {counts}.{' Nothing was kept.' if dry_run else ''}")
