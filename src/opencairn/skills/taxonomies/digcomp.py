"""DigComp, the European framework of digital competence, in the form ESCO publishes it: competences and their areas.

The collection file of an official ESCO archive (``digCompSkillsCollection_en.csv``), alone or in its archive, or the
shared extract (``digcomp_in_esco.csv.gz``). The proficiency statements of DigComp are not part of it.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from .esco import one_line, parted
from .row import Row
from .source import BrokenSource, Source

key = "digcomp"
name = "DigComp (in ESCO)"
credit = "This service uses the ESCO classification of the European Commission. The data was modified: columns dropped."
licence = "Reuse with attribution (Commission Decision 2011/833/EU)"
description = "DigComp: the collection file of an official ESCO archive, or the shared extract"
space = ""  # its competences are skills of ESCO

_OFFICIAL = r"dig[Cc]omp(?:Skills)?Collection_([a-z]{2,3})\.csv"
_EXTRACT = r"digcomp_in_esco\.csv"


def version_of(source: Source) -> str:
    """Return the version of the ESCO archive the collection comes from: DigComp itself has none there."""
    stated = "1.2.0" if source.named(_EXTRACT) else source.stated_version()
    return f"esco-{stated}" if stated else ""


def read(source: Source, version: str) -> Iterator[Row]:
    """Yield competences and areas; an area is a concept that others name as broader."""
    official, extract = source.named(_OFFICIAL), source.named(_EXTRACT)
    if not official and not extract:
        raise BrokenSource(_("There is no digCompSkillsCollection_en.csv, or one in another language."))
    for file, match in official:
        rows = list(source.table(file, "conceptUri", "preferredLabel", "altLabels", "broaderConceptUri"))
        columns = ("conceptUri", "preferredLabel", "description", "broaderConceptUri")
        yield from _rows(file, match[1], rows, columns)
    for file, _match in extract if not official else ():
        rows = list(source.table(file, "uri", "label_en", "description_en", "broader_uri"))
        yield from _rows(file, "en", rows, ("uri", "label_en", "description_en", "broader_uri"))


def _rows(
    file: str, language: str, rows: list[tuple[int, dict[str, str]]], columns: tuple[str, str, str, str]
) -> Iterator[Row]:
    uri, label, text, up = columns
    here = {record[uri] for _number, record in rows}
    broader = {record[uri]: tuple(each for each in parted(record[up]) if each in here) for _number, record in rows}
    areas = {each for ups in broader.values() for each in ups}
    for number, record in rows:
        yield Row(
            f"{file} row {number}",
            record[uri].strip(),
            labels={language: one_line(record[label])},
            alternatives={language: parted(record.get("altLabels", ""))},
            descriptions={language: words} if (words := record.get(text, "").strip()) else {},
            kind=record.get("skillType", ""),
            reuse=record.get("reuseLevel", ""),
            status=record.get("status", "") or "released",
            is_group=record[uri] in areas,
            broader=broader[record[uri]],
            collections=("digcomp",),
        )
