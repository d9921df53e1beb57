import argparse
from pathlib import Path

HELP = "back the whole site up into one file"
DESCRIPTION = """\
Write database, files, wrapped keys and the key that unwraps them into one new file, while the site runs.
The file is as secret as the site itself: whoever has it can issue in the name of every provider in it. It is readable
by its owner alone (mode 0600). Keep it encrypted, and away from this machine."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the file to write."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the file to write, such as backup-2026-03-02.tar.gz")


def run(args: argparse.Namespace) -> int:
    """Back up, and say what is in the file and how secret it is."""
    from django.utils import timezone

    from opencairn.web.progress import telling
    from opencairn.web.safekeeping.archive import digest_of
    from opencairn.web.safekeeping.keeping import back_up

    with telling("Backing up and checking the copy"):
        manifest = back_up(args.file, at=timezone.now())
    digest, size = digest_of(args.file)
    print(f"{args.file}: {len(manifest.members)} files of a {manifest.database} site, {size / 1e6:.1f} MB")
    print(f"SHA-256 {digest}")
    print("This file is secret: it holds every signing key and what unwraps it. Keep it encrypted, and elsewhere.")
    return 0
