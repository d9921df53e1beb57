"""``opencairn log``: watch a transparency log from outside, or let a new key sign the log of this site."""

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from opencairn.kit.fetch import fetch
from opencairn.transparency import monitor
from opencairn.transparency.monitor import CannotTell, Caught, Fetch, Seen
from opencairn.transparency.rules import Head

HELP = "watch a transparency log, or change the key that signs this site's"
DESCRIPTION = """\
verify URL     read a log as a stranger: the signature of its head, every entry, and that it grew out of the head seen
               the last time, which --head FILE keeps. No database is needed.
rotate-key     let a new key sign the log of this site from now on; the log itself announces it.

exit status of verify: 0 the log holds, 1 it broke its promise (rewritten, cut, forked, forged), 2 it could not be
read, or no head was signed for more than a day, 64 wrong usage, 66 FILE cannot be used, 73 FILE cannot be written"""
HOLDS, BROKEN, UNKNOWN, UNREADABLE, UNWRITABLE = 0, 1, 2, 66, 73
SECONDS = 20.0  # for one answer of the log
LARGEST_FILE = 10_000


class Unusable(Exception):  # noqa: N818 - an answer to the one who typed the command
    """The file with the last head cannot be read, or is not what was written."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and for verify where the log is and where the last head is kept."""
    does = parser.add_subparsers(dest="does", metavar="verify|rotate-key", required=True, parser_class=type(parser))
    verify = does.add_parser(
        "verify",
        help="check a log from outside",
        description=DESCRIPTION.partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verify.add_argument("log", metavar="URL", help="the address of the log, such as https://example.org/log/")
    verify.add_argument("--head", type=Path, metavar="FILE", help="the head seen the last time; written when all holds")
    verify.add_argument("--quick", action="store_true", help="ask for a proof instead of reading every entry")
    verify.add_argument("--json", action="store_true", help="print the answer as one JSON object")
    does.add_parser("rotate-key", help="let a new key sign this site's log")


def run(args: argparse.Namespace) -> int:
    """Do the one or the other."""
    return _rotate() if args.does == "rotate-key" else verify(args, at=datetime.now(UTC), read=_reader())


def verify(args: argparse.Namespace, *, at: datetime, read: Fetch) -> int:
    """Visit the log, print what was found, and return the exit status that goes with it."""
    try:
        seen = _kept(args.head)
        found = _visit(args, seen, at, read)
    except Unusable as fault:
        print(f"opencairn log: {fault}", file=sys.stderr)
        return UNREADABLE
    except Caught as caught:
        kept = _keep_evidence(args.head, caught.head)
        return _say(args, BROKEN, caught.what, f"BROKEN: {caught}{kept}", caught.head)
    except CannotTell as fault:
        return _say(args, UNKNOWN, "unknown", f"UNKNOWN: {fault}", None)
    if args.head:
        try:
            _write(args.head, found.head)
        except OSError as fault:
            print(f"opencairn log: {args.head} cannot be written: {fault.strerror}", file=sys.stderr)
            return UNWRITABLE
    if found.stale:
        words = f"STALE: the log holds, but was last signed on {found.head.at}; a head a day is due."
        return _say(args, UNKNOWN, "stale", words, found.head)
    return _say(args, HOLDS, "holds", _in_words(found, seen), found.head)


def _visit(args: argparse.Namespace, seen: Head | None, at: datetime, read: Fetch) -> Seen:
    if args.quick and seen is None:
        raise Unusable("--quick needs --head FILE with a head from an earlier visit.")
    if args.quick and seen is not None:
        return monitor.glance(args.log, fetch=read, at=at, seen=seen)
    return monitor.watch(args.log, fetch=read, at=at, seen=seen)


def _in_words(found: Seen, seen: Head | None) -> str:
    since = f", and grew out of the {seen.size} of {seen.at}" if seen else ""
    read = f"all {found.entries} entries were read" if found.entries else "the entries were not read"
    return f"HOLDS: {found.head.size} entries, signed on {found.head.at}{since}; {read}."


def _say(args: argparse.Namespace, status: int, what: str, words: str, head: Head | None) -> int:
    if args.json:
        print(json.dumps({"answer": what, "why": words, "head": head.data if head else None}))
    else:
        print(words)
    return status


def _kept(file: Path | None) -> Head | None:
    """Read the head of the last visit; None at the first. A file that somebody changed is told by its signature."""
    if file is None or not file.exists():
        return None
    try:
        with file.open("rb") as opened:
            head = monitor.head_from(opened.read(LARGEST_FILE))
    except OSError as fault:
        raise Unusable(f"{file} cannot be read: {fault.strerror}") from fault
    except CannotTell as fault:
        raise Unusable(f"{file} is not the head of a log. Was it cut?") from fault
    if not head.holds:
        raise Unusable(f"{file} was changed: its signature does not hold any more.")
    return head


def _keep_evidence(file: Path | None, head: Head | None) -> str:
    """Keep a signed head that contradicts the one seen before, beside it: the two together are the evidence."""
    if file is None or head is None or not head.holds:
        return ""
    place = file.with_name(f"{file.name}.broken")
    try:
        _write(place, head)
    except OSError:
        return ""
    return f" The head that shows it is kept in {place}."


def _write(file: Path, head: Head) -> None:
    """Replace a file in one step, so that a visit that is cut short leaves the old one."""
    beside = file.with_name(f"{file.name}.new")
    beside.write_bytes(monitor.head_text(head))
    beside.replace(file)


def _reader() -> Fetch:
    """Return how addresses are read: over the guarded network, and in-process where the log is that of this site."""
    guarded = partial(fetch, within=SECONDS)
    database = Path(os.environ.get("OPENCAIRN_VAR", "var")) / "opencairn.sqlite3"
    if not (os.environ.get("DATABASE_URL") or database.is_file()):
        return guarded
    from opencairn.web.cli import set_up

    set_up()
    from opencairn.credentials import verification

    def read(url: str) -> bytes:
        own = verification.is_own(url)
        return verification.read_address(url, at=datetime.now(UTC), within=SECONDS) if own else guarded(url)

    return read


def _rotate() -> int:
    from opencairn.web.cli import set_up

    set_up()
    from django.utils import timezone

    from opencairn.transparency import actions

    print(f"The log is signed by {actions.rotate_key(at=timezone.now()).did} from now on.")
    return 0
