"""What each format keeps of an attainment: a table made by writing one that states everything, and reading it back.

The rows are the elements of the mapping table between the European and the Australian lists and the formats. Run
``python -m opencairn.engine.losses`` for the page ``docs/reference/losses.md``.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from . import formats
from .canonical.contexts import OWN_TERMS
from .model import (
    Accreditation,
    Achievement,
    Attainment,
    Evidence,
    Issuer,
    Learner,
    Outcome,
    OutcomeResult,
    Related,
    Replaced,
    Skill,
    Status,
)

_PROGRAMME = "https://cairn.example/programmes/water/v/1/"
_BODY = Issuer(
    id="https://agency.example/", name="Agency for Quality", country="DE", url="https://agency.example/about",
    email="desk@agency.example", region="DE3", legal_identifier="VATDE-987654321",
)  # fmt: skip
_ISSUER = Issuer(
    id="did:web:tarntal.example", name="Hochschule Tarntal", country="DE", url="https://tarntal.example/",
    email="office@tarntal.example", region="DE2", legal_identifier="VATDE-123456789",
)  # fmt: skip
_SKILL = Skill("http://data.europa.eu/esco/skill/5e3c9a1e", "take water samples")

#: An attainment that leaves nothing out.
FILLED = Attainment(
    id="urn:uuid:0d4a1b1e-0000-4000-8000-000000000001",
    issuer=_ISSUER,
    learner=Learner(
        name="Mirren Okafor",
        id="did:example:mirren",
        email_hash="sha256$" + "0f" * 32,
        given_name="Mirren",
        family_name="Okafor",
        born_on=date(1999, 2, 28),
        national_id="L01X00T47",
    ),
    achievement=Achievement(
        id=_PROGRAMME,
        version="1",
        name={"en": "Water sampling", "de": "Gewässer beproben"},
        description={"en": "Samples that hold in court.", "de": "Proben, die vor Gericht zählen."},
        criteria={"en": "Pass both outcomes.", "de": "Beide Ergebnisse erreichen."},
        outcomes=(
            Outcome(f"{_PROGRAMME}#1", {"en": "Take a sample", "de": "Eine Probe nehmen"}, (_SKILL,)),
            Outcome(f"{_PROGRAMME}#2", {"en": "Keep the chain of custody"}),
        ),
        human_code="WS-1",
        ects=Decimal("2.5"),
        hours=60,
        eqf_level=5,
        national_level="DQR 5",
        level_not_applicable="Stated all the same, to see whether it is kept",
        assessment_types=("practical", "written"),
        participation="blended",
        quality_assurance="external-programme",
        quality_assurance_note={"en": "By the Agency.", "de": "Durch die Agentur."},
        prerequisites={"en": "None", "de": "Keine"},
        supervision="supervised-id",
        grading_scheme={"de": "1 bis 5"},
        stackability={"en": "Counts towards the certificate."},
        further_information={"en": "Bring boots."},
        inherent_requirements={"en": "Walk on uneven ground."},
        languages=("en", "de"),
        field_of_study="0521",
        image="https://cairn.example/programmes/water/v/1/stone.png",
        image_caption="Azurite stone",
        designer=Issuer("https://cairn.example/organisations/tarntal/", "Hochschule Tarntal", "DE"),
        outcome_summary={"en": "Sampling from start to court."},
        cycle="short",
        learning_setting="formal",
        recognition={"en": "Counted by the Chamber of Water Engineers."},
        related=(Related("https://cairn.example/programmes/rivers/", "Certificate in Rivers", "leads-to"),),
        identifiers=("urn:isbn:9780306406157",),
        homepage="https://tarntal.example/water",
        accreditation=Accreditation(
            id="https://agency.example/decisions/17",
            title={"en": "Programme accreditation"},
            kind="external-programme",
            agent=_BODY,
            decision="17/2026",
            valid_from=date(2026, 1, 1),
            valid_until=date(2030, 12, 31),
        ),
    ),
    awarded_on=date(2026, 3, 1),
    valid_from=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    valid_until=datetime(2029, 3, 2, 9, 0, tzinfo=UTC),
    results=(OutcomeResult(f"{_PROGRAMME}#1", True, "87"), OutcomeResult(f"{_PROGRAMME}#2", True, "91")),
    grade="1,7",
    prior_learning=True,
    status=Status("https://cairn.example/status/7/", 94_567),
    salt="9f86d081884c7d65",
    awarding_body=Issuer("https://chamber.example/", "Chamber of Water Engineers", "DE"),
    started_on=date(2026, 1, 12),
    ended_on=date(2026, 2, 27),
    hours_spent=48,
    prior_learning_note={"en": "Ten years at the waterworks."},
    evidence=(
        Evidence("https://tarntal.example/report.pdf", "Report", "A field report", "Shows every step.", "Portfolio"),
    ),
    replaces=Replaced("urn:uuid:0d4a1b1e-0000-4000-8000-000000000000", "renewal"),
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One element of the mapping table, and the fields of the model that state it. ``note`` is said where none does."""

    element: str
    paths: tuple[str, ...]
    note: str = ""


def _of_achievement(*names: str) -> tuple[str, ...]:
    return tuple(f"achievement.{name}" for name in names)


