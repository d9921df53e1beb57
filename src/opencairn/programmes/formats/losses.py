"""What each format keeps of a programme: a table made by writing one that states everything, and reading it back.

Run ``python -m opencairn.programmes.formats.losses`` for the page ``docs/reference/losses-of-programmes.md``.
"""

import io
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

from .fields import FACTS, RUN, RUN_DAYS
from .row import Description, Format, ProviderFacts, Quality, Reader, Row

_URL = "https://cairn.example/programmes/water/"
_PROVIDER = ProviderFacts("Hochschule Tarntal", "DE", "https://tarntal.example/")
_SKILL = {"uri": "http://data.europa.eu/esco/skill/5e3c9a1e", "label": "take water samples", "framework": "ESCO"}
_OTHER = {"uri": "https://onet.example/2.A.1", "label": "Reading", "framework": "O*NET"}

#: A programme that leaves nothing out.
FILLED = Description(
    uuid="0d4a1b1e-0000-4000-8000-000000000001",
    url=_URL,
    version=3,
    published_as="micro-credential",
    changed_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    provider=_PROVIDER,
    facts={
        "title": {"en": "Water sampling", "de": "Gewässer beproben"},
        "summary": {"en": "Samples that hold in court.", "de": "Proben, die vor Gericht zählen."},
        "plain_summary": {"de": "Hier lernen Sie, wie man Wasser prüft."},
        "description": {"en": "Two days at the river.\n\nOne day in the laboratory.", "de": "Zwei Tage am Fluss."},
        "assessment": {"en": "Take three samples.", "de": "Drei Proben nehmen."},
        "participation_note": {"en": "Two days on site."},
        "quality_assurance_note": {"en": "By the Agency."},
        "prerequisites": {"en": "None.", "de": "Keine."},
        "grading": {"de": "1 bis 5"},
        "stackability": {"en": "Counts towards the certificate."},
        "further_information": {"en": "Bring boots."},
        "inherent_requirements": {"en": "Walk on uneven ground."},
        "price_support": {"en": "Half price for the unemployed."},
        "certification": {"en": "A signed certificate."},
        "offering_type": "short-course",
        "national_level": "DQR 5",
        "level_not_applicable": "Stated all the same, to see whether it is kept",
        "participation": "blended",
        "quality_assurance": "external-programme",
        "signed_off_by": "Dean of studies",
        "supervision": "supervised-id",
        "field_code": "0521",
        "homepage": "https://tarntal.example/water",
        "hours": 60,
        "hours_most": 75,
        "weeks": 6,
        "eqf_level": 5,
        "ects": Decimal("2.50"),
        "signed_off_on": date(2026, 2, 1),
        "review_due_on": date(2028, 2, 1),
        "assessment_types": ["written", "practical"],
        "languages": ["en", "de"],
        "need": [
            {
                "source": "Regional survey",
                "date": "2025-05-01",
                "sector": "E36",
                "url": "https://survey.example/",
                "note": "Forty posts",
            }
        ],
        "vendor_standards": [{"name": "Field standard 7", "owner": "Water guild", "url": "https://guild.example/7"}],
    },
    outcomes=[
        {"text": {"en": "Take a sample", "de": "Eine Probe nehmen"}, "skills": [_SKILL, _OTHER]},
        {"text": {"en": "Keep the chain of custody"}, "skills": []},
    ],
    offerings=[
        {
            "id": "0d4a1b1e-0000-4000-8000-000000000002",
            "starts_on": date(2026, 9, 1),
            "ends_on": date(2026, 10, 12),
            "enrol_until": date(2026, 8, 15),
            "place": "Tarntal",
            "languages": ["de"],
            "schedule": {"en": "Fridays"},
            "capacity": 20,
            "price": Decimal("250.00"),
            "currency": "EUR",
        },
        {
            "id": "0d4a1b1e-0000-4000-8000-000000000003",
            "starts_on": date(2027, 3, 1),
            "ends_on": date(2027, 4, 12),
            "place": "Innsbruck",
            "price": Decimal("0.00"),
            "currency": "EUR",
        },
    ],
    awarding_bodies=(_PROVIDER, ProviderFacts("Chamber of Water Engineers", "AT", "https://chamber.example/")),
    partners=(
        {"role": "designer", "name": "Waterworks", "url": "https://works.example/"},
        {"role": "endorser", "name": "Water guild", "url": ""},
        {"role": "funder", "name": "Regional fund", "url": "https://fund.example/"},
        {"role": "employer", "name": "Tarn water board", "url": ""},
    ),
    quality=(
        Quality(
            "external-programme",
            ProviderFacts("Agency for Quality", "DE", "https://agency.example/"),
            "17/2026",
            "https://cairn.example/register/17/",
            date(2026, 1, 1),
            date(2030, 12, 31),
        ),
    ),
)

#: The same at a level that no European list knows, in a job, with a run that can start any day.
UNUSUAL = replace(
    FILLED,
    facts=FILLED.facts
    | {"national_level": "Regional step 5", "participation": "workbased", "hours": 61, "hours_most": None},
    offerings=[
        {name: value for name, value in FILLED.offerings[0].items() if name not in RUN_DAYS},
        FILLED.offerings[1],
    ],
)

#: The same where it is described in too little detail for the word "micro-credential", and counted in hours alone.
LISTING = replace(FILLED, published_as="listing", facts=FILLED.facts | {"ects": None, "hours_most": None})

PARTS_PLAYED = ("designer", "funder", "endorser", "employer")  # by partners

