"""``opencairn key``: make a signing key in an encrypted file, and say which DID a key file makes."""

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import get_args

from opencairn.engine.keys import Kind, SigningKey

HELP = "make a signing key, or show its DID"
DESCRIPTION = """\
A signing key for `opencairn issue`: an encrypted PEM file (PKCS #8) that only its owner can read. The passphrase is
asked for, or read from the file that --passphrase-file names; it is never an argument, where others could see it.

exit status: 0 done, 64 wrong usage, 66 the key file cannot be opened, 73 it cannot be written"""
USAGE, UNREADABLE, CANNOT_CREATE = 64, 66, 73
SHORTEST = 8  # letters of a passphrase


class CannotOpen(Exception):  # noqa: N818 - an answer to the one who typed the command
    """A key or passphrase file cannot be used. The message is a plain sentence."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Two verbs: new and show."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    new = verbs.add_parser("new", help="make a key; never overwrites a file")
    new.add_argument("--type", dest="kind", choices=get_args(Kind), default="ed25519", help="default: ed25519")
    show = verbs.add_parser("show", help="print the DID, the public key and the algorithm")
    for verb in (new, show):
        verb.add_argument("file", metavar="FILE", type=Path, help="the key file")
        add_passphrase(verb)


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    """Say where the passphrase comes from."""
    parser.add_argument("--passphrase-file", metavar="FILE", type=Path, help="read the passphrase from its first line")


def run(args: argparse.Namespace) -> int:
    """Do what the verb says."""
    try:
        key = _new(args) if args.verb == "new" else open_key(args.file, args.passphrase_file)
    except CannotOpen as fault:
        print(f"opencairn key: {fault}", file=sys.stderr)
        return UNREADABLE
    except FileExistsError:
        print(f"opencairn key: {args.file} is there already, and a key is never overwritten.", file=sys.stderr)
        return CANNOT_CREATE
    except OSError as fault:
        print(f"opencairn key: {args.file} cannot be written: {fault.strerror or fault}.", file=sys.stderr)
        return CANNOT_CREATE
    if key is None:
        return USAGE
    print(f"did        {key.did}\nmethod     {key.verification_method}\nalgorithm  {key.algorithm}")
    return 0


def _new(args: argparse.Namespace) -> SigningKey | None:
    phrase = passphrase(args.passphrase_file, twice=True)
    if len(phrase) < SHORTEST:
        print(f"opencairn key: the passphrase needs at least {SHORTEST} letters.", file=sys.stderr)
        return None
    key = SigningKey.generate(args.kind)
    handle = os.open(args.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key.to_pem(phrase))
    return key


def open_key(file: Path, passphrase_file: Path | None) -> SigningKey:
    """Open a key file. Raises CannotOpen."""
    try:
        pem = file.read_bytes()
    except OSError as fault:
        raise CannotOpen(f"{file} cannot be read: {fault.strerror or fault}.") from fault
    try:
        return SigningKey.from_pem(pem, passphrase(passphrase_file) if b"ENCRYPTED" in pem else None)
    except ValueError as fault:
        raise CannotOpen(f"{file} holds no signing key that opens with this passphrase.") from fault


def passphrase(file: Path | None, *, twice: bool = False) -> bytes:
    """Return the passphrase from the file's first line, or ask for it at the terminal. Raises CannotOpen."""
    if file is not None:
        try:
            return file.read_bytes().partition(b"\n")[0].rstrip(b"\r")
        except OSError as fault:
            raise CannotOpen(f"{file} cannot be read: {fault.strerror or fault}.") from fault
    if not sys.stdin.isatty():
        raise CannotOpen("there is no terminal to ask for the passphrase at. Give --passphrase-file.")
    typed = getpass.getpass("Passphrase: ")
    if twice and getpass.getpass("Once more: ") != typed:
        raise CannotOpen("the two passphrases differ.")
    return typed.encode()
