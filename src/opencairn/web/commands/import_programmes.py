"""``opencairn import-programmes``: read a foreign catalogue and list what it holds, row by row."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from opencairn.programmes.formats import FORMATS

if TYPE_CHECKING:
    from opencairn.people.models import Organisation
    from opencairn.programmes.formats import Format, Row

HELP = "list the programmes of a foreign catalogue; they stay marked as incompletely described"
BATCH = 100
DATA_ERROR, NO_INPUT, CANNOT_CREATE = 65, 66, 73
STATUSES = ("created", "updated", "unchanged", "refused")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", metavar="FILE", type=Path, help="the catalogue, plain or gzipped; nothing is fetched")
    kinds = ". ".join(f"{form.name}: {form.description}" for form in FORMATS)
    parser.add_argument("--format", required=True, choices=[form.name for form in FORMATS], help=kinds)
    parser.add_argument("--dry-run", action="store_true", help="read, check and report; keep nothing")
    parser.add_argument(
        "--report", metavar="FILE", type=Path, help="write one line for each row: JSON where the name ends in .jsonl"
    )
    parser.epilog = (
        "Importing the same file again changes nothing; a row that changed becomes the next version of its programme. "
        "Exit status: 0 read to the end (rows may be refused), 65 the file is broken, 66 it cannot be opened, "
        "73 the report cannot be written."
    )


def run(args: argparse.Namespace) -> int:
    """Read the whole file once to see that it is sound, then list its rows in batches, each in one transaction."""
    from django.utils import timezone

    from opencairn.programmes.formats import BrokenFile, format_named

    form = format_named(args.format)
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
        _take(form, form.read(file), told, at, dry_run=args.dry_run)
        told.summary(str(args.file), dry_run=args.dry_run)
    return 0


def _stop(message: str, status: int) -> int:
    print(message, file=sys.stderr)
    return status


def _take(form: "Format", rows: "Iterator[Row]", told: "Telling", at: datetime, *, dry_run: bool) -> None:
    from django.db import transaction

    from opencairn.catalogue import actions as catalogue

    providers: dict[tuple[str, str], Organisation] = {}
    with ExitStack() as kept_or_not:
        if dry_run:
            kept_or_not.enter_context(transaction.atomic())
        while batch := list(islice(rows, BATCH)):
            with transaction.atomic():
                for row in batch:
                    told.row(row, *_list_one(form, row, providers, at))
        if dry_run:
            transaction.set_rollback(True)
        else:
            told.progress("filing them in the catalogue …")
            catalogue.refresh(at=at)


def _list_one(
    form: "Format", row: "Row", providers: "dict[tuple[str, str], Organisation]", at: datetime
) -> tuple[str, str, str]:
    """Return (status, reason, slug) for one row; what it cannot keep it refuses, and the other rows go on."""
    from django.db import IntegrityError, transaction

    from opencairn.kit.errors import Refused
    from opencairn.programmes import actions as programmes

    if row.refused or row.provider is None:
        return "refused", row.refused, ""
    key = (row.provider.name, row.provider.country)
    try:
        with transaction.atomic():
            provider = providers.get(key) or _provider(*key, at)
            programme, status = programmes.import_listing(
                provider=provider,
                source=form.name,
                source_id=row.source_id,
                facts=row.facts,
                outcomes=row.outcomes,
                offering=row.offering,
                at=at,
            )
    except Refused as error:
        return "refused", " ".join((error.message, *(f"({detail})" for detail in error.details))), ""
    except IntegrityError:
        return "refused", "Another import is writing the same row. Run this one again.", ""
    providers[key] = provider  # only now: a refused row takes a provider made for it back again
    return status, "", programme.slug


def _provider(name: str, country: str, at: datetime) -> "Organisation":
    """Return the organisation of a row. One that is verified here speaks for itself: an import may not."""
    from opencairn.kit.errors import Refused
    from opencairn.people import actions as people

    found = people.ensure_organisation(name=name, country=country, is_provider=True, at=at)
    if found.verified_at is not None or not found.is_provider:
        raise Refused(
            f"“{found.name}” is an organisation of this site and describes its own programmes. "
            "Leave the row out, or ask its manager."
        )
    return found


class Telling:
    """Says what happens: progress on stderr, one line for each row in the report, a summary at the end."""

    def __init__(self, report: TextIO | None, total: int, *, as_json: bool) -> None:
        self.report, self.total, self.as_json = report, total, as_json
        self.programmes: Counter[str] = Counter()
        self.rows = 0
        self.reasons: list[tuple[tuple[int, ...], str]] = []

    def row(self, row: "Row", status: str, reason: str, slug: str) -> None:
        """Tell what became of one row, and of every record it was made from."""
        self.programmes[status] += 1
        self.rows += len(row.numbers)
        if status == "refused":
            self.reasons.append((row.numbers, reason))
        for number in row.numbers if self.report else ():
            same = row.numbers[0] if number != row.numbers[0] else None
            fact = {"row": number, "status": status, "id": row.source_id, "programme": slug, "reason": reason}
            fact |= {"same_programme_as_row": same, "notes": list(row.notes)}
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
        """Say what was taken, and every refused row with its reason where there is no report to look in."""
        if sys.stderr.isatty():
            print(file=sys.stderr)
        if self.report is None:
            for numbers, reason in self.reasons:
                print(f"row {', '.join(str(number) for number in numbers)} refused: {reason}")
        counts = ", ".join(f"{self.programmes[status]} {status}" for status in STATUSES)
        print(f"{file}: {self.rows} rows read; programmes: {counts}.{' Nothing was kept.' if dry_run else ''}")
