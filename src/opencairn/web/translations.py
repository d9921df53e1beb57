"""Interface texts in other languages, without gettext's own tools: gathered, updated and compiled with Babel.

The ``.po`` files are the source; the ``.mo`` files are made at set-up and never committed.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import templatize

SOURCE = Path(__file__).resolve().parents[1]
KEYWORDS = {
    "_": None,
    "__": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\([a-zA-Z_]\w*\)[a-z]|%[sd]|\{[a-zA-Z_]\w*\}")
STILL = datetime(2026, 1, 1, tzinfo=UTC)  # a fixed date in the header: the file changes only with its texts


def languages() -> list[str]:
    """Return the interface languages that are translated: all but English, in which the texts are written."""
    return [code for code, _name in settings.LANGUAGES if code != "en"]


def po_file(language: str) -> Path:
    """Return where a language's texts are kept."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def _sources() -> Iterator[tuple[str, bytes]]:
    """Yield (path within the package, Python source) of each file with texts; templates are turned into Python."""
    for file in sorted(SOURCE.rglob("*")):
        name = file.relative_to(SOURCE).as_posix()
        if "migrations" in file.parts or "__pycache__" in file.parts:
            continue
        if file.suffix == ".py":
            yield name, file.read_bytes()
        elif file.suffix in {".html", ".txt"} and "templates" in file.parts:
            yield name, templatize(file.read_text("utf-8"), origin=str(file)).encode()


def gather() -> Catalog:
    """Return all texts of the program. Places are files without line numbers, so that the files stay calm."""
    catalogue = Catalog(project="OpenCairn", version="", creation_date=STILL, charset="utf-8", fuzzy=False)
    for name, code in _sources():
        for _line, message, comments, context in extract("python", BytesIO(code), KEYWORDS, ["Translators:"]):
            flags = ["python-format"] if "%(" in str(message) else []
            catalogue.add(message, locations=[(name, 0)], auto_comments=comments, context=context, flags=flags)
    return catalogue


def update() -> dict[str, int]:
    """Bring every language's file up to date, keeping its translations. Returns how many texts lack one."""
    template, missing = gather(), {}
    for language in languages():
        file = po_file(language)
        if file.exists():
            with file.open("rb") as stream:
                catalogue = read_po(stream, locale=language)
            catalogue.update(template, no_fuzzy_matching=True, keep_user_comments=True)
        else:
            catalogue = Catalog(locale=language, project="OpenCairn", version="", fuzzy=False)
            catalogue.update(template)
        catalogue.obsolete.clear()
        catalogue.creation_date = catalogue.revision_date = STILL
        catalogue.header_comment = (
            "# The texts of OpenCairn's interface. Made and kept by: opencairn translations update"
        )
        catalogue.project, catalogue.version, catalogue.msgid_bugs_address = "OpenCairn", "1", "see SECURITY.md"
        catalogue.last_translator = catalogue.language_team = "OpenCairn"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as stream:
            write_po(stream, catalogue, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
        missing[language] = len(_untranslated(catalogue))
    return missing


def _untranslated(catalogue: Catalog) -> list[str]:
    """Return the texts of a catalogue that have no translation, or only a guessed one."""
    waiting = []
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and (message.fuzzy or not all(strings)):
            waiting.append(message.id if isinstance(message.id, str) else message.id[0])
    return waiting


def _misplaced(catalogue: Catalog) -> list[str]:
    """Return the texts whose translation lost or gained a placeholder; a plural's first form may leave one out."""
    wrong = []
    for message in catalogue:
        forms = [*message.string] if isinstance(message.string, tuple | list) else [message.string]
        ids = [*message.id] if isinstance(message.id, tuple | list) else [message.id]
        wanted = {frozenset(PLACEHOLDER.findall(text)) for text in ids}
        held = [frozenset(PLACEHOLDER.findall(text)) for text in forms if text]
        if message.id and any(names not in wanted for names in held):
            wrong.append(ids[0])
    return wrong


def check() -> list[str]:
    """Return complaints: texts without translation, placeholders that differ, files that lag behind the program."""
    complaints, wanted = [], {(m.id, m.context) for m in gather() if m.id}
    for language in languages():
        file = po_file(language)
        if not file.exists():
            complaints.append(f"{language}: there is no file; run opencairn translations update")
            continue
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale=language)
        complaints += [f"{language}: not translated: {text}" for text in _untranslated(catalogue)]
        held = {(m.id, m.context) for m in catalogue if m.id}
        complaints += [f"{language}: not in the file yet: {text}" for text, _context in sorted(wanted - held, key=str)]
        complaints += [f"{language}: other placeholders: {text}" for text in _misplaced(catalogue)]
    return complaints


def compile_catalogues() -> int:
    """Make the ``.mo`` file of every language that is missing or older than its source. Returns how many."""
    made = 0
    for language in languages():
        source = po_file(language)
        target = source.with_suffix(".mo")
        if not source.exists() or (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
            continue
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=language)
        whole = target.with_name(f"{target.name}.{os.getpid()}")  # another process may do the same just now
        with whole.open("wb") as stream:
            write_mo(stream, catalogue)
        whole.replace(target)
        made += 1
    return made
