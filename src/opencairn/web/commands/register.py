"""``opencairn register``: check the signed snapshot of a register anywhere, without its site or a database."""

import argparse
import json
import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

from opencairn.quality import rules
from opencairn.quality.rules import Copy

HELP = "check the signed snapshot of a register"
DESCRIPTION = """\
verify FILE    check a snapshot as it was downloaded from /register/snapshot.json: the signature, the counts, the dates;
               and say how the register stood on a day.

exit status: 0 it holds, 1 it was changed, cut, or signed by another key, 2 it holds but is older than it says it stays
fresh, 64 wrong usage, 66 FILE cannot be read"""
HOLDS, BROKEN, STALE, UNREADABLE = 0, 1, 2, 66


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file, by whose key, and for which day."""
    does = parser.add_subparsers(dest="does", metavar="verify", required=True, parser_class=type(parser))
    verify = does.add_parser(
        "verify",
        help="check a snapshot",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verify.add_argument("file", type=Path, metavar="FILE", help="the snapshot")
    verify.add_argument("--key", default="", metavar="DID", help="the key that has to have signed it, from another way")
    verify.add_argument("--on", type=date.fromisoformat, metavar="DAY", help="count how it stood on this day (today)")
    verify.add_argument("--json", action="store_true", help="print the answer as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Check the file, print what was found, and return the exit status that goes with it."""
    at = datetime.now(UTC)
    try:
        data = args.file.read_bytes()
    except OSError as fault:
        print(f"opencairn register: {args.file} cannot be read: {fault.strerror}", file=sys.stderr)
        return UNREADABLE
    try:
        copy = rules.read_copy(data, key=args.key)
    except rules.WrongCopy as fault:
        return _say(args, BROKEN, {"answer": fault.code, "why": str(fault)}, f"BROKEN: {fault}")
    day = args.on or at.date()
    stale = bool(copy.fresh_until and copy.fresh_until < at)
    facts = {
        "answer": "stale" if stale else "holds",
        "name": copy.name,
        "key": copy.key,
        "made_at": copy.made_at.isoformat() if copy.made_at else None,
        "issuers": len(copy.issuers),
        "accreditations": copy.accreditations,
        "on": day.isoformat(),
        "states": _states(copy, day),
    }
    return _say(args, STALE if stale else HOLDS, facts, _in_words(copy, facts))


def _states(copy: Copy, day: date) -> dict[str, int]:
    """Count the accreditations of the issuers with keys by what they are worth on a day; each once."""
    lines = (each for issuer in copy.issuers for each in rules.told_on(day, issuer.accreditations))
    told = {each.number: each.state for each in lines if each.number}
    return dict(sorted(Counter(told.values()).items()))


def _in_words(copy: Copy, facts: dict[str, object]) -> str:
    lines = [f"{str(facts['answer']).upper()}: {copy.name}, {len(copy.issuers)} issuers"]
    lines.append(f"signed by {copy.key}" if copy.key else "nobody signed it")
    if copy.made_at:
        lines.append(f"made on {facts['made_at']}")
    told = _states(copy, date.fromisoformat(str(facts["on"])))
    states = ", ".join(f"{number} {state}" for state, number in told.items())
    lines.append(f"{copy.accreditations} decisions; on {facts['on']}: {states or 'nothing'}")
    return "\n".join(lines)


def _say(args: argparse.Namespace, status: int, facts: dict[str, object], words: str) -> int:
    print(json.dumps(facts) if args.json else words)
    return status
