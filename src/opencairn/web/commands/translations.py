import argparse
import os

HELP = "gather, check or compile the texts of the interface languages"
DESCRIPTION = """\
update   gather all texts from the program and bring the file of every language up to date
check    say which texts lack a translation or have other placeholders (exit status 1 if any)
compile  make the compiled files that the site reads; `opencairn prepare` does this too"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do."""
    parser.add_argument("what", choices=("update", "check", "compile"), help="what to do")


def run(args: argparse.Namespace) -> int:
    """Do it, and say how it went in one line for each language or complaint."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opencairn.web.settings")
    from opencairn.web import translations

    if args.what == "update":
        for language, missing in translations.update().items():
            print(f"{language}: {missing} texts wait for a translation")
        return 0
    if args.what == "compile":
        print(f"{translations.compile_catalogues()} languages compiled")
        return 0
    complaints = translations.check()
    for line in complaints:
        print(line)
    return 1 if complaints else 0
