"""``opencairn dump``: every public programme as JSON Lines, as the site itself offers it at ``/api/v1/dump``."""

import argparse
import json
import os
import sys
from pathlib import Path

HELP = "write every public programme to a file: JSON Lines, packed where the name ends in .gz"
CANNOT_CREATE = 73


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", metavar="FILE", type=Path, help="the file to write; it takes its place whole")
    parser.epilog = (
        "Prints the manifest as one line of JSON: count, bytes, SHA-256, and the cursor from which /api/v1/changes goes "
        "on. Exit status: 0 written, 73 the file cannot be written."
    )


def run(args: argparse.Namespace) -> int:
    """Write to a part beside the file first, so that nobody meets half of it."""
    from django.utils import timezone

    from opencairn.programmes import actions as programmes

    part = args.file.with_name(f"{args.file.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            facts = programmes.dump(file, packed=args.file.suffix == ".gz", at=timezone.now())
            os.fsync(file.fileno())
        part.replace(args.file)
    except OSError as error:
        print(f"{args.file} cannot be written: {error.strerror or error}.", file=sys.stderr)
        return CANNOT_CREATE
    finally:
        part.unlink(missing_ok=True)
    print(json.dumps({"name": args.file.name, **facts}, ensure_ascii=False))
    return 0
