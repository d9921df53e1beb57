"""ESCO, as the official CSV archive (any language, any version from 1.0), or as the extract that keeps two versions.

The official archive holds ``skills_en.csv``, ``skillGroups_en.csv``, ``broaderRelationsSkillPillar_en.csv``,
``occupationSkillRelations_en.csv`` and the collections, such as ``greenSkillsCollection_en.csv``; older archives leave
the language out of the names of relations. Alternative labels stand in one field, each on a line of its own.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from . import esco_extract
from .row import Row
from .source import BrokenSource, Source

key = "esco"
name = "ESCO"
credit = "This service uses the ESCO classification of the European Commission. The data was modified: columns dropped."
licence = "Reuse with attribution (Commission Decision 2011/833/EU)"
description = "ESCO: the official CSV archive in any language and version (zip or folder), or the shared extract"
space = "http://data.europa.eu/esco/skill/"

_SKILLS, _GROUPS = r"skills_([a-z]{2,3})\.csv", r"skillGroups_([a-z]{2,3})\.csv"
_BROADER = r"broaderRelationsSkillPillar(_[a-z]{2,3})?\.csv"
_OCCUPATIONS = r"occupationSkillRelations(_[a-z]{2,3})?\.csv"
_COLLECTION = r"(\w+?)Skills?Collection(_[a-z]{2,3})?\.csv"
_PARTED = re.compile(r"\n| \| |\|")


@dataclass
class _Relations:
    """What other files say about a concept: kept whole, because it has to be known before the first row is given."""

    broader: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    collections: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    occupations: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def version_of(source: Source) -> str:
    """Return the version in the archive's name; the extract says 1.1.1, the one it holds whole."""
    return esco_extract.WHOLE if esco_extract.is_here(source) else source.stated_version()


def read(source: Source, version: str) -> Iterator[Row]:
    """Yield skills, then groups, language by language."""
    if esco_extract.is_here(source):
        yield from esco_extract.read(source, version)
        return
    skills, groups = source.named(_SKILLS), source.named(_GROUPS)
    if not skills:
        raise BrokenSource(
            _("There is no skills_en.csv, or one in another language: this is not the ESCO CSV archive.")
        )
    relations = _relations(source)
    for file, match in (*skills, *groups):
        for number, record in source.table(file, "conceptUri", "preferredLabel", "altLabels"):
            yield _row(f"{file} row {number}", record, match[1], relations, is_group=(file, match) in groups)


def _relations(source: Source) -> _Relations:
    found = _Relations()
    for file, _match in source.named(_BROADER)[:1]:
        for _number, record in source.table(file, "conceptUri", "broaderUri"):
            found.broader[record["conceptUri"]].append(record["broaderUri"])
    for file, match in source.named(_COLLECTION):
        collection = match[1].lower()
        for _number, record in source.table(file, "conceptUri"):
            if collection not in found.collections[record["conceptUri"]]:
                found.collections[record["conceptUri"]].append(collection)
    for file, _match in source.named(_OCCUPATIONS)[:1]:
        for _number, record in source.table(file, "occupationUri", "skillUri"):
            found.occupations[record["skillUri"]].add(record["occupationUri"])
    return found


def _row(where: str, record: dict[str, str], language: str, relations: _Relations, *, is_group: bool) -> Row:
    uri = record["conceptUri"].strip()
    names = parted(record["altLabels"]) + parted(record.get("hiddenLabels", ""))
    return Row(
        where,
        uri,
        labels={language: one_line(record["preferredLabel"])},
        alternatives={language: names},
        descriptions={language: text} if (text := record.get("description", "").strip()) else {},
        code=record.get("code", "").strip(),
        kind=record.get("skillType", "").strip(),
        reuse=record.get("reuseLevel", "").strip(),
        status=record.get("status", "").strip(),
        is_group=is_group,
        broader=tuple(dict.fromkeys(relations.broader.get(uri, ()))),
        collections=tuple(relations.collections.get(uri, ())),
        occupations=len(relations.occupations.get(uri, ())),
    )


def parted(names: str) -> tuple[str, ...]:
    """Return the names that one field lists: on lines of their own in official files, between bars in others."""
    return tuple(one_line(name) for name in _PARTED.split(names) if name.strip())


def one_line(words: str) -> str:
    """Return words with every run of white space as one space."""
    return " ".join(words.split())
