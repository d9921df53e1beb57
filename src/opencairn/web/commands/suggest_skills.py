"""``opencairn suggest-skills``: read texts, suggest the skills each may be about."""

import argparse
import io
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencairn.skills.models import Taxonomy

HELP = "suggest skills for texts on standard input, one a line"
MOST = 100
LONGEST_LINE = 100_000
USAGE, UNAVAILABLE = 64, 69


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("--top", type=int, default=10, help="how many suggestions for each text, 1 to 100")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line: text and suggestions")
    parser.add_argument(
        "--language",
        default="",
        help="language of the texts, such as de, guessed if left out; English is searched, too",
    )
    parser.add_argument("--taxonomy", default="esco", help="which taxonomy to suggest from")
    parser.add_argument("--version", default="", help="which version of it, if not the current one")
    parser.epilog = (
        "A line that is not UTF-8 is answered with what is wrong, with --json by an object with line and error; the "
        "others are answered as usual. "
        "Exit status: 0 done, 1 a line was not UTF-8, 64 wrong usage, "
        "69 no such taxonomy was imported (see opencairn import-skills)."
    )


def run(args: argparse.Namespace) -> int:
    """Answer line by line, so that the command can stand in a pipe."""
    from django.conf import settings

    from opencairn.skills import queries
    from opencairn.skills.indexes import model_in
    from opencairn.skills.models import Taxonomy
    from opencairn.skills.suggesting.safetensors import BadModel

    if not 1 <= args.top <= MOST:
        print(f"--top takes a number from 1 to {MOST}.", file=sys.stderr)
        return USAGE
    versions = Taxonomy.objects.filter(key=args.taxonomy)
    chosen = versions.filter(version=args.version).first() if args.version else queries.current(args.taxonomy)
    if chosen is None:
        name = f"{args.taxonomy} {args.version}".strip()
        print(f"{name} was not imported here. Run first: opencairn import-skills {args.taxonomy} PATH", file=sys.stderr)
        return UNAVAILABLE
    if args.language and not {args.language, args.language.partition("-")[0]}.intersection(chosen.languages):
        has = ", ".join(chosen.languages)
        print(f"{chosen} has no names in “{args.language}”, only in: {has}. English is searched.", file=sys.stderr)
    if settings.SKILL_MODEL:
        try:
            model_in(settings.SKILL_MODEL)
        except (OSError, BadModel) as error:
            print(f"The model in {settings.SKILL_MODEL} cannot be used. {error}", file=sys.stderr)
            return UNAVAILABLE
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # a broken byte costs no other line
    unread = 0
    for number, line in enumerate(sys.stdin, start=1):
        if line.isascii() or _is_utf_8(line):
            _answer(line.rstrip("\r\n"), chosen, args)
        else:
            unread = 1
            why = f"Line {number} is not text in UTF-8. Save it as UTF-8 and send it again."
            print(json.dumps({"line": number, "error": why}) if args.json else why, flush=True)
    return unread


def _is_utf_8(line: str) -> bool:
    """Whether no broken byte was escaped when the line was decoded."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True


def _answer(text: str, taxonomy: "Taxonomy", args: argparse.Namespace) -> None:
    from opencairn.skills import queries

    found = queries.suggest_from(taxonomy, text[:LONGEST_LINE], language=args.language, top=args.top)
    if args.json:
        rows = [{"uri": one.uri, "label": one.label, "score": one.score} for one in found]
        print(json.dumps({"text": text, "suggestions": rows}, ensure_ascii=False), flush=True)
    else:
        print("\n".join((text, *(f"  {one.score:.2f}  {one.label}  {one.uri}" for one in found))), flush=True)
