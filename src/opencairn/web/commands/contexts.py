"""``opencairn contexts``: bring the JSON-LD contexts that credentials refer to, each held to its hash."""

import argparse
import re
import sys
from pathlib import Path

from opencairn.engine.canonical import contexts, imported
from opencairn.engine.canonical.strict_json import LARGEST
from opencairn.engine.objections import Objection, Unsupported

HELP = "import the contexts that credentials refer to, or list them"
DESCRIPTION = """\
The words of a credential get their meaning from contexts. A few come with OpenCairn; nothing is ever fetched while a
credential is checked. The others are imported once: download the document at its address, then

  opencairn contexts import https://www.w3.org/2018/credentials/v1 FILE

The file is compared with the hash that OpenCairn knows for the address. For any other address, give the hash
yourself: --sha256 of the bytes, or of the RFC 8785 form.

exit status: 0 done, 64 wrong usage, 65 the file is not that context, 66 unreadable file, 73 it cannot be kept"""
USAGE, DATA_ERROR, NO_INPUT, CANNOT_CREATE = 64, 65, 66, 73
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}")
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]{3,500}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Two verbs: list and import."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("list", help="say for each context whether it is here")
    one = verbs.add_parser("import", help="keep a copy of a context")
    one.add_argument("url", metavar="URL", help="the address that credentials use for it")
    one.add_argument("file", metavar="FILE", help="a copy of the document at that address; - reads standard input")
    one.add_argument("--sha256", metavar="HEX", default="", help="for an address OpenCairn does not know: the hash")


def run(args: argparse.Namespace) -> int:
    """Do what the verb says."""
    return _import(args.url, args.file, args.sha256) if args.verb == "import" else _list()


def _list() -> int:
    there = contexts.at_hand()
    for url in (*contexts.LOCK, *(url for url in there if url not in contexts.LOCK)):
        print(f"{_state(url, there):<9} {url}")
    return 0


def _state(url: str, there: tuple[str, ...]) -> str:
    if url not in there:
        return "missing"
    try:
        contexts.document(url)
    except (Unsupported, OSError):
        return "changed"
    return "shipped" if url in contexts.SHIPPED else "imported"


def _import(url: str, file: str, sha256: str) -> int:
    if not _ADDRESS.fullmatch(url):
        return _stop(f"{url!r} is not the address of a context.", USAGE)
    if sha256 and not _SHA256.fullmatch(sha256):
        return _stop("--sha256 takes 64 hexadecimal digits.", USAGE)
    if url not in contexts.LOCK and not sha256:
        return _stop(f"OpenCairn knows no hash for {url}: say which you trust with --sha256.", USAGE)
    try:
        data = _bytes(file)
    except OSError as fault:
        return _stop(f"{file} cannot be read: {fault.strerror or fault}.", NO_INPUT)
    try:
        contexts.bring(url, data, sha256)
    except Objection as fault:
        return _stop(f"{file} was not imported. {fault}", DATA_ERROR)
    except OSError as fault:
        return _stop(f"The copy cannot be kept in {contexts.shelf().folder}: {fault.strerror or fault}.", CANNOT_CREATE)
    here = "It comes with OpenCairn" if url in contexts.SHIPPED else f"Kept as {imported.name(url)}.json"
    print(f"{here}: {url}")
    return 0


def _bytes(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    with Path(file).open("rb") as opened:
        return opened.read(LARGEST + 1)


def _stop(message: str, status: int) -> int:
    print(f"opencairn contexts: {message}", file=sys.stderr)
    return status
