"""Letters that only look like others: in a word that a list forbids, in a name that may pass for somebody else's."""

import re
from unicodedata import category, decomposition, name, normalize

from opencairn.kit.text import plain

ANY = "*"  # a letter of another script inside a word of Latin ones: it may stand for any of them
PLURALS = (("", ""), ("", "s"), ("", "es"), ("y", "ies"))

#: Letters as ``plain`` leaves them, and the Latin ones that they, or their capitals, look like: for words that are
#: spelled in another script from end to end. Cyrillic, Greek, Armenian, Cherokee, Lisu; then Latin letters of no
#: Latin name. The likenesses are facts of Unicode's confusables (UTS 39).
_LOOKS_LIKE = str.maketrans(
    "авекмнорстухіјѕԁһԛԝӏԍ" "αβεζικμορτυχ" "օոսհցզ"
    "ᎠᎡᎢᎥᎩᎪᎫᎬᎳᎷᎻᎽᏀᏂᏃᏏᏒᏔᏕᏙᏚᏞᏟᏢᏦᏧᏳᏴ" "ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ" "ɑɩʊəðƨ",
    "abekmhopctyxijsdhqwlg" "abezikmoptyx" "onuhgq"
    "drtiyajewmhyghzbrwsvslcpkdgb" "bpdtgkjczfmnlsrvhwxyaeiou" "aiueds",
)  # fmt: skip
_LATIN = re.compile(r"(?:.*LATIN|REGIONAL INDICATOR SYMBOL)\b.* ([A-Z])(?: WITH .+)?")  # LETTER DOTLESS I, SCRIPT G …
_ONLY_LOOKS = re.compile(r"LATIN (?:LETTER SMALL CAPITAL|(?:SMALL|CAPITAL) LETTER (?:ALPHA|BLACKLETTER|SCRIPT))\b")
#: The scripts with letters that pass for Latin ones; no reader takes a letter of Thai, Hebrew or Han for one.
_ALIKE = frozenset((
    "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU", "GEORGIAN", "CANADIAN", "DESERET", "GOTHIC",
    "OLD", "FULLWIDTH", "RUNIC", "TIFINAGH", "VAI", "OSAGE", "WARANG", "CARIAN", "LYCIAN", "LYDIAN", "ELBASAN", "NKO",
))  # fmt: skip


def as_seen(words: str) -> list[str]:
    """Return the words of a text as a reader sees them: small and plain, each letter the Latin one it looks like."""
    return [_seen(part) for part in _apart("".join(_latin(letter) for letter in plain(words)))]


def is_like(seen: str, word: str) -> bool:
    """Whether a word as it is seen may be read as this one, or as its light plural: "doctors", "bodies"."""
    cut = ((word.removesuffix(end), more) for end, more in PLURALS if word.endswith(end))
    return any(_may_be(seen, stem + more) for stem, more in cut)


def is_disguised(words: str) -> bool:
    """Whether a name has bold or framed letters, Latin ones that only look plain, or two like scripts in one word.

    So "東京大学TOKYO" is none, nor is "ΔT", whose Greek letter looks like no Latin one; the letters of real spellings
    (ø, ł, ı, ə) are no disguise.
    """
    words = normalize("NFC", words)
    if any(_is_dressed(letter) for letter in words):
        return True
    scripts = ({_script(one) for one in part if one.isalpha()} for part in re.split(r"[\W_]+", words))
    return any(len(found & {"LATIN", *_ALIKE}) > 1 for found in scripts)


def _script(letter: str) -> str:
    """The script of a letter, "" for a Greek one that looks like no Latin one, as formulas have."""
    script = name(letter, "").split(" ")[0]
    return "" if script == "GREEK" and plain(letter).translate(_LOOKS_LIKE) == plain(letter) else script


def _latin(letter: str) -> str:
    found = None if letter.isascii() else _LATIN.fullmatch(name(letter, ""))
    return found[1].lower() if found else letter


def _apart(letters: str) -> list[str]:
    """The words, with the marks of their scripts; a mark on a Latin letter, such as a ring around it, is taken off."""
    kept = ""
    for one in letters:
        mark = category(one).startswith("M")
        if not (mark and kept[-1:].isascii()):
            kept += one if mark or one.isalnum() else " "
    return kept.split()


def _seen(part: str) -> str:
    seen = part.translate(_LOOKS_LIKE)
    return re.sub(r"[^\W\d_]", _any, seen) if re.search("[a-z]", part) else seen


def _any(letter: re.Match[str]) -> str:
    return ANY if name(letter[0], "").split(" ")[0] in _ALIKE else letter[0]


def _may_be(seen: str, word: str) -> bool:
    return len(seen) == len(word) and all(one in (ANY, other) for one, other in zip(seen, word, strict=True))


def _is_dressed(letter: str) -> bool:
    if letter.isascii():
        return False
    called = name(letter, "")
    framed = "LATIN" in called and not letter.isalpha()
    return framed or decomposition(letter).startswith("<font>") or bool(_ONLY_LOOKS.match(called))
