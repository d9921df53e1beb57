"""Small archives in the layout of the official ones, written for the tests: made-up texts, official columns."""

import csv
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

SKILL = "http://data.europa.eu/esco/skill/"
SKILL_COLUMNS = (
    "conceptType", "conceptUri", "skillType", "reuseLevel", "preferredLabel", "altLabels", "hiddenLabels", "status",
    "modifiedDate", "scopeNote", "definition", "inScheme", "description",
)  # fmt: skip
GROUP_COLUMNS = (
    "conceptType", "conceptUri", "preferredLabel", "altLabels", "hiddenLabels", "status", "modifiedDate", "scopeNote",
    "inScheme", "description", "code",
)  # fmt: skip
COLLECTION_COLUMNS = (
    "conceptType", "conceptUri", "preferredLabel", "status", "skillType", "reuseLevel", "altLabels", "description",
    "broaderConceptUri", "broaderConceptPT",
)  # fmt: skip

# address, kind, English, other English names, German, other German names, how many occupations
SKILLS = (
    ("probe", "skill/competence", "calibrate field probes", "adjust sensors\nset up water sensors", "Feldsonden kalibrieren", "Sensoren einstellen", 3),
    ("water", "knowledge", "water chemistry", "chemistry of lakes", "Wasserchemie", "Chemie der Gewässer", 1),
    ("report", "skill/competence", "write technical reports", "technical writing", "technische Berichte verfassen", "", 9),
    ("python", "knowledge", "Python (computer programming)", "Python\nPython 3", "Python (Computerprogrammierung)", "Python", 5),
    ("waste", "skill/competence", "sort waste", "separate rubbish", "Abfall trennen", "Mülltrennung", 0),
    ("fax", "skill/competence", "send faxes", "", "Faxe senden", "", 0),
)  # fmt: skip


def table(columns: tuple[str, ...], rows: Iterable[dict[str, str]]) -> bytes:
    """A CSV file with these columns; what a row does not state is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def skills(language: str = "en", *, without: tuple[str, ...] = (), **labels: str) -> bytes:
    """``skills_<language>.csv``; ``labels`` gives some skills another label."""
    rows = []
    for name, kind, english, names, german, german_names, _count in SKILLS:
        label, others = (german, german_names) if language == "de" else (english, names)
        if name not in without:
            rows.append(
                {
                    "conceptType": "KnowledgeSkillCompetence",
                    "conceptUri": SKILL + name,
                    "skillType": kind,
                    "reuseLevel": "cross-sector",
                    "preferredLabel": labels.get(name, label),
                    "altLabels": others,
                    "status": "obsolete" if name == "fax" else "released",
                    "description": f"About {english}.",
                }
            )
    return table(SKILL_COLUMNS, rows)


def files(*languages: str, without: tuple[str, ...] = (), **labels: str) -> dict[str, bytes]:
    """The files of one archive."""
    made = {f"skills_{tag}.csv": skills(tag, without=without, **labels) for tag in languages or ("en",)}
    made["skillGroups_en.csv"] = table(
        GROUP_COLUMNS,
        [
            {"conceptUri": SKILL + "S1", "preferredLabel": "work in the field", "code": "S1", "status": "released"},
            {"conceptUri": SKILL + "K05", "preferredLabel": "natural sciences", "code": "05", "status": "released"},
        ],
    )
    made["broaderRelationsSkillPillar_en.csv"] = table(
        ("conceptType", "conceptUri", "broaderType", "broaderUri"),
        [
            {"conceptUri": SKILL + child, "broaderUri": SKILL + parent}
            for child, parent in (("probe", "S1"), ("water", "K05"), ("probe", "K05"), ("S1", "S1"))
        ],
    )
    made["greenSkillsCollection_en.csv"] = table(COLLECTION_COLUMNS, [{"conceptUri": SKILL + "waste"}])
    made["digitalSkillsCollection_en.csv"] = table(
        COLLECTION_COLUMNS, [{"conceptUri": SKILL + "python"}, {"conceptUri": SKILL + "python"}]
    )
    made["occupationSkillRelations_en.csv"] = table(
        ("occupationUri", "relationType", "skillType", "skillUri"),
        [
            {
                "occupationUri": f"http://data.europa.eu/esco/occupation/{n}",
                "relationType": "optional",
                "skillUri": SKILL + row[0],
            }
            for row in SKILLS
            for n in range(row[6])
        ],
    )
    return made


def zipped(path: Path, content: dict[str, bytes], *, folder: str = "ESCO dataset - v1.2.0/") -> Path:
    """Write a zip, its files in a folder of their own as some publishers have it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(folder + name, data)
    return path


def unpacked(path: Path, content: dict[str, bytes]) -> Path:
    """Write a folder of files."""
    path.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        (path / name).write_bytes(data)
    return path
