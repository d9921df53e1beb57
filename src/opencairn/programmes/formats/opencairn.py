"""The dump of another OpenCairn: JSON Lines, one record of its API a line. What cannot be right refuses its row."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

import orjson
from django.utils.translation import gettext as _

from opencairn.programmes.feed_rules import uri_of

from .fields import FACTS, RUN, RUN_DAYS
from .found import Found, stated
from .reading import BadValue
from .row import BrokenFile, ProviderFacts, Row
from .streams import LARGEST_RECORD, Scratch, Unpacked

key = "opencairn"
name = "OpenCairn"
description = "the dump of another OpenCairn: JSON Lines, plain or gzipped, one programme a line"

MARKS = ("url", "kind", "provider", "title", "outcomes", "offerings")


def read(file: BinaryIO) -> Iterator[Row]:
    """Yield one row for each line. Raises BrokenFile where the first line is no such record."""
    number = 0
    with Scratch() as scratch:
        for number, line in enumerate(_lines(file), start=1):
            try:
                record = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise BrokenFile(_("Line %(number)d is not JSON, or it is cut off.") % {"number": number}) from error
            if not isinstance(record, dict) or any(mark not in record for mark in MARKS):
                if number == 1:
                    raise BrokenFile(_("This is not the dump of an OpenCairn."))
                yield Row((number,), refused=_("This line is no programme."))
                continue
            yield _row(number, record, scratch)
    if not number:
        raise BrokenFile(_("This is not the dump of an OpenCairn."))


def _lines(file: BinaryIO) -> Iterator[bytes]:
    source, held = Unpacked(file), b""
    while data := source.read():
        *whole, held = (held + data).split(b"\n")
        for line in whole:
            source.mark()
            if line.strip():
                yield line
        if len(held) > LARGEST_RECORD:
            raise BrokenFile(_("The file has a line that is too long."))
    if held.strip():
        yield held


def _row(number: int, record: dict[str, Any], scratch: Scratch) -> Row:
    found, address = Found(strict=True), ""
    try:
        address = found.address(record["url"], "url")
        earlier = scratch.keep("seen", uri_of(address) or address, number)
        if not address or earlier != number:
            raise BadValue(_("The row has no address, or the same as another."))  # noqa: TRY301
        facts = stated({each: record.get(each) for each in FACTS})
        facts.setdefault("homepage", address)
        for day in ("signed_off_on", "review_due_on"):
            if day in facts:
                facts[day] = found.day(facts[day], day)
        found.hours_most(facts.get("hours"), facts.get("hours_most"))
        if facts.get("ects") is not None:
            facts["ects"] = Decimal(str(facts["ects"]))
        return Row(
            (number,), address, _named(found, record["provider"]), facts,
            [{"text": each["text"], "skills": each["skills"]} for each in record["outcomes"]],
            [_run(found, each) for each in record["offerings"]],
            tuple(_named(found, each) for each in record.get("awarding_bodies", ())),
            tuple({part: str(each[part]) for part in ("role", "name", "url")} for each in record.get("partners", ())),
        )  # fmt: skip
    except BadValue as bad:
        return Row((number,), address, refused=str(bad))
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return Row((number,), address, refused=_("The line does not have the shape of a programme."))


def _named(found: Found, one: dict[str, Any]) -> ProviderFacts:
    words = found.words(one["name"], "name", longest="provider")
    return ProviderFacts(words, found.country(one.get("country"), "country"), found.address(one.get("url"), "url"))


def _run(found: Found, run: dict[str, Any]) -> dict[str, Any]:
    facts = stated({each: run.get(each) for each in RUN})
    facts |= {each: found.day(facts[each], each) for each in RUN_DAYS if each in facts}
    if "price" in facts:
        facts["price"] = found.number(facts["price"], "price")
    return facts
