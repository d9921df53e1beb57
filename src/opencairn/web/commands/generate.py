import argparse
import time

HELP = "fill an empty or demo site with invented programmes, to try it at scale"
DESCRIPTION = """\
Write any number of invented programmes, each with one offering, spread as in real catalogues: 20000 stand for a
country, 1000000 for Europe. The same seed and day give the same rows. All of them are marked as generated. A database
that holds a real site, or generated programmes already, is refused."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many, from which seed, as of which day."""
    from datetime import date

    parser.add_argument("--offerings", type=_count, required=True, metavar="N", help="how many programmes")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed gives another world (default 1)")
    parser.add_argument(
        "--on", type=date.fromisoformat, metavar="DAY", help="the day everything is relative to (default: today)"
    )


def _count(words: str) -> int:
    number = int(words) if words.isascii() and words.isdigit() else 0
    if not 1 <= number <= 10_000_000:
        raise argparse.ArgumentTypeError("a whole number from 1 to 10000000")
    return number


def run(args: argparse.Namespace) -> int:
    """Check whose database it is, generate, file."""
    from datetime import timedelta

    from django.utils import timezone

    from opencairn.catalogue import actions as catalogue
    from opencairn.kit.dates import midnight
    from opencairn.kit.errors import Refused
    from opencairn.programmes.models import Programme
    from opencairn.web.demo import synthetic
    from opencairn.web.progress import telling

    from .demo import is_demo_site

    if Programme.objects.filter(source=synthetic.SOURCE).exists():
        raise Refused("Generated programmes stand here already. Nothing was changed; take another OPENCAIRN_VAR.")
    if not is_demo_site():
        raise Refused("This database holds a real site. Nothing was changed: generated programmes never mix with it.")
    at = midnight(args.on) + timedelta(hours=9) if args.on else timezone.now()
    began = time.monotonic()
    many = synthetic.generate(offerings=args.offerings, seed=args.seed, at=at, told=lambda done: _tell(done, began))
    print(f"{many} programmes generated in {time.monotonic() - began:.1f} s.")
    with telling("Filing them for the search"):
        catalogue.rebuild(at=at)
    return 0


def _tell(done: int, began: float) -> None:
    if done % 50_000 == 0:
        print(f"{done} after {time.monotonic() - began:.0f} s", flush=True)
