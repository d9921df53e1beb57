"""Our own table: one row for each programme, one column for each thing stated; nothing is lost in it.

A column is named by the way to the value: ``title.en``, ``outcomes.1.text.de``, ``outcomes.1.skills.2.uri``,
``offerings.1.starts_on``. A cell that a spreadsheet would take for a formula begins with an apostrophe, which reading
takes off again. Reading is strict: a value that cannot be right refuses its row.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from opencairn.programmes.facts import ROWS, TEXTS
from opencairn.programmes.feed_rules import uri_of
from opencairn.programmes.vocabulary import VOCABULARIES

from .fields import CODES, DAYS, FACTS, PARTS, RUN, RUN_DAYS, WHOLES
from .found import Found, stated
from .reading import BadValue, said
from .row import BrokenFile, Description, ProviderFacts, Quality, Row
from .streams import Scratch, Unpacked

key = "csv"
name = "CSV"
description = "a table, one programme a row: opens in a spreadsheet, loses nothing"
media_type = "text/csv; charset=utf-8"
suffix = ".csv"

NEEDED = ("id", "provider.name")
FORMULA = re.compile(r"'*[=+\-@\t\r]")
LIST_SIGN = " "  # between codes and between languages
MOST_PARTS = 100
MOST_COLUMNS = 20_000
RUN_CELLS = "|".join(each for each in RUN if each != "schedule")  # that one stands in languages
SHORT = ("offering_type", "participation", "quality_assurance", "supervision")
KNOWN = re.compile(
    r"id|version|published_as|changed_at|provider\.(name|country|url)"
    rf"|({'|'.join(TEXTS)})\.[A-Za-z0-9-]+|{'|'.join(each for each in FACTS if each not in (*TEXTS, *ROWS))}"
    r"|outcomes\.\d{1,3}\.(text\.[A-Za-z0-9-]+|skills\.\d{1,3}\.(uri|label|framework))"
    rf"|offerings\.\d{{1,3}}\.({RUN_CELLS}|schedule\.[A-Za-z0-9-]+)"
    r"|quality\.\d{1,3}\.(kind|number|url|first_on|last_on|body\.(name|country|url))"
    + "".join(rf"|{each}\.\d{{1,3}}\.({'|'.join(PARTS[each])})" for each in (*ROWS, "partners", "awarding_bodies")),
    re.ASCII,
)


def lacks(description: Description) -> str:
    """Nothing: every description can be a row."""
    return ""


def write(descriptions: Iterable[Description]) -> Iterator[bytes]:
    """Yield the table. Its columns are known only at the end, so the rows wait on disk until then."""
    columns: dict[str, None] = {}
    with TemporaryFile("w+", encoding="utf-8", newline="\n") as waiting:
        for each in descriptions:
            cells = dict(_cells(_tree(each)))
            columns.update(dict.fromkeys(cells))
            waiting.write(json.dumps(cells, ensure_ascii=False) + "\n")
        ordered = sorted(columns, key=_place)
        yield "\ufeff".encode() + _line(ordered)
        waiting.seek(0)
        for line in waiting:
            cells = json.loads(line)
            yield _line([cells.get(column, "") for column in ordered])


def _tree(what: Description) -> dict[str, Any]:
    return {
        "id": what.url,
        "version": what.version,
        "published_as": what.published_as,
        "changed_at": what.changed_at,
        "provider": vars(what.provider),
        **{each: what.facts.get(each) for each in FACTS},
        "outcomes": what.outcomes,
        "offerings": [{part: run.get(part) for part in RUN} for run in what.offerings],
        "awarding_bodies": [vars(each) for each in what.awarding_bodies],
        "partners": list(what.partners),
        "quality": [{**vars(each), "body": vars(each.body)} for each in what.quality],
    }


def _cells(value: Any, way: str = "") -> Iterator[tuple[str, str]]:
    """Yield (column, words) for everything stated in a tree."""
    if isinstance(value, Mapping):
        for part, inner in value.items():
            yield from _cells(inner, f"{way}.{part}" if way else part)
    elif isinstance(value, (list, tuple)) and value and isinstance(value[0], Mapping):
        for place, inner in enumerate(value, start=1):
            yield from _cells(inner, f"{way}.{place}")
    elif isinstance(value, (list, tuple)):
        if value:
            yield way, LIST_SIGN.join(map(str, value))
    elif value is not None and value != "":
        yield way, value.isoformat() if isinstance(value, (date, datetime)) else _words(value)


def _words(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _place(column: str) -> tuple[Any, ...]:
    """Where a column stands: as in the model, numbered parts by their number."""
    order = ("id", "version", "published_as", "changed_at", "provider", *FACTS, "outcomes", "offerings")
    first, *rest = column.split(".")
    within = {part: at for at, part in enumerate((*RUN, "text", "skills", "uri", "name", "role", "source"))}
    return (
        order.index(first) if first in order else len(order),
        first,
        *((int(part), 0, "") if part.isdigit() else (0, within.get(part, 99), part) for part in rest),
    )


def _line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(f"'{each}" if FORMULA.match(each) else each for each in cells)
    return text.getvalue().encode("utf-8", "replace")


def read(file: BinaryIO) -> Iterator[Row]:
    """Yield one row for each record. A column that we do not know makes the file another kind of file."""
    source = Unpacked(file)
    records = csv.reader(_lines(source), strict=True)
    header = _header(records)
    source.mark()
    with Scratch() as scratch:
        position = 1
        while True:
            position += 1
            try:
                cells = next(records)
            except StopIteration:
                return
            except csv.Error as error:
                message = _("The file is not proper CSV from row %(row)d on: %(error)s.")
                raise BrokenFile(message % {"row": position, "error": error}) from error
            source.mark()
            if cells:
                yield _row(position, header, cells, scratch)


def _lines(source: Unpacked) -> Iterator[str]:
    """Yield the lines as they are; what is unpacked since the last record, and so a line, has its limit there."""
    try:
        yield from io.TextIOWrapper(io.BufferedReader(_Raw(source)), encoding="utf-8-sig", newline="")
    except UnicodeDecodeError as error:
        raise BrokenFile(_("The file is not text in UTF-8. Save it as UTF-8, plain or gzipped.")) from error


class _Raw(io.RawIOBase):
    def __init__(self, source: Unpacked) -> None:
        self.source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.source.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _header(records: Iterator[list[str]]) -> list[str]:
    try:
        header = [column.strip() for column in next(records)]
    except (StopIteration, csv.Error) as error:
        raise BrokenFile(_("The file is not CSV, or it is empty.")) from error
    missing = [column for column in NEEDED if column not in header]
    if not any(column.startswith("title.") for column in header):
        missing.append("title.en")
    if missing:
        raise BrokenFile(_("The table has no column named %(names)s.") % {"names": ", ".join(missing)})
    if len(header) > MOST_COLUMNS:
        raise BrokenFile(_("The table has too many columns: at most %(most)d.") % {"most": MOST_COLUMNS})
    unknown = [column for column in header if not KNOWN.fullmatch(column)]
    twice = [column for column, times in Counter(header).items() if times > 1]
    if unknown or twice:
        names = ", ".join(dict.fromkeys(unknown or twice))[:300]
        message = _("We do not know the column %(names)s.") if unknown else _("The column %(names)s stands twice.")
        raise BrokenFile(message % {"names": names})
    return header


def _row(position: int, header: list[str], cells: list[str], scratch: Scratch) -> Row:
    source_id = ""
    try:
        if len(cells) != len(header):
            raise BadValue(_("The row does not have as many values as the header."))  # noqa: TRY301
        tree = _grown(zip(header, cells, strict=True))
        source_id = said(tree.get("id"), "id", longest="short")
        if not source_id:
            raise BadValue(_("id is empty: without it the row cannot be found again."))  # noqa: TRY301
        earlier = scratch.keep("seen", uri_of(source_id) or source_id, position)
        if earlier != position:
            raise BadValue(_("Duplicate of row %(row)d. Remove one of the two.") % {"row": earlier})  # noqa: TRY301
        return _taken(position, source_id, tree)
    except BadValue as bad:
        return Row((position,), source_id, refused=str(bad))


def _grown(cells: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the tree that the columns speak of; numbered parts stay under their numbers."""
    tree: dict[str, Any] = {}
    for column, cell in cells:
        words = cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
        if not words.strip():
            continue
        *way, last = column.split(".")
        at = tree
        for part in way:
            at = at.setdefault(part, {})
        at[last] = words
    return tree


