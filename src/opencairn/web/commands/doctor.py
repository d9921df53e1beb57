import argparse

HELP = "look whether everything is as it should be"
DESCRIPTION = """\
Look at the database, tables, keys, log, contexts, fonts, static files, languages, mail, address, what is handed on,
model, conformance door, background work, disk and clock. Nothing is changed. Each line says ok, or attention and
what to do.
exit status: 0 all is well, 1 something needs attention"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take nothing."""


def run(args: argparse.Namespace) -> int:
    """Print one line for each check, and one more where there is something to do."""
    from django.utils import timezone

    from opencairn.web.checkup import examine

    found = examine(timezone.now())
    for name, answer in found:
        print(f"{'ok' if answer.ok else 'attention':<10} {name:<13} {answer.words}")
        if not answer.ok and answer.todo:
            print(f"{'':<10} {'':<13} → {answer.todo}")
        for each in answer.more:
            print(f"{'':<10} {'':<13}   {each}")
    return 0 if all(answer.ok for _name, answer in found) else 1
