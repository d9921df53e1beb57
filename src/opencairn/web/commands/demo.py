import argparse
import os
import sys

HELP = "try it: load the demo world, walk one micro-credential, serve"
DESCRIPTION = """\
What `make run` calls. Prepares the database, loads the demo world, walks one micro-credential along the path and
serves the site, with its background work. A second run keeps all data and is quick. Never run it on a real site: it
brings in people whose password is printed here."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How far to go, and where to serve."""
    from .serve import port_number

    parser.add_argument("--once", action="store_true", help="stop after the walk; exit status 0 if every step held")
    parser.add_argument("--port", type=port_number, help="port to serve at (default: OPENCAIRN_PORT, else 8000)")


def run(args: argparse.Namespace) -> int:
    """Prepare, load, walk, and serve unless told to stop."""
    from opencairn.web.cli import set_up

    from .serve import is_taken, serve
    from .work import beside

    if args.port:
        os.environ["OPENCAIRN_PORT"] = str(args.port)
    set_up()
    from django.conf import settings

    port = args.port or settings.PORT
    if not args.once and is_taken("127.0.0.1", port):
        other = port + 1 if port < 65535 else 8000
        print(
            f"Port {port} is taken: perhaps another demo is running. Stop it, or take another: make run PORT={other}",
            file=sys.stderr,
        )
        return 1
    if not is_demo_site():
        print(
            "This database already holds a site that is not the demo. Nothing was changed. To try the demo beside it,"
            " choose another folder: OPENCAIRN_VAR=/tmp/cairn make run",
            file=sys.stderr,
        )
        return 1
    if not show():
        return 1
    if args.once:
        return 0
    sign_ins(settings.BASE_URL)
    with beside():
        serve("127.0.0.1", port)
    return 0


def is_demo_site() -> bool:
    """Whether the database is empty or holds the demo: the demo never mixes with a real site.

    It is known by its operator. Only the demo makes that account; an organisation of any name may come with an import.
    """
    from opencairn.people.models import Person
    from opencairn.web.demo.cast import PEOPLE
    from opencairn.web.safekeeping.databases import is_empty

    return is_empty() or Person.objects.filter(email=PEOPLE["operator"][0], is_operator=True).exists()


def show() -> bool:
    """Prepare, load and walk; whether every step held."""
    from django.db import transaction
    from django.utils import timezone

    from opencairn.programmes.models import Programme
    from opencairn.web.demo import cast, journey, world
    from opencairn.web.progress import telling
    from opencairn.web.readiness import prepare

    from .journey import conclude, tell

    prepare()
    at = timezone.now()
    if world.is_loaded():
        with transaction.atomic():
            everyone = cast.enter(at=at)
            world.load(everyone, at=at)
        print(f"The demo world stands already: {Programme.objects.count()} programmes. Your data is kept.")
    else:
        with telling("Loading the demo world"), transaction.atomic():
            everyone = cast.enter()
            world.load(everyone, at=at)
    print("One micro-credential walks the path:")
    walk = journey.walk(everyone, at=timezone.now(), told=tell)
    conclude(walk)
    return walk.ok


def sign_ins(address: str) -> None:
    """Print where the site is and who can sign in."""
    from django.conf import settings

    from opencairn.web.demo.cast import PASSWORD, PEOPLE

    roles = {
        "learner": "learns, holds and shares",
        "author": "describes courses and assesses",
        "manager": "runs the provider and issues",
        "reviewer": "reviews and accredits",
        "employer_person": "checks what is shown to her",
        "operator": "runs this site",
    }
    print(f"\nOpenCairn is at {address} (stop with Ctrl-C). Sign in as one of the cast:")
    for part, (email, name) in PEOPLE.items():
        print(f"  {email:<26} {name:<16} {roles[part]}")
    print(f"  everyone’s password: {PASSWORD}")
    if settings.EMAIL_FILE_PATH:
        print(f"E-mails are not sent: read them in {settings.EMAIL_FILE_PATH}")
    print(flush=True)
