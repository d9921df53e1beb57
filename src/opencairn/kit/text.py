"""Text in several languages: a mapping from BCP 47 language tag to words, such as ``{"en": "Water"}``."""

import re
from collections.abc import Iterable, Mapping
from unicodedata import combining, name, normalize

# What a text has no use for and XML cannot carry, and the signs that turn letters round; a line break is none of them.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # control, and turning the writing direction

_SCRIPTS = frozenset(("LATIN", "CYRILLIC", "GREEK"))


def pick(text: Mapping[str, str] | None, languages: Iterable[str]) -> tuple[str, str]:
    """Return (language, words): the first wanted language that is filled, else the first filled one, else ("", "")."""
    filled = {tag: words for tag, words in (text or {}).items() if words.strip()}
    for wanted in languages:
        for tag, words in filled.items():
            if tag == wanted or tag.split("-")[0] == wanted.split("-")[0]:
                return tag, words
    return next(iter(filled.items()), ("", ""))


def is_filled(text: Mapping[str, str] | None) -> bool:
    """Whether any language has words."""
    return any(words.strip() for words in (text or {}).values())


def has_hidden(words: str) -> bool:
    """Whether a line holds a control character, or one that turns the letters after it round: a name needs neither."""
    return bool(_HIDDEN.search(words))


def mixes_scripts(words: str) -> bool:
    """Whether one word has letters of two of Latin, Cyrillic and Greek, as a name does that only looks like another."""
    return any(len(_SCRIPTS.intersection(_script(letter) for letter in word)) > 1 for word in words.split())


def _script(letter: str) -> str:
    return name(letter, "").partition(" ")[0] if letter.isalpha() else ""


def spellings(words: str) -> tuple[str, ...]:
    """Return the words as typed, small, capital and title-case: SQLite compares only A to Z without regard to case."""
    return tuple(dict.fromkeys((words, words.lower(), words.upper(), words.title())))


def plain(words: str) -> str:
    """Case and accents taken off, for comparing and searching: ``"Gewässer"`` becomes ``"gewasser"``."""
    if words.isascii():
        return words.lower()
    return "".join(c for c in normalize("NFKD", words.casefold()) if not combining(c))
