"""Text in several languages: a mapping from BCP 47 language tag to words, such as ``{"en": "Water"}``."""

import re
from collections.abc import Iterable, Mapping
from unicodedata import combining, normalize

# What a text has no use for and XML cannot carry, and the signs that turn letters round; a line break is none of them.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # control, and turning the writing direction
# Default_Ignorable_Code_Point of Unicode: what no reader sees, such as a soft hyphen, a filler or a tag
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


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


def spellings(words: str) -> tuple[str, ...]:
    """Return the words as typed, small, capital and title-case: SQLite compares only A to Z without regard to case."""
    return tuple(dict.fromkeys((words, words.lower(), words.upper(), words.title())))


def plain(words: str) -> str:
    """Case, accents and what cannot be seen taken off, for comparing: ``"Gewässer"`` becomes ``"gewasser"``.

    A dotless ı counts as i, as its capital does. Decomposed before case is folded: a bold 𝐌 is small only then.
    """
    if words.isascii():
        return words.lower()
    folded = normalize("NFKD", normalize("NFKD", _UNSEEN.sub("", words)).casefold()).replace("ı", "i")
    return "".join(c for c in folded if not combining(c))
