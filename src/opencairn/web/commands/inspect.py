"""``opencairn inspect``: say what a file holds and what it states, without judging whether it is genuine."""

import argparse
import json
import sys
from typing import Any

from opencairn.engine import award
from opencairn.engine.baking import unwrap
from opencairn.engine.objections import Objection
from opencairn.engine.opening import Credential, fingerprint, open_credential
from opencairn.kit.dates import iso

from .verify import UNREADABLE, Unreadable, file_of

HELP = "say what a file holds, without judging it"
DESCRIPTION = """\
Say what a credential states and how it is signed. Nothing is looked up and nothing is judged: whether it is genuine is
what `opencairn verify` says.

exit status: 0 it was read, 1 it cannot be read as a credential, 66 unreadable file"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and what to print of it."""
    parser.add_argument("file", metavar="FILE", help="a credential in any form; - reads standard input")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print everything as one JSON object")
    how.add_argument("--signed", action="store_true", help="print the exact text that the signature covers")
    how.add_argument("--text", action="store_true", help="print the document that the file carries, as it is")


def run(args: argparse.Namespace) -> int:
    """Open the file and print what it holds."""
    try:
        text = unwrap(file_of(args.file))
        if args.text:
            print(text)
            return 0
        credential = open_credential(text)
    except Unreadable as fault:
        print(f"opencairn inspect: {fault}", file=sys.stderr)
        return UNREADABLE
    except Objection as objection:
        print(f"opencairn inspect: {objection.why}", file=sys.stderr)
        return 1
    if args.signed:
        sys.stdout.write(credential.signed)
    else:
        facts = facts_of(credential)
        print(json.dumps(facts, ensure_ascii=False) if args.json else as_text(facts))
    return 0


def facts_of(credential: Credential) -> dict[str, Any]:
    """Return what a credential is and says: ``award`` is the neutral statement, None where it is of no learner."""
    return {
        "format": credential.format.NAME if credential.format else None,
        "data_model": credential.kind,
        "issuer": credential.issuer,
        "signatures": [
            {
                "suite": seal.suite,
                "key": seal.method if isinstance(seal.method, str) else None,
                "created": iso(seal.created) if seal.created else None,
            }
            for seal in credential.seals
        ],
        "left_aside": list(credential.left_aside),
        "faults": [fault.why for fault in credential.faults],
        "fingerprint": fingerprint(credential),
        "award": award.to_json(credential.attainment) if credential.attainment else None,
    }


def as_text(facts: dict[str, Any]) -> str:
    """Return the facts as lines: a name, then what it is."""
    lines = [f"{name:<12}  {value}" for name, value in facts.items() if isinstance(value, str)]
    lines += [
        f"{'signature':<12}  {each['suite']} by {each['key']}, {each['created'] or 'no date'}"
        for each in facts["signatures"]
    ]
    lines += [f"{'left aside':<12}  {each}" for each in facts["left_aside"]]
    lines += [f"{'fault':<12}  {each}" for each in facts["faults"]]
    if facts["award"]:
        lines += ["", json.dumps(facts["award"], ensure_ascii=False, indent=2)]
    return "\n".join(lines)
