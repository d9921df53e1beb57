"""New Jersey's list of approved training programmes (Eligible Training Provider List), as CSV.

One record is one programme at one place. The provider's own title is taken, because the standardised one is damaged in
places ("CompTIcurity+"). Nothing is derived: no ECTS, no level, no language of teaching (``languages`` there lists what
the staff speak), no starting dates. Two records are duplicates where number, or everything a learner could tell them
apart by, is the same; one title at two places, prices or lengths is two listings, as on the list itself.
"""

import csv
from collections.abc import Iterator
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from opencairn.kit.text import plain
from opencairn.programmes import rules

from . import reading
from .cip import isced_of
from .reading import BadValue, number, said
from .row import BrokenFile, ProviderFacts, Row

key = "nj-etpl"
name = "New Jersey Eligible Training Provider List"
description = "New Jersey Eligible Training Provider List: CSV, plain or gzipped, one programme a row"

NEEDED = ("program_id", "provider", "title", "description", "total_cost_usd", "total_clock_hours", "cip_code")
COSTS = ("tuition_usd", "fees_usd", "books_usd", "supplies_usd", "other_usd")
APART = ("provider", "title_raw", "description", "city", "total_cost_usd", "total_clock_hours")
YES = "1"
RUINED = ("unexpected end of data", f"field larger than field limit ({csv.field_size_limit()})")


def read(file: BinaryIO) -> Iterator[Row]:
    """Yield one row for each record; a second record of the same programme is refused as a duplicate."""
    records = csv.DictReader(reading.lines(file), strict=True)
    seen: dict[tuple[str, ...], int] = {}
    _demand_columns(records)
    for position in range(2, reading.MOST_ROWS):
        try:
            record = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            if str(error) in RUINED:
                message = _("The file is not proper CSV from row %(row)d on: a quotation mark is never closed.")
                raise BrokenFile(message % {"row": position}) from error
            yield Row((position,), refused=_("The row is not proper CSV: %(error)s.") % {"error": error})
            continue
        yield _row(position, record, seen)
    raise BrokenFile(_("The file has too many rows: at most %(most)d.") % {"most": reading.MOST_ROWS})


def _demand_columns(records: "csv.DictReader[str]") -> None:
    try:
        missing = [column for column in NEEDED if column not in (records.fieldnames or ())]
    except csv.Error as error:
        raise BrokenFile(_("The file is not CSV: %(error)s.") % {"error": error}) from error
    if missing:
        raise BrokenFile(
            _("This is not a New Jersey list: it has no column named %(names)s.") % {"names": ", ".join(missing)}
        )


def _row(position: int, record: dict[str, Any], seen: dict[tuple[str, ...], int]) -> Row:
    source_id = ""
    try:
        source_id = _identifier(record)
        _refuse_duplicate(position, source_id, record, seen)
        return _listing(position, source_id, record)
    except BadValue as bad:
        return Row((position,), source_id, refused=str(bad))


def _identifier(record: dict[str, Any]) -> str:
    if None in record or None in record.values():
        raise BadValue(_("The row does not have as many values as the header."))
    found = said(record["program_id"], "program_id", longest="short")
    if not found:
        raise BadValue(_("program_id is empty: without it the row cannot be found again."))
    return found


def _refuse_duplicate(position: int, source_id: str, record: dict[str, Any], seen: dict[tuple[str, ...], int]) -> None:
    same_id = ("id", source_id)
    same_facts = ("facts", *(plain(str(record.get(column, ""))).strip() for column in APART))
    for key in (same_id, same_facts):
        if key in seen:
            raise BadValue(_("Duplicate of row %(row)d. Remove one of the two.") % {"row": seen[key]})
    seen[same_id] = seen[same_facts] = position


