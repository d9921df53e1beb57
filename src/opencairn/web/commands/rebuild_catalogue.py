import argparse

HELP = "file every public programme for the search again"
DESCRIPTION = """\
Throw the index of the search away and file every public programme anew. It owns no facts, so nothing can be lost, and
people search in the old one until the new one is ready. Needed after a provider changed its name, after a release that
says so, and where a search does not show what the pages do. A new taxonomy of skills needs no rebuild by hand."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def run(_args: argparse.Namespace) -> int:
    """Rebuild with the engine that the settings name; refuse where another process is filing."""
    from django.utils import timezone

    from opencairn.catalogue import actions as catalogue
    from opencairn.kit.errors import Refused
    from opencairn.programmes.models import Programme
    from opencairn.web.progress import telling

    with telling("Filing every public programme for the search"):
        many = catalogue.rebuild(at=timezone.now())
    if not many and Programme.objects.public().exists():
        raise Refused("Another process is filing at this moment. Nothing was changed; try again in a few minutes.")
    print(f"{many} public programmes are filed.")
    return 0
