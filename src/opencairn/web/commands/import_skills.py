"""``opencairn import-skills``: read a taxonomy of skills from the archive its publisher gives out."""

import argparse
import json
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from opencairn.skills.taxonomies import TAXONOMIES

if TYPE_CHECKING:
    from opencairn.skills.models import Taxonomy
    from opencairn.skills.taxonomies import Row

HELP = "import a taxonomy of skills: ESCO, O*NET, DigComp; in any language and version"
DATA_ERROR, NO_INPUT, CANNOT_CREATE = 65, 66, 73
STATUSES = ("created", "updated", "unchanged", "refused")
MOST_REASONS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    kinds = ". ".join(f"{plug.key}: {plug.description}" for plug in TAXONOMIES)
    parser.add_argument("taxonomy", choices=[plug.key for plug in TAXONOMIES], help=kinds)
    parser.add_argument(
        "path", metavar="PATH", type=Path, help="the archive: a zip, a folder or one file; nothing is fetched"
    )
    parser.add_argument("--version", default="", help="the version, where the name of the archive does not say it")
    parser.add_argument("--make-current", action="store_true", help="take suggestions from this version from now on")
    parser.add_argument("--dry-run", action="store_true", help="read, check and report; keep nothing")
    parser.add_argument(
        "--report", metavar="FILE", type=Path, help="write one line for each row: JSON where the name ends in .jsonl"
    )
    parser.epilog = (
        "A version is only added to: import the same version in other languages one after the other. Importing again "
        "changes nothing. Exit status: 0 read to the end (rows may be refused), 65 the archive is broken, 66 it cannot "
        "be opened, 73 the report cannot be written."
    )


def run(args: argparse.Namespace) -> int:
    """Read the whole archive in one transaction: all of it is kept, or nothing."""
    from opencairn.skills.taxonomies import BrokenSource, open_source, taxonomy_named

    plug = taxonomy_named(args.taxonomy)
    with ExitStack() as closing:
        try:
            source = open_source(args.path)
            version = args.version or plug.version_of(source)
            report = closing.enter_context(args.report.open("w", encoding="utf-8")) if args.report else None
        except BrokenSource as error:
            return _stop(f"{args.path} was not imported, nothing was changed. {error}", DATA_ERROR)
        except OSError as error:
            wrong = args.report if args.report and error.filename == str(args.report) else args.path
            status = CANNOT_CREATE if wrong == args.report else NO_INPUT
            return _stop(f"{wrong} cannot be opened: {error.strerror or error}.", status)
        told = Telling(report, as_json=bool(args.report and args.report.suffix in {".jsonl", ".json"}))
        try:
            taxonomy = _take(plug.read(source, version), args, version, told)
        except BrokenSource as error:
            return _stop(f"{args.path} was not imported, nothing was changed. {error}", DATA_ERROR)
        told.summary(taxonomy, dry_run=args.dry_run)
    if not args.dry_run:
        _index(taxonomy, told.languages)
        _file()
    return 0


def _file() -> None:
    """File the programmes again, for their skills have other names or groups now: nobody should wait for it."""
    from django.utils import timezone

    from opencairn.catalogue import actions as catalogue
    from opencairn.web.progress import telling

    with telling("Filing the programmes for the search"):
        catalogue.refresh(at=timezone.now())


def _index(taxonomy: "Taxonomy", tags: set[str]) -> None:
    """Build now what the next person would otherwise wait for. Other languages follow when they are needed."""
    from opencairn.skills import indexes, queries
    from opencairn.web.progress import telling

    current = queries.current(taxonomy.key)
    if tags and current is not None and current.pk == taxonomy.pk:
        with telling("Indexing for suggestions"):
            indexes.languages_of(current)
            for tag in sorted(tags):
                indexes.index_of(current, tag)


def _stop(message: str, status: int) -> int:
    print(message, file=sys.stderr)
    return status


def _take(rows: "object", args: argparse.Namespace, version: str, told: "Telling") -> "Taxonomy":
    from django.db import transaction
    from django.utils import timezone

    from opencairn.skills import actions as skills
    from opencairn.skills.taxonomies import taxonomy_named

    at, plug = timezone.now(), taxonomy_named(args.taxonomy)
    with transaction.atomic():
        taxonomy = skills.import_taxonomy(
            plug, rows, version=version, source=args.path.name, at=at, tell=told.row  # type: ignore[arg-type]
        )  # fmt: skip
        if args.make_current and taxonomy.current_since is None:
            skills.make_current(taxonomy, at=at)
        if args.dry_run:
            transaction.set_rollback(True)
    return taxonomy


class Telling:
    """Says what happens: one line for each row in the report, and a summary at the end."""

    def __init__(self, report: TextIO | None, *, as_json: bool) -> None:
        self.report, self.as_json = report, as_json
        self.counts: Counter[str] = Counter()
        self.reasons: list[str] = []
        self.languages: set[str] = set()

    def row(self, row: "Row", status: str) -> None:
        """Tell what became of one row."""
        self.counts[status] += 1
        if status in {"created", "updated"}:
            self.languages |= set(row.labels)
        if status == "refused" and len(self.reasons) < MOST_REASONS:
            self.reasons.append(f"{row.where} refused: {row.refused}")
        if self.report is None:
            return
        fact = {"row": row.where, "status": status, "uri": row.uri, "reason": row.refused}
        if self.as_json:
            self.report.write(
                json.dumps({name: value for name, value in fact.items() if value}, ensure_ascii=False) + "\n"
            )
        else:
            self.report.write(f"{row.where}: {status} {row.uri} {row.refused}".rstrip() + "\n")

    def summary(self, taxonomy: "Taxonomy", *, dry_run: bool) -> None:
        """Say what was kept, which version is current, and the first refused rows where there is no report."""
        for reason in self.reasons if self.report is None else ():
            print(reason)
        if self.report is None and self.counts["refused"] > len(self.reasons):
            print(f"… and {self.counts['refused'] - len(self.reasons)} more; --report FILE lists them all.")
        counts = ", ".join(f"{self.counts[status]} {status}" for status in STATUSES)
        kept = " Nothing was kept." if dry_run else ""
        print(f"{taxonomy}: {sum(self.counts.values())} rows read in {', '.join(taxonomy.languages)}; {counts}.{kept}")
        if not dry_run:
            self._current(taxonomy)

    def _current(self, taxonomy: "Taxonomy") -> None:
        from opencairn.skills import queries

        current = queries.current(taxonomy.key)
        if current is not None and current.pk != taxonomy.pk:
            print(f"{current} stays the current version. To change that: --make-current, or the page /skills/.")
        if waiting := sum(one.taxonomy.key == taxonomy.key for one in queries.orphans()):
            print(f"Confirmed skills that wait for review because of a newer version: {waiting}. See /skills/review/.")