ROWS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Title", ("title",)),
    ("Summary and description", ("summary", "plain_summary", "description")),
    ("Provider", ("provider",)),
    ("Awarding bodies and partners", ("awarding_bodies", *PARTS_PLAYED)),
    ("Learning outcomes and skills", ("outcomes", "skills")),
    ("Workload", ("ects", "hours", "hours_most", "weeks")),
    ("Level", ("eqf_level", "national_level", "level_not_applicable")),
    ("Assessment", ("assessment_types", "assessment", "grading", "supervision")),
    ("Form of participation", ("participation", "participation_note")),
    ("Quality assurance as the provider states it",
        ("quality_assurance", "quality_assurance_note", "signed_off_by", "signed_off_on")),
    ("Decisions of quality bodies", ("quality",)),
    ("Prerequisites and inherent requirements", ("prerequisites", "inherent_requirements")),
    ("Stacking", ("stackability",)),
    ("Certification", ("certification",)),
    ("Further information", ("further_information", "homepage")),
    ("Languages of teaching", ("languages",)),
    ("Field of study and kind of course", ("field_code", "offering_type")),
    ("Evidence of need, standards of industry", ("need", "vendor_standards")),
    ("Day of the next review", ("review_due_on",)),
    ("Help with the price", ("price_support",)),
    ("Dates", ("starts_on", "ends_on", "enrol_until")),
    ("Places, languages, schedule of a run", ("place", "languages of a run", "schedule", "capacity")),
    ("Price", ("price", "currency")),
    ("Identifier", ("identifier",)),
)  # fmt: skip


def read_back(form: Format, what: Description) -> Row:
    """Return what a format gives back of a description, as the one row of its document."""
    (row,) = form.read(io.BytesIO(b"".join(form.write([what]))))
    return row


def stated_of(what: Description | Row) -> dict[str, Any]:
    """Return what a description or a row states, by the names of ROWS."""
    facts = {name: _or_none(what.facts.get(name)) for name in FACTS}
    runs = {of_a_run(name): [_or_none(run.get(name)) for run in what.offerings] for name in RUN}
    whole = {name: getattr(what, name) for name in ("provider", "awarding_bodies", "quality")}
    played = {role: [each for each in what.partners if each["role"] == role] for role in PARTS_PLAYED}
    parts = {"outcomes": [each["text"] for each in what.outcomes], "skills": [each["skills"] for each in what.outcomes]}
    identifier = what.url if isinstance(what, Description) else what.source_id
    return facts | runs | whole | played | parts | {"identifier": identifier}


def of_a_run(name: str) -> str:
    """Return the name in ROWS of a field of a run: a version has languages, too."""
    return f"{name} of a run" if name in FACTS else name


def _or_none(value: Any) -> Any:
    """What is empty is not stated."""
    return None if value in ("", [], {}) else value


def fates(form: Format) -> dict[str, str]:
    """Return what became of each thing stated: "kept" in each programme, "lost" in each, else "in part"."""
    return {name: each.pop() if len(each) == 1 else "in part" for name, each in _met(form).items()}


def _met(form: Format) -> dict[str, set[str]]:
    """What became of each thing stated in any of the three programmes."""
    found: dict[str, set[str]] = {}
    for what in (FILLED, UNUSUAL, LISTING):
        after = stated_of(read_back(form, what))
        for name, value in stated_of(what).items():
            if value is not None:
                found.setdefault(name, set()).add(_fate(value, after[name]))
    return found


EVERYTHING = frozenset(stated_of(FILLED))


def carried(form: Reader) -> frozenset[str]:
    """Return what a source in this format can state, by the names of ROWS; a catalogue that is only read states all.

    What it can state of some programmes only is not among them: that a row does not state it says nothing.
    """
    if not hasattr(form, "write"):
        return EVERYTHING
    return frozenset(name for name, found in _met(cast("Format", form)).items() if "lost" not in found)


def _fate(before: Any, after: Any) -> str:
    if after == before:
        return "kept"
    something = any(after) if isinstance(after, (list, tuple)) else after
    return "in part" if something else "lost"


def kept(names: tuple[str, ...], found: Mapping[str, str]) -> str:
    """Return what became of one row of the table, with the names of the fields where they differ."""
    if len({found[name] for name in names}) == 1:
        return found[names[0]]
    by_fate: dict[str, list[str]] = {}
    for name in names:
        by_fate.setdefault(found[name], []).append(name.replace("_", " "))
    return "; ".join(f"{fate}: {', '.join(those)}" for fate, those in sorted(by_fate.items()))


def table(formats: tuple[Format, ...]) -> str:
    """Return the table in Markdown: a row for each element, a column for each format."""
    columns = {form.name: fates(form) for form in formats}
    lines = [f"| element | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    lines += [f"| {name} | {' | '.join(kept(names, each) for each in columns.values())} |" for name, names in ROWS]
    return "\n".join(lines)


PAGE = """# What each format keeps of a programme

This page is made by `python -m opencairn.programmes.formats.losses`: three programmes that state all, each with
two runs, one of them at a level of its own and in a job, one a listing counted in hours, are written in each format and
read back. *Kept* means equal, in all languages; *in part* means that something of it came back; *lost* means nothing
did. Decisions of quality bodies are
written, and read to be compared, but an import never believes them. [Formats](formats.md) says how each is used.

{table}
"""


def page() -> str:
    """Return the whole page."""
    from . import FORMATS  # noqa: PLC0415 - it lists the formats, and they are no part of it

    return PAGE.format(table=table(FORMATS))


if __name__ == "__main__":
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=False)
    sys.stdout.write(page())
