"""``opencairn export-programmes``: write the public catalogue, or one programme of it, in any of the formats."""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from opencairn.programmes.formats import FORMATS, format_named

if TYPE_CHECKING:
    from opencairn.programmes.formats import Description, Format

HELP = "write the public catalogue, or one programme of it, in a format that others read"
NOT_FOUND, CANNOT_CREATE = 66, 73


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    kinds = ". ".join(f"{form.key}: {form.description}" for form in FORMATS)
    parser.add_argument("--format", required=True, choices=[form.key for form in FORMATS], help=kinds)
    parser.add_argument("--out", metavar="FILE", type=Path, help="where to write; standard output without it")
    parser.add_argument("--programme", metavar="SLUG", default="", help="only this one, by the end of its address")
    parser.epilog = (
        "Programmes that lack what the format demands are left out and counted. Exit status: 0 written, 66 there is no "
        "such public programme, 73 the file cannot be written."
    )


def run(args: argparse.Namespace) -> int:
    """Write piece by piece; a file takes the place of the old one only when it is whole."""
    from django.utils import timezone

    from opencairn.catalogue.exchange import descriptions

    form, counted = format_named(args.format), Counted()
    pieces = form.write(counted.all(form, descriptions(timezone.now().date(), slug=args.programme)))
    unfinished = args.out.with_name(f"{args.out.name}.unfinished") if args.out else None
    try:
        if unfinished is None:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
        else:
            with unfinished.open("wb") as file:
                file.writelines(pieces)
            if counted.seen or not args.programme:
                os.replace(unfinished, args.out)
    except OSError as error:
        print(f"{args.out or 'standard output'} cannot be written: {error.strerror or error}.", file=sys.stderr)
        return CANNOT_CREATE
    finally:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
    if args.programme and not counted.seen:
        print(f"There is no public programme “{args.programme}”.", file=sys.stderr)
        return NOT_FOUND
    print(counted.summary(form), file=sys.stderr)
    return 0


class Counted:
    """Counts the programmes on their way, and why some are left out."""

    def __init__(self) -> None:
        self.seen = self.left_out = 0
        self.why: dict[str, int] = {}

    def all(self, form: "Format", descriptions: "Iterator[Description]") -> "Iterator[Description]":
        """Yield every description, counted."""
        for each in descriptions:
            self.seen += 1
            if why := form.lacks(each):
                self.left_out += 1
                self.why[why] = self.why.get(why, 0) + 1
            yield each

    def summary(self, form: "Format") -> str:
        """Say how many were written, and how many were not for which reason."""
        reasons = "".join(f"\n  {count} left out: {why}" for why, count in sorted(self.why.items()))
        return f"{self.seen - self.left_out} programmes written as {form.name}.{reasons}"
