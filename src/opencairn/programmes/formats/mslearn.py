"""Microsoft Learn modules and learning paths, as JSON Lines: one record for each translation.

Records with the same ``uid`` are one programme whose texts stand in several languages; all of them are read before the
first row is given. A number that the translations state differently is taken from the longest. A learning outcome is
merged by position where the translations have as many of them; a translation with another number is left out there.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from . import reading
from .found import language_tag
from .reading import BadValue, number, said
from .row import BrokenFile, ProviderFacts, Row

key = "mslearn"
name = "Microsoft Learn"
description = "Microsoft Learn modules and paths: JSON Lines, plain or gzipped, one translation a line"

MOST_BEFORE_THE_FIRST = 20  # refused records, after which it is another kind of file
ICT = "06"  # ISCED-F 2013: every product named here is a computing platform or a tool for it
ICT_PRODUCTS = ("azure", "vs", "vs-code", "dotnet", "windows", "sql-server", "github")
KINDS = {"Module": "module"}
MOST_OUTCOMES = 40

Record = tuple[int, dict[str, Any]]


def read(file: BinaryIO) -> Iterator[Row]:
    """Yield refused records as they are met, then one row for each programme in the order of its first record."""
    programmes: dict[str, dict[str, Record]] = defaultdict(dict)
    refused: list[Row] = []
    for position, line in enumerate(reading.lines(file), start=1):
        if position > reading.MOST_ROWS:
            raise BrokenFile(_("The file has too many rows: at most %(most)d.") % {"most": reading.MOST_ROWS})
        if not line.strip():
            continue
        uid = ""
        try:
            record = reading.record(line)
            uid = said(record.get("uid"), "uid", longest="short")
            _keep(position, _checked(uid, record), programmes)
        except BadValue as bad:
            refused.append(Row((position,), uid, refused=str(bad)))
            if not programmes and len(refused) == MOST_BEFORE_THE_FIRST:
                raise BrokenFile(_("This is not a Microsoft Learn file: %(why)s") % {"why": bad}) from bad
        if programmes:
            yield from refused
            refused.clear()
    if not programmes:
        why = refused[0].refused if refused else _("it is empty.")
        raise BrokenFile(_("This is not a Microsoft Learn file: %(why)s") % {"why": why})
    for uid, translations in programmes.items():
        if translations:
            yield _merged(uid, translations)


def _keep(position: int, checked: dict[str, Any], programmes: dict[str, dict[str, Record]]) -> None:
    translations, language = programmes[checked["uid"]], checked["language"]
    if language in translations:
        raise BadValue(_("Duplicate of row %(row)d. Remove one of the two.") % {"row": translations[language][0]})
    translations[language] = position, checked


def _checked(uid: str, record: dict[str, Any]) -> dict[str, Any]:
    """Return the record with every value checked. Raises BadValue for the first one that cannot be taken."""
    checked: dict[str, Any] = {
        "uid": uid,
        "language": said(record.get("language"), "language", longest="short"),
        "title": said(record.get("title"), "title", longest="title"),
        "provider": said(record.get("provider"), "provider", longest="provider"),
        "summary": said(record.get("summary"), "summary"),
        "prerequisites": said(record.get("prerequisites"), "prerequisites"),
        "type": said(record.get("type"), "type", longest="short"),
        "duration_minutes": number(record.get("duration_minutes"), "duration_minutes"),
        "price": number(record.get("price"), "price"),
    }
    for key in ("learning_outcomes", "levels", "roles", "products"):
        checked[key] = _texts(record.get(key), key)
    if not checked["uid"]:
        raise BadValue(_("uid is empty: without it the record cannot be found again."))
    if not checked["title"]:
        raise BadValue(_("The row has no title."))
    if not checked["provider"]:
        raise BadValue(_("The row does not name its provider. Fill in provider and import again."))
    checked["language"] = language_tag(checked["language"])
    if not checked["language"]:
        raise BadValue(_("language is not a language tag such as de or pt-BR."))
    return checked


def _texts(value: Any, key: str) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST_OUTCOMES:
        raise BadValue(_("%(name)s has to be a list of at most %(most)d texts.") % {"name": key, "most": MOST_OUTCOMES})
    return [words for words in (said(each, key) for each in value) if words]


def _merged(uid: str, translations: dict[str, Record]) -> Row:
    notes: list[str] = []
    records = {tag: record for tag, (_position, record) in translations.items()}
    first = next(iter(records.values()))
    minutes = _largest(records, "duration_minutes", notes)
    price = _largest(records, "price", notes)
    facts = {
        "title": _text(records, "title"),
        "summary": _text(records, "summary"),
        "prerequisites": _text(records, "prerequisites"),
        "hours": _hours(minutes),
        "offering_type": KINDS.get(first["type"], ""),
        "participation": "",
        "field_code": ICT if any(product.startswith(ICT_PRODUCTS) for product in first["products"]) else "",
        "languages": list(records),
        "further_information": _further(first, minutes),
    }
    offering = {"price": price, "currency": "USD" if price else "", "languages": list(records)}
    return Row(
        tuple(position for position, _record in translations.values()),
        uid,
        ProviderFacts(first["provider"]),
        facts,
        _outcomes(records, notes),
        [offering] if price is not None else [],
        notes=tuple(notes),
    )


def _text(records: dict[str, dict[str, Any]], key: str) -> dict[str, str]:
    return {tag: record[key] for tag, record in records.items() if record[key]}


def _largest(records: dict[str, dict[str, Any]], key: str, notes: list[str]) -> Decimal | None:
    stated = {record[key] for record in records.values() if record[key] is not None}
    if len(stated) > 1:
        notes.append(
            _("The translations state %(name)s differently (%(values)s): the largest was taken.")
            % {"name": key, "values": ", ".join(str(value) for value in sorted(stated))}
        )
    return max(stated, default=None)


def _hours(minutes: Decimal | None) -> int | None:
    """Whole hours, half an hour or more counting as one, never less than one; None where no length is stated."""
    if not minutes:
        return None
    return max(1, int((minutes / 60).quantize(Decimal(1), ROUND_HALF_UP)))


def _outcomes(records: dict[str, dict[str, Any]], notes: list[str]) -> list[dict[str, Any]]:
    lengths = Counter(len(record["learning_outcomes"]) for record in records.values() if record["learning_outcomes"])
    if not lengths:
        return []
    many = max(lengths, key=lambda length: (lengths[length], length))
    left_out = [tag for tag, record in records.items() if len(record["learning_outcomes"]) not in (many, 0)]
    if left_out:
        notes.append(
            _("The learning outcomes in %(languages)s were left out: their number differs from the other translations.")
            % {"languages": ", ".join(left_out)}
        )
    stated = {tag: record["learning_outcomes"] for tag, record in records.items()}
    kept = {tag: texts for tag, texts in stated.items() if len(texts) == many}
    return [{"text": {tag: texts[place] for tag, texts in kept.items()}} for place in range(many)]


def _further(record: dict[str, Any], minutes: Decimal | None) -> dict[str, str]:
    kind = {"LearningPath": "learning path", "Module": "module"}.get(record["type"], record["type"])
    parts = {
        "Kind: {}.": kind,
        "Length: {} minutes.": str(minutes) if minutes else "",
        "Level given by the source: {}.": ", ".join(record["levels"]),
        "Meant for: {}.": ", ".join(record["roles"]),
        "Products: {}.": ", ".join(record["products"]),
    }
    return {"en": "\n".join(frame.format(words) for frame, words in parts.items() if words)}
