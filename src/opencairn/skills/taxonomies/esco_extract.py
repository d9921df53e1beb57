"""The ESCO extract: version 1.1.1 whole, with labels in three languages, and what changed with 1.2.0.

``skills.csv.gz`` marks what 1.2.0 still holds; ``v120_changes.csv.gz`` lists what is new there and what has another
label. New concepts of which the extract knows no label are refused, row by row.
"""

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _

from .row import Row
from .source import BrokenSource, Source

WHOLE, CHANGED = "1.1.1", "1.2.0"
LANGUAGES = ("en", "es", "fr")
_SKILL, _OCCUPATION = "http://data.europa.eu/esco/skill/", "http://data.europa.eu/esco/occupation/"


def is_here(source: Source) -> bool:
    """Whether a source is the extract: it alone has a plain ``skills.csv``."""
    return bool(source.named(r"skills\.csv"))


def read(source: Source, version: str) -> Iterator[Row]:
    """Yield the skills, then the groups, of one of the two versions."""
    if version not in (WHOLE, CHANGED):
        message = _("The extract holds ESCO %(one)s and %(other)s. Say which with --version.")
        raise BrokenSource(message % {"one": WHOLE, "other": CHANGED})
    changes = _changes(source) if version == CHANGED else {}
    occupations = _occupations(source)
    for file, _match in source.named(r"skills\.csv"):
        for number, record in source.table(file, "uri", "label_en", "broader", "in_v120"):
            if version == CHANGED and record["in_v120"] != "1":
                continue
            yield _row(f"{file} row {number}", record, version, len(occupations.get(record["uri"], ())), changes)
    for change in changes.values():
        if change["change"] == "new":
            yield _new(change)
    for file, _match in source.named(r"skill_groups\.csv"):
        for number, record in source.table(file, "uri", "code", "label_en", "broader"):
            yield _row(f"{file} row {number}", record, version, 0, {}, is_group=True)


def _changes(source: Source) -> dict[str, dict[str, str]]:
    return {
        record["uri"]: record | {"where": f"{file} row {number}"}
        for file, _match in source.named(r"v120_changes\.csv")
        for number, record in source.table(file, "change", "uri", "label_en_v120", "broader_v120")
    }


def _occupations(source: Source) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for file, _match in source.named(r"occupation_skill\.csv"):
        for _number, record in source.table(file, "occupation_id", "skill_id"):
            found[_SKILL + record["skill_id"]].add(_OCCUPATION + record["occupation_id"])
    return found


def _row(
    where: str, record: dict[str, str], version: str, occupations: int, changes: dict[str, dict[str, str]],
    *, is_group: bool = False,
) -> Row:  # fmt: skip
    labels = {tag: record.get(f"label_{tag}", "").strip() for tag in LANGUAGES}
    if (change := changes.get(record["uri"])) and change["change"] == "relabelled" and change["label_en_v120"]:
        labels["en"] = change["label_en_v120"].strip()
    collections = record.get("collections_v111" if version == WHOLE else "collections_v120", "")
    return Row(
        where,
        record["uri"].strip(),
        labels={tag: label for tag, label in labels.items() if label},
        alternatives={tag: _bars(record.get(f"alt_{tag}", "")) for tag in LANGUAGES},
        descriptions={"en": text} if (text := record.get("description_en", "").strip()) else {},
        code=record.get("code", "").strip(),
        kind=record.get("skill_type", "").strip(),
        reuse=record.get("reuse_level", "").strip(),
        status=record.get("status", "").strip(),
        is_group=is_group,
        broader=_bars(record["broader"]),
        collections=_bars(collections),
        occupations=occupations,
    )


def _new(change: dict[str, str]) -> Row:
    return Row(
        change["where"],
        change["uri"],
        labels={"en": label} if (label := change["label_en_v120"].strip()) else {},
        alternatives={"en": _bars(change.get("alt_en", ""))},
        descriptions={"en": text} if (text := change.get("description_en", "").strip()) else {},
        kind=change.get("skill_type", ""),
        reuse=change.get("reuse_level", ""),
        status="released",
        broader=_bars(change["broader_v120"]),
    )


def _bars(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in words.split("|") if word.strip()))
