"""The ``opencairn`` command. Each command is a module of ``commands/`` with HELP, ``add_arguments`` and ``run``."""

import argparse
import importlib
import io
import os
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, NoReturn

from opencairn.engine.canonical import contexts
from opencairn.kit.errors import Refused
from opencairn.web import environment

USAGE = 64

# The command, and whether the site (settings and database) is set up before it runs.
COMMANDS: tuple[tuple[str, bool], ...] = (
    ("demo", False),
    ("prepare", True),
    ("serve", False),
    ("work", True),
    ("journey", True),
    ("generate", True),
    ("verify", False),
    ("inspect", False),
    ("issue", False),
    ("key", False),
    ("schema", False),
    ("log", False),
    ("register", False),
    ("contexts", False),
    ("dump", True),
    ("import-programmes", True),
    ("export-programmes", True),
    ("import-skills", True),
    ("suggest-skills", True),
    ("rebuild-catalogue", True),
    ("create-admin", True),
    ("backup", True),
    ("restore", True),
    ("doctor", True),
    ("translations", False),
)

EPILOG = """\
first steps:
  opencairn demo                        try it with the demo world, at http://localhost:8000
  opencairn prepare && opencairn serve  run a site of your own
  opencairn COMMAND --help              everything about one command

Settings come from the environment: OPENCAIRN_VAR (the data folder, ./var), DATABASE_URL, OPENCAIRN_BASE_URL …
The guide docs/how-to/run-for-real.md explains the ones a real site needs.
exit status: 0 done, 1 refused or failed, 64 wrong usage; `verify`, `log` and `register` have others, see their help."""


class Parser(argparse.ArgumentParser):
    """A parser that leaves with 64, the usual status for wrong usage, and says where help is."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line, and how to get help in the next."""
        self.exit(USAGE, f"{self.prog}: {message}\nTry: {self.prog} --help\n")


def module_of(name: str) -> Any:
    """Return the module of a command."""
    return importlib.import_module(f"opencairn.web.commands.{name.replace('-', '_')}")


def parser() -> Parser:
    """Return the whole grammar of the command line."""
    whole = Parser(
        prog="opencairn",
        description="OpenCairn: micro-credentials that people can trust.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="version", version=f"OpenCairn {version('opencairn')}")
    rows = whole.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=Parser)
    for name, _needs_site in COMMANDS:
        module = module_of(name)
        one = rows.add_parser(
            name,
            help=module.HELP,
            description=getattr(module, "DESCRIPTION", module.HELP),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(one)
    return whole


def set_up() -> None:
    """Make the site ready: settings, applications, database driver."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opencairn.web.settings")
    import django

    django.setup()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a letter shows a question mark
    whole = parser()
    args = whole.parse_args(arguments)
    if args.command is None:
        whole.print_help()
        return USAGE
    module = module_of(args.command)
    try:
        contexts.use_folder(environment.contexts())
        if dict(COMMANDS)[args.command]:
            set_up()
        return int(module.run(args))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(getattr(module, "FAULT", 0))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - what is not understood is raised again
        return failed(error, getattr(module, "FAULT", None))


def failed(error: BaseException, fault: int | None) -> int:
    """Say what went wrong and return the exit status: 1, or ``fault`` for a command to which 1 means something else."""
    if isinstance(error, Refused):
        print("\n".join((error.message, *error.details)), file=sys.stderr)
    elif is_database_fault(error):
        print(f"The database does not do what it should: {str(error).strip()}", file=sys.stderr)
        print("Check DATABASE_URL, that the database runs, and: opencairn doctor", file=sys.stderr)
    elif fault is None:
        raise error
    elif isinstance(error, SystemExit):  # a setting that cannot be used
        print(error.code, file=sys.stderr)
        return USAGE
    else:
        traceback.print_exception(error)
    return fault or 1


def is_database_fault(error: BaseException) -> bool:
    """Whether the database is away, locked or without its tables, which is for the operator to mend."""
    if "django.db" not in sys.modules:
        return False
    from django.db import OperationalError, ProgrammingError

    return isinstance(error, OperationalError | ProgrammingError)


if __name__ == "__main__":
    sys.exit(main())
