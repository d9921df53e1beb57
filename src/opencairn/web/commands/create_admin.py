import argparse
import getpass
import sys

HELP = "make the account of an operator, who registers and verifies organisations"
DESCRIPTION = """\
Make an account that runs this site: it registers organisations and verifies who they are. The password is asked for,
or read from OPENCAIRN_ADMIN_PASSWORD (or the file that OPENCAIRN_ADMIN_PASSWORD_FILE names); it is never printed and
never an argument, where other users of the machine could see it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose account it is."""
    parser.add_argument("--email", help="e-mail to sign in with (asked for if left out)")
    parser.add_argument("--name", help="the person’s name (asked for if left out)")


def run(args: argparse.Namespace) -> int:
    """Check what was given and make the account."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    from opencairn.people import actions as people
    from opencairn.people.models import Person
    from opencairn.web import environment, readiness

    if readiness.pending_migrations():
        print("The database is not ready. Run first: opencairn prepare", file=sys.stderr)
        return 1
    email = (args.email or asked("E-mail: ")).strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        print(f"“{email}” is no e-mail address.", file=sys.stderr)
        return 1
    if Person.objects.filter(email=email).exists():
        print(f"There is an account for {email} already. Nothing was changed.", file=sys.stderr)
        return 1
    name = (args.name or asked("Name: ")).strip()
    password = environment.words("OPENCAIRN_ADMIN_PASSWORD", "") or asked_twice()
    try:
        validate_password(password)
    except ValidationError as error:
        print("This password is not strong enough:", *error.messages, sep="\n  ", file=sys.stderr)
        return 1
    people.ensure_person(email=email, name=name, password=password, is_operator=True)
    print(f"{name} can sign in with {email} and runs this site.")
    return 0


def asked(question: str) -> str:
    """Ask at the terminal."""
    if not sys.stdin.isatty():
        raise SystemExit("There is no terminal to ask at. Give --email and --name, and the password in a file.")
    return input(question)


def asked_twice() -> str:
    """Ask for a new password, twice, without showing it."""
    if not sys.stdin.isatty():
        raise SystemExit("There is no terminal to ask at. Put the password into OPENCAIRN_ADMIN_PASSWORD_FILE.")
    first = getpass.getpass("Password (at least 10 characters): ")
    if first != getpass.getpass("The same again: "):
        raise SystemExit("The two passwords differ. Nothing was changed.")
    return first