def _listing(position: int, source_id: str, record: dict[str, Any]) -> Row:
    title, provider = _title(record), said(record["provider"], "provider", longest="provider")
    if not provider:
        raise BadValue(_("The row does not name its provider. Fill in provider and import again."))
    notes: list[str] = []
    price = _price(record, notes)
    hours = _hours(record, notes)
    prerequisites = said(record.get("prerequisites"), "prerequisites")
    facts = {
        "title": {"en": title},
        "description": _english(said(record["description"], "description")),
        "prerequisites": _english("" if prerequisites == "0" else prerequisites),
        "hours": hours,
        "participation": _participation(record),
        "field_code": isced_of(record["cip_code"]),
        "certification": _english(_certification(record)),
        "price_support": _english(_support(record)),
        "further_information": _english(_further(record)),
    }
    place = ", ".join(part for part in (said(record.get(at), at, longest="short") for at in ("city", "state")) if part)
    offering = {"price": price, "currency": "USD" if price is not None else "", "place": place}
    return Row((position,), source_id, ProviderFacts(provider, "US"), facts, [], [offering], notes=tuple(notes))


def _english(words: str) -> dict[str, str]:
    return {"en": words} if words else {}


def _title(record: dict[str, Any]) -> str:
    own = said(record.get("title_raw"), "title_raw", longest="title")
    standard = said(record["title"], "title", longest="title")
    if not (own or standard):
        raise BadValue(_("The row has no title."))
    if own and standard and not _related(own, standard):
        raise BadValue(
            _("The row speaks of two programmes, “%(standard)s” and “%(own)s”. Correct it at the source.")
            % {"standard": standard[:80], "own": own[:80]}
        )
    return own or standard


def _related(one: str, other: str) -> bool:
    """Whether two titles can mean one programme: a word in common, or nearly the same letters."""
    first, second = (plain(title).replace(".", "").replace("-", " ").split() for title in (one, other))
    alike = SequenceMatcher(None, " ".join(first), " ".join(second)).ratio()
    return bool({word for word in first if len(word) > 1} & set(second)) or alike > 0.75


def _hours(record: dict[str, Any], notes: list[str]) -> int | None:
    hours = number(record["total_clock_hours"], "total_clock_hours")
    if hours is None:
        return None
    if hours > rules.HOURS_RANGE[1]:
        raise BadValue(
            _("%(hours)s hours are more than a year of full-time study: not a short programme.") % {"hours": hours}
        )
    if hours == 0 or hours != int(hours):
        notes.append(_("The hours were left out: “%(hours)s” is not a length.") % {"hours": hours})
        return None
    return int(hours)


def _price(record: dict[str, Any], notes: list[str]) -> Any:
    total = number(record["total_cost_usd"], "total_cost_usd")
    parts = [number(record.get(column), column) or Decimal(0) for column in COSTS]
    if total == 0 and sum(parts, Decimal(0)):
        notes.append(
            _("The price was left out: the total is 0 but its parts add up to %(sum)s USD.")
            % {"sum": sum(parts, Decimal(0))}
        )
        return None
    return total


def _participation(record: dict[str, Any]) -> str:
    stated = [code for column, code in (("remote", "online"), ("inperson", "onsite"), ("hybrid", "blended"))
              if str(record.get(column)).lower() in {"true", "t"}]  # fmt: skip
    return stated[0] if len(stated) == 1 else ""


def _certification(record: dict[str, Any]) -> str:
    parts = [
        (said(record.get("degree"), "degree"), "{}"),
        (said(record.get("license"), "license"), "Prepares for the licence: {}"),
        (said(record.get("industry_credential"), "industry_credential"), "Prepares for the industry credential: {}"),
    ]
    return "\n".join(frame.format(words) for words, frame in parts if words)


def _support(record: dict[str, Any]) -> str:
    parts = []
    if str(record.get("wioa_eligible")).lower() in {"true", "t"}:
        parts.append("Eligible for an individual training account (US Workforce Innovation and Opportunity Act).")
    if record.get("financial_aid") == YES:
        parts.append("Financial aid is available.")
    return "\n".join(parts)


def _further(record: dict[str, Any]) -> str:
    length = said(record.get("calendar_length"), "calendar_length", longest="short")
    staff = said(record.get("languages"), "languages")
    parts = [
        f"Length in the calendar: {length}." if length else "",
        "Evening courses are available." if record.get("evening_courses") == YES else "",
        "Distance learning is available." if record.get("distance_learning") == YES else "",
        "Childcare is available." if record.get("childcare") == YES else "",
        "Accessible for people with disabilities." if record.get("accessible") == YES else "",
        f"Languages the staff speak besides English: {staff}." if staff else "",
    ]
    return "\n".join(part for part in parts if part)