def _numbered(tree: dict[str, Any], part: str) -> list[dict[str, Any]]:
    found = tree.get(part, {})
    if len(found) > MOST_PARTS:
        raise BadValue(_("%(name)s has to be a list of at most %(most)d texts.") % {"name": part, "most": MOST_PARTS})
    return [found[number] for number in sorted(found, key=int)]


def _taken(position: int, source_id: str, tree: dict[str, Any]) -> Row:
    found = Found(strict=True)
    body = tree.get("provider", {})
    provider = ProviderFacts(**_body(found, body, "provider"))
    facts: dict[str, Any] = {each: found.text(tree.get(each, {}).items(), each) for each in TEXTS}
    if not facts["title"]:
        raise BadValue(_("The row has no title."))
    if not provider.name:
        raise BadValue(_("The row does not name its provider. Fill in provider and import again."))
    facts |= {each: found.whole(tree.get(each), each) for each in WHOLES}
    facts["hours_most"] = found.hours_most(facts["hours"], facts["hours_most"])
    facts |= {each: found.day(tree.get(each), each) for each in DAYS}
    facts |= {each: found.code(tree.get(each, ""), VOCABULARIES[each], each) for each in SHORT}
    facts |= {
        each: found.words(tree.get(each), each) for each in ("national_level", "level_not_applicable", "signed_off_by")
    }
    facts |= {each: _parts(found, tree, each) for each in ROWS}
    codes = {each: tree.get(each, "").split() for each in CODES}
    facts |= {
        "ects": found.number(tree.get("ects"), "ects"),
        "eqf_level": found.level(tree.get("eqf_level")),
        "field_code": found.field(tree.get("field_code", "")),
        "homepage": found.address(tree.get("homepage"), "homepage"),
        "languages": found.languages(codes["languages"]),
        "assessment_types": [
            found.code(each, VOCABULARIES["assessment_types"], "assessment_types") for each in codes["assessment_types"]
        ],
    }
    return Row(
        (position,),
        source_id,
        provider,
        stated(facts),
        [_outcome(found, each) for each in _numbered(tree, "outcomes")],
        [_run(found, each) for each in _numbered(tree, "offerings")],
        tuple(ProviderFacts(**_body(found, each, "awarding_bodies")) for each in _numbered(tree, "awarding_bodies")),
        tuple(_parts(found, tree, "partners")),
        tuple(_quality(found, each) for each in _numbered(tree, "quality")),
        notes=tuple(found.notes),
    )