ROWS = (
    Row("Who learned", ("learner.name", "learner.given_name", "learner.family_name", "learner.id", "learner.email_hash",
        "learner.born_on", "learner.national_id", "salt")),
    Row("Title", _of_achievement("name")),
    Row("Country and region of the issuer", ("issuer.country", "issuer.region")),
    Row("Issuer and awarding body", ("issuer.id", "issuer.name", "issuer.url", "issuer.email",
        "issuer.legal_identifier", "awarding_body", "achievement.designer")),
    Row("Date of the award", ("awarded_on",)),
    Row("Learning outcomes and skills", _of_achievement("outcomes", "outcome_summary", "criteria")),
    Row("Workload", (*_of_achievement("ects", "hours"), "hours_spent")),
    Row("Level and cycle", _of_achievement("eqf_level", "national_level", "level_not_applicable", "cycle")),
    Row("Kind of assessment", _of_achievement("assessment_types")),
    Row("Form of participation", _of_achievement("participation")),
    Row("Kind of quality assurance", _of_achievement("quality_assurance", "quality_assurance_note", "accreditation")),
    Row("Prerequisites", _of_achievement("prerequisites")),
    Row("Supervision and identity check", _of_achievement("supervision")),
    Row("Results and grade", ("results", "grade", "achievement.grading_scheme")),
    Row("Stacking", _of_achievement("stackability", "related")),
    Row("Further information", _of_achievement("description", "further_information", "homepage")),
    Row("Languages", _of_achievement("languages")),
    Row("Days of learning", ("started_on", "ended_on")),
    Row("Inherent requirements", _of_achievement("inherent_requirements")),
    Row("Price and help with it", (), "not part of a credential"),
    Row("What is certified", _of_achievement("image", "image_caption")),
    Row("Recognition by employers and professions", _of_achievement("recognition")),
    Row("Field of study", _of_achievement("field_of_study")),
    Row("Learning setting", _of_achievement("learning_setting")),
    Row("Place", (), "not part of a credential"),
    Row("Names and versions", ("id", "replaces", *_of_achievement("id", "version", "human_code", "identifiers"))),
    Row("Validity", ("valid_from", "valid_until")),
    Row("Revocation", ("status",)),
    Row("Evidence of learning", ("evidence",)),
    Row("Prior learning", ("prior_learning", "prior_learning_note")),
)  # fmt: skip


def writable() -> tuple[Any, ...]:
    """Return the formats that can be written, in the order of the tuple."""
    return tuple(each for each in formats.FORMATS if hasattr(each, "write"))


def read_back(format_: Any) -> Attainment:
    """Return the attainment that states everything as a format gives it back."""
    found: Attainment = format_.read(format_.write(FILLED))
    return found


def read_by_others() -> Attainment:
    """Return what a reader of Open Badges makes of ours who knows the core fields and not our own terms."""
    document = formats.open_badge_3.write(FILLED)
    known = [each for each in document["@context"] if each != OWN_TERMS]
    return formats.open_badge_3.read({**document, "@context": known})


def columns() -> Mapping[str, Attainment]:
    """Return what comes back, by the heading of its column."""
    found: dict[str, Attainment] = {}
    for each in writable():
        found[each.NAME] = read_back(each)
        if each is formats.open_badge_3:
            found[f"{each.NAME}, core fields only"] = read_by_others()
    return found


def kept(row: Row, back: Attainment) -> str:
    """Return what became of one row: kept, changed or lost, with the names of the fields where they differ."""
    if not row.paths:
        return row.note
    fates = {path: _fate(_at(FILLED, path), _at(back, path)) for path in row.paths}
    if len(set(fates.values())) == 1:
        return next(iter(fates.values()))
    by_fate: dict[str, list[str]] = {}
    for path, fate in fates.items():
        by_fate.setdefault(fate, []).append(path.rpartition(".")[2].replace("_", " "))
    return "; ".join(f"{fate}: {', '.join(names)}" for fate, names in sorted(by_fate.items()))


def _fate(before: Any, after: Any) -> str:
    if after == before:
        return "kept"
    return "lost" if after is None or after in ("", (), {}, False) else "in part"


def _at(stated: Any, path: str) -> Any:
    for name in path.split("."):
        stated = getattr(stated, name)
    return stated


def leaves(stated: Any, above: str = "") -> Iterable[str]:
    """Yield the path of every field that is not itself the issuer, the learner or the achievement."""
    for field in fields(stated):
        inner = getattr(stated, field.name)
        if field.name in ("issuer", "learner", "achievement") and is_dataclass(inner):
            yield from leaves(inner, f"{above}{field.name}.")
        else:
            yield f"{above}{field.name}"


def table() -> str:
    """Return the table in Markdown: a row for each element, a column for each format that is written."""
    found = columns()
    lines = [f"| # | element | {' | '.join(found)} |", "|---" * (len(found) + 2) + "|"]
    for place, row in enumerate(ROWS, start=1):
        cells = (kept(row, back) for back in found.values())
        lines.append(f"| {place} | {row.element} | {' | '.join(cells)} |")
    return "\n".join(lines)


PAGE = """# What each format keeps

This page is made by `python -m opencairn.engine.losses`: an attainment that states every field is written in each
format and read back. *Kept* means equal, in all its languages; *in part* means that something of it came back; *lost*
means nothing did. An e-mail address is never in a credential: it travels as a salted hash. *Core fields only* is what
a reader of Open Badges sees who does not know our own terms.

{table}

A learner record (CLR 2.0) holds signed credentials as they are, so it keeps what they keep.
"""


def page() -> str:
    """Return the whole page."""
    return PAGE.format(table=table())


if __name__ == "__main__":
    sys.stdout.write(page())
