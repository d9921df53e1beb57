import argparse
import sys
from pathlib import Path

HELP = "restore the site from a backup file"
DESCRIPTION = """\
Replace this site by the one in a backup. Stop the site and its workers first.
Everything is checked before anything is touched: every file by its hash, the version, the kind of database, and that
this site is empty. With --force a site that is not empty is replaced; what was there on disk is kept in a folder
before-restore-… next to it. If the machine stops in the middle, run the same command again with --force."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the file to read."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the file that opencairn backup wrote")
    parser.add_argument("--force", action="store_true", help="replace a site that is not empty")


def run(args: argparse.Namespace) -> int:
    """Restore, bring the tables up to date, and say what to do next."""
    from django.conf import settings
    from django.utils import timezone

    from opencairn.web.progress import telling
    from opencairn.web.readiness import prepare
    from opencairn.web.safekeeping.keeping import restore

    if not args.file.is_file():
        print(f"There is no file {args.file}.", file=sys.stderr)
        return 66
    with telling("Checking the backup and restoring it"):
        manifest, kept = restore(args.file, force=args.force, at=timezone.now())
    prepare()
    print(f"Restored the site as it was at {manifest.made_at}.")
    if manifest.base_url != settings.BASE_URL:
        print(
            f"Attention: it was at {manifest.base_url}, this one is at {settings.BASE_URL}. Credentials name the old"
            " address for their status: keep that address, or set OPENCAIRN_BASE_URL to it.",
            file=sys.stderr,
        )
    if kept is not None:
        print(f"What was here before is kept in {kept}. Delete that folder when you no longer need it.")
    print("Start the site again, then see that all is well: opencairn doctor")
    return 0
