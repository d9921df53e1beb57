"""``opencairn schema``: print the JSON Schema of what other commands read."""

import argparse
import json

from opencairn.engine import award

HELP = "print the JSON Schema of an award, as `opencairn issue` reads it"
SCHEMAS = {"award": award.schema}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which schema."""
    parser.add_argument("name", choices=sorted(SCHEMAS))


def run(args: argparse.Namespace) -> int:
    """Print it."""
    print(json.dumps(SCHEMAS[args.name](), ensure_ascii=False, indent=2))
    return 0
