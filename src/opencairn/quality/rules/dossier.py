"""What an application has to hold before it is sent, and which files are taken into a dossier."""

import re
from collections.abc import Collection

from .frameworks import Framework

LONGEST_NAME = 100
LARGEST_FILE = 4 * 1024 * 1024  # bytes
MOST_FILES = 60  # in one dossier
#: What the first bytes have to be, by kind. A file is what its bytes say, whatever its name says.
MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
)


def dossier_gaps(
    framework: Framework,
    *,
    facts: Collection[str] | None,
    given: Collection[tuple[str, int]],
    statement: str,
) -> tuple[tuple[str, int], ...]:
    """Return what is missing before an application can be sent: (criterion, place of the document).

    ``given`` are the documents that have words or a file. ("", 0) stands for the statement. What is not mandatory needs
    no documents, and a framework without a dossier needs nothing but the description.
    """
    if framework.dossier == "none":
        return ()
    case = () if statement.strip() else (("", 0),)
    return case + tuple(
        (each.key, place)
        for each in framework.criteria
        if each.mandatory and (facts is None or each.applies(facts))
        for place in range(len(each.documents))
        if (each.key, place) not in given
    )


def kind_of(content: bytes) -> tuple[str, str] | None:
    """Return media type and ending of a file that is taken: PDF, PNG, JPEG or plain text; None for any other."""
    for start, media_type, ending in MAGIC:
        if content.startswith(start):
            return media_type, ending
    try:
        words = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    plain = bool(words.strip()) and all(each >= " " or each in "\n\r\t\f" for each in words)
    return ("text/plain", "txt") if plain and not words.lstrip("\ufeff \r\n\t").startswith("<") else None


def file_name(name: str, ending: str) -> str:
    """Return a harmless name with the ending of its kind: no path, no control sign, nothing that hides the ending."""
    stem = re.split(r"[/\\]", name)[-1].rpartition(".")[0] or re.split(r"[/\\]", name)[-1]
    plain = "".join(each if each.isalnum() or each in " -_()" else "-" for each in stem).strip(" -")
    return f"{plain[: LONGEST_NAME - 5] or 'document'}.{ending}"
