import argparse
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencairn.web.demo.journey import Stop, Walk

HELP = "walk one micro-credential along the path, with the demo cast"
DESCRIPTION = """\
Describe, publish, accredit, find, enrol, assess, award, issue, hold, share and verify one micro-credential, through
the same actions that the pages use. Each step prints the fact it left behind; a step that was taken before keeps its
fact. The signed files go to var/journey. The site has to be prepared first; the demo cast is brought in if needed,
but never into a real site.
exit status: 0 every step held, 1 one did not"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """For people, or for programs."""
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(args: argparse.Namespace) -> int:
    """Walk, and say whether every step held."""
    from django.utils import timezone

    from opencairn.web.demo import cast, journey
    from opencairn.web.readiness import pending_migrations

    from .demo import is_demo_site

    if pending_migrations():
        print("The database is not ready. Run first: opencairn prepare", file=sys.stderr)
        return 1
    if not is_demo_site():
        print(
            "This database holds a real site. Nothing was changed: the demo cast never mixes with it.", file=sys.stderr
        )
        return 1
    at = timezone.now()
    if args.json:
        walk = journey.walk(cast.enter(at=at), at=at)
        print(json.dumps(walk.as_json(), ensure_ascii=False, indent=1))
    else:
        walk = journey.walk(cast.enter(at=at), at=at, told=tell)
        conclude(walk)
    return 0 if walk.ok else 1


def tell(number: int, stop: "Stop") -> None:
    """Print one step: its number, the room, the fact it left behind."""
    mark = "✓" if stop.ok else "✗"
    print(f"  {mark} {number:>2} {stop.step:<9} {stop.room:<12} {stop.fact}", flush=True)


def conclude(walk: "Walk") -> None:
    """Print where the files are, or that the walk ended early."""
    if walk.ok:
        print(f"  Every step held. The signed files are in {walk.folder}")
    else:
        print("  The walk ended early: the last line says why.", file=sys.stderr)
