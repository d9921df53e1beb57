"""O*NET, as the official text archive (``Content Model Reference.txt`` …) or as the shared extract.

Taken are skills, knowledge, abilities and work activities of the content model; an occupation asks for one of them
where its rated importance is 3 ("important") or more. O*NET publishes no addresses for its elements; we use the address
of the page that O*NET OnLine shows each on.
"""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from .esco import one_line
from .row import Row
from .source import BrokenSource, Source

key = "onet"
name = "O*NET"
credit = (
    "This product includes information from the O*NET {version} Database by the U.S. Department of Labor, Employment "
    "and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. O*NET is a trademark of USDOL/ETA. "
    "Modified: columns dropped, ratings summed up."
)
licence = "CC BY 4.0"
description = "O*NET: the official text archive (zip or folder), or the shared extract"
space = ADDRESS = "https://www.onetonline.org/find/descriptor/result/"

KINDS = {"2.A": "skill", "2.B": "skill", "2.C": "knowledge", "1.A": "ability", "4.A": "work activity"}
IMPORTANT = 3.0
_EXTRACT = r"content_model\.csv"
_OFFICIAL = r"Content Model Reference\.txt"


def version_of(source: Source) -> str:
    """Return the version in the archive's name, such as ``db_29_2_text.zip``; the extract is of 29.2."""
    return "29.2" if source.named(_EXTRACT) else source.stated_version()


def read(source: Source, version: str) -> Iterator[Row]:
    """Yield the elements in the order of the content model."""
    elements = _elements(source)
    if not elements:
        raise BrokenSource(_("There is no Content Model Reference.txt: this is not the O*NET text archive."))
    parents = {_parent(element) for element in elements}
    counts = _occupations(source)
    for element, (where, label, text) in elements.items():
        kind = KINDS.get(element[:3])
        if kind:
            yield Row(
                where,
                ADDRESS + element,
                labels={"en": one_line(label)},
                descriptions={"en": text.strip()} if text.strip() and text != label else {},
                code=element,
                kind=kind,
                status="released",
                is_group=element in parents,
                broader=(ADDRESS + up,) if (up := _parent(element)) in elements and up[:3] in KINDS else (),
                occupations=counts[element],
            )


def _parent(element: str) -> str:
    return element.rpartition(".")[0]


def _elements(source: Source) -> dict[str, tuple[str, str, str]]:
    found = {}
    for file, _match in source.named(_EXTRACT):
        for number, record in source.table(file, "element_id", "element", "description"):
            found[record["element_id"]] = (f"{file} row {number}", record["element"], record["description"])
    for file, _match in source.named(_OFFICIAL):
        for number, record in source.table(file, "Element ID", "Element Name", "Description", delimiter="\t"):
            found[record["Element ID"]] = (f"{file} row {number}", record["Element Name"], record["Description"])
    return found


def _occupations(source: Source) -> Counter[str]:
    counts: Counter[str] = Counter()
    for file, _match in source.named(r"(skills|knowledge)\.csv"):
        for _number, record in source.table(file, "element_id", "importance_1_5"):
            counts[record["element_id"]] += _number_of(record["importance_1_5"]) >= IMPORTANT
    for file, _match in source.named(r"(Skills|Knowledge|Abilities|Work Activities)\.txt"):
        for _number, record in source.table(file, "Element ID", "Scale ID", "Data Value", delimiter="\t"):
            if record["Scale ID"] == "IM":
                counts[record["Element ID"]] += _number_of(record["Data Value"]) >= IMPORTANT
    return counts


def _number_of(words: str) -> float:
    try:
        return float(words)
    except ValueError:
        return 0.0
