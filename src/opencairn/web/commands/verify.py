"""``opencairn verify``: check one credential on the command line, with or without a site around it."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from opencairn.engine.baking import is_token, unwrap
from opencairn.engine.further import further
from opencairn.engine.objections import NotACredential, Objection
from opencairn.engine.opening import Credential
from opencairn.engine.reader import Reader
from opencairn.engine.report import Report
from opencairn.engine.trust import Answer
from opencairn.engine.verify import opened, verify_opened
from opencairn.kit.dates import iso, parse_iso
from opencairn.kit.fetch import CannotFetch, fetch
from opencairn.transparency.inclusion import inclusion_of
from opencairn.transparency.rules import credential_hash
from opencairn.web.copies import Copies

HELP = "check whether a credential is genuine"
DESCRIPTION = """\
Check whether a credential is genuine: its format, its signature by a key the issuer controls, its dates and its
status. Who stands behind the issuer is said beside that and does not change the verdict.

Reads JSON and tokens (JWT, SD-JWT), PNG, SVG or PDF files that carry a credential, and pictures of a QR code. No
database is needed; where a site's database is there, addresses of that site are answered from it. Private addresses are
never looked up.

exit status: 0 valid, 1 invalid, 2 unknown or unsupported, 3 not a credential, 64 wrong usage or settings,
66 unreadable file, 70 a fault of this program"""
EXIT = {"valid": 0, "invalid": 1, "unknown": 2, "unsupported": 2, "not-a-credential": 3}
USAGE, UNREADABLE = 64, 66
FAULT = 70  # what the command leaves with where it broke: never with a status that is a verdict
LARGEST_FILE = 8_000_000
_MOST_VISITS, _MOST_SECONDS = 50, 10.0  # for all that one document makes us look up: nobody else waits for it
_VERDICTS = {
    "valid": "VALID: this credential is genuine.",
    "invalid": "INVALID: do not rely on this credential.",
    "unknown": "UNKNOWN: nothing is wrong, but not everything could be checked.",
    "unsupported": "UNSUPPORTED: this kind of credential cannot be checked here.",
    "not-a-credential": "NOT A CREDENTIAL.",
}
Read = Callable[[str], bytes]


class Unreadable(Exception):  # noqa: N818 - an answer to the one who typed the command
    """A file or address that was named cannot be read."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The document, the moment, and where to look things up."""
    parser.add_argument("source", metavar="FILE|URL|-", nargs="?", help="the credential; - reads standard input")
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
    parser.add_argument("--at", type=moment, metavar="ISO-TIME", help="judge as of 2026-03-01T09:00:00Z; default: now")
    parser.add_argument("--offline", action="store_true", help="look nothing up, not even in the site's own database")
    parser.add_argument(
        "--with",
        dest="given",
        metavar="[URL=]FILE",
        nargs="+",
        action="extend",
        default=[],
        help="local copies of status lists, DID documents, keys and issuer profiles, used instead of looking them up; "
        "found by the address they state, or by the one given; or certificates (PEM) that vouch for electronic seals, "
        "or proofs of a transparency log",
    )
    parser.add_argument(
        "--log",
        metavar="URL|FILE",
        default="",
        help="the transparency log that should hold it, such as https://cairn.example/log; or a proof that it served",
    )


def run(args: argparse.Namespace) -> int:
    """Print the report and return the exit status that goes with the verdict."""
    source, given = args.source, list(args.given)
    if source is None and len(given) > 1:
        source = given.pop()  # `verify --with LIST CREDENTIAL`: the last file is the credential
    if source is None:
        print("opencairn verify: name the credential to check.\nTry: opencairn verify --help", file=sys.stderr)
        return USAGE
    at = args.at or datetime.now(UTC)
    try:
        known = _given(given)
        read, trust_in = (None, None) if args.offline else _outside(at)
        look_up = _look_up(known, read)
        data = _document(source, look_up)
        data = _behind_code(data, look_up)
        fetched = look_up if given or read else None
        found = opened(data, fetch=fetched, anchors=known.anchors)
        credential = found if isinstance(found, Credential) else None
        proofs = known.proofs + _proofs(args.log, credential, look_up)
    except Unreadable as fault:
        print(f"opencairn verify: {fault}", file=sys.stderr)
        return UNREADABLE
    trust = trust_in(credential) if trust_in else None
    report = verify_opened(found, at=at, fetch=fetched, trust=trust)
    told = {**(trust.told(report) if trust else {}), **_in_the_log(credential, proofs)}
    report = further(report, credential, at=at, fetch=fetched, told=told)
    _say(json.dumps(_as_json(report), ensure_ascii=False) if args.json else _as_text(report))
    return EXIT[report.verdict]