def _body(found: Found, tree: dict[str, Any], name: str) -> dict[str, str]:
    return {
        "name": said(tree.get("name"), f"{name}.name", longest="provider"),
        "country": found.country(tree.get("country"), f"{name}.country"),
        "url": found.address(tree.get("url"), f"{name}.url"),
    }


def _parts(found: Found, tree: dict[str, Any], name: str) -> list[dict[str, str]]:
    take = {part: found.address if part == "url" else found.words for part in PARTS[name]}
    return [{part: take[part](row.get(part), f"{name}.{part}") for part in take} for row in _numbered(tree, name)]


def _outcome(found: Found, tree: dict[str, Any]) -> dict[str, Any]:
    skills = (
        found.skill(each.get("uri"), each.get("label", ""), each.get("framework", ""))
        for each in _numbered(tree, "skills")
    )
    return {"text": found.text(tree.get("text", {}).items(), "outcomes"), "skills": [each for each in skills if each]}


def _run(found: Found, tree: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {each: found.day(tree.get(each), each) for each in RUN_DAYS}
    facts |= {
        "place": found.words(tree.get("place"), "place"),
        "languages": found.languages(tree.get("languages", "").split()),
        "schedule": found.text(tree.get("schedule", {}).items(), "schedule"),
        "capacity": found.whole(tree.get("capacity"), "capacity"),
    }
    return found.run(**facts, **found.price(tree.get("price"), tree.get("currency"))) or {}


def _quality(found: Found, tree: dict[str, Any]) -> Quality:
    return Quality(
        found.code(tree.get("kind", ""), VOCABULARIES["quality_assurance"], "quality.kind"),
        ProviderFacts(**_body(found, tree.get("body", {}), "quality.body")),
        found.words(tree.get("number"), "quality.number"),
        found.address(tree.get("url"), "quality.url"),
        found.day(tree.get("first_on"), "quality.first_on"),
        found.day(tree.get("last_on"), "quality.last_on"),
    )
