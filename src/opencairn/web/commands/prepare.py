import argparse

HELP = "make the site ready: database, translations, static files"
DESCRIPTION = """\
Make the site ready to serve: bring the database up to date, compile the translations, collect the static files.
Run it once after installing and once after each update. What is done already is left alone."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take nothing."""


def run(args: argparse.Namespace) -> int:
    """Prepare, and say that it is done."""
    from opencairn.web.readiness import prepare

    prepare()
    print("Ready. Start the site with: opencairn serve")
    return 0