def _say(words: str) -> None:
    """Print the report; whoever does not listen to the end changes nothing about the verdict."""
    try:
        print(words, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def moment(words: str) -> datetime:
    """Read an instant as it is typed."""
    try:
        return parse_iso(words)
    except (ValueError, OverflowError) as fault:
        raise argparse.ArgumentTypeError(f"{words!r} is not an instant such as 2026-03-01T09:00:00Z") from fault


def file_of(name: str) -> bytes:
    """Return the bytes of a file, or of standard input for ``-``. Raises Unreadable."""
    try:
        data = sys.stdin.buffer.read(LARGEST_FILE + 1) if name == "-" else _bytes_of(Path(name))
    except (OSError, ValueError) as fault:
        raise Unreadable(f"{name} cannot be read: {getattr(fault, 'strerror', None) or fault}") from fault
    return data


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(LARGEST_FILE + 1)


def _document(source: str, look_up: Read) -> bytes:
    if "://" not in source:
        return file_of(source)
    try:
        return look_up(source)
    except CannotFetch as fault:
        raise Unreadable(f"{source} cannot be read: {fault}") from fault


def _behind_code(data: bytes, look_up: Read) -> bytes:
    """Return what the QR code of a picture holds or leads to, where the picture itself holds no credential."""
    if data[:1] in {b"{", b"["} or data.startswith(b"%PDF-"):
        return data
    try:
        unwrap(data)
    except NotACredential:
        words = _code_in(data)
        if words.startswith(("https://", "http://")):
            return _document(words, look_up)
        if words.startswith("{") or is_token(words):
            return words.encode("utf-8", "replace")
    except Objection:
        pass  # the report says what is wrong with it
    return data


def _code_in(data: bytes) -> str:
    from opencairn.credentials.codes import code_in, is_picture  # only now: it loads two large libraries

    return code_in(data).strip() if is_picture(data) else ""


def _given(names: list[str]) -> Copies:
    """Return the local copies by every address they may be asked for."""
    known = Copies()
    for name in names:
        address, file = _address_and_file(name)
        try:
            known.add(file_of(file), address)
        except Objection as fault:
            raise Unreadable(f"{file} is no document that can be used: {fault}") from fault
        except ValueError:
            raise Unreadable(f"{file} does not say its own address (id). Say it: --with URL={file}") from None
    return known


def _address_and_file(name: str) -> tuple[str, str]:
    """Part ``URL=FILE``; a file's own name may have an equals sign in it."""
    address, _, file = name.rpartition("=")
    return (address, file) if address.startswith(("https://", "http://", "did:")) else ("", name)


def _proofs(log: str, credential: Credential | None, look_up: Read) -> list[bytes]:
    """Return the proof that a log serves for a credential, or that a file holds. Raises Unreadable for a file."""
    if "://" not in log:
        return [file_of(log)] if log else []
    if credential is None:
        return []
    try:
        return [look_up(f"{log.rstrip('/')}/credential/{credential_hash(credential)}.json")]
    except CannotFetch:
        return [b""]


def _in_the_log(credential: Credential | None, proofs: list[bytes]) -> dict[str, Answer]:
    """Judge the proofs: one that holds is enough; nothing is said where there is none."""
    if credential is None or not proofs:
        return {}
    answers = [inclusion_of(each, credential_hash(credential)) for each in proofs]
    best = min(answers, key=lambda each: ("pass", "fail", "unknown").index(each.outcome))
    return {"log-inclusion": best}


def _look_up(known: Copies, read: Read | None) -> Read:
    def look_up(url: str) -> bytes:
        data = known.find(url)
        if data is not None:
            return data
        if read is None:
            raise CannotFetch("No copy of it was given, and nothing is looked up offline.")
        return read(url)

    return look_up


def _outside(at: datetime) -> tuple[Read, Callable[[Credential | None], Any] | None]:
    """Return how addresses are read and whom to trust: by the site's own records where a site is set up here."""
    reader = Reader(fetch, most=_MOST_VISITS, seconds=_MOST_SECONDS).read
    database = Path(os.environ.get("OPENCAIRN_VAR", "var")) / "opencairn.sqlite3"
    if not (os.environ.get("DATABASE_URL") or database.is_file()):
        return reader, None
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opencairn.web.settings")
    import django
    from django.db import DatabaseError

    django.setup()
    from opencairn.credentials import verification
    from opencairn.credentials.models import StatusList
    from opencairn.credentials.register import Register

    try:
        StatusList.objects.exists()
    except DatabaseError:
        return reader, None  # the database is not prepared, so it holds nothing about anybody
    return verification.Reader(at).read, lambda credential: Register(credential, at=at)


def _as_json(report: Report) -> dict[str, Any]:
    steps = [{"name": step.name, "outcome": step.outcome, "why": step.why} for step in report.steps]
    return {"verdict": report.verdict, "steps": steps, "checked_at": iso(report.checked_at)}


def _as_text(report: Report) -> str:
    wide = max(len(step.name) for step in report.steps)
    lines = [f"  {step.name:<{wide}}  {step.outcome:<14}  {step.why}" for step in report.steps]
    return "\n".join([_VERDICTS[report.verdict], f"as of {iso(report.checked_at)}", *lines])
