"""How words are compared: pure functions on text, the same when a programme is filed and when someone searches.

A word loses case and accents. A light ending rule for English, German, French and Spanish then brings the forms of one
word together; it cuts endings of grammar only, so that "water" never becomes "wat". For fifteen other languages of the
Union the Snowball stemmers do so, for the last five a table of endings; such stems are filed with the language
(``fi~talo``), because the same letters mean something else in another one. The parts of long German, Dutch, Nordic,
Estonian and Hungarian words are filed too (``-bau``), so that "Bau" finds "Wasserbau". Writing without spaces (Chinese,
Japanese) is cut into pairs of characters.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from unicodedata import normalize

import snowballstemmer

from opencairn.kit.text import plain

LONGEST_WORD = 60
MOST_WORDS = 12
SHORT_TEXT = 120  # characters of a text that is likely to come up again
SHORTEST_STEM = 4
SHORTEST_SLIP, LONGEST_SLIP = 5, 30
ALPHABETS = ("abcdefghijklmnopqrstuvwxyzßøæœđłþð", "αβγδεζηθικλμνξοπρσςτυφχψω", "абвгдежзиклмнопрстуфхцчшщъьюяэыё")
HOURS_PER_ECTS = 25  # the lower end of the ECTS Users' Guide 2015 (25 to 30 hours); orders lists, is never shown

# What a place is worth when a word stands in it: title > provider > outcomes, skills > summary, place > description.
WEIGHTS = {"title": 40, "provider": 20, "outcomes": 12, "summary": 8, "place": 8, "description": 3}
AS_WRITTEN, AS_FORMED, AS_PART = 3, 2, 1

# Languages of the Union with a Snowball stemmer, beside the four with a light rule. The other five: the endings below.
SNOWBALL = {
    "cs": "czech", "da": "danish", "el": "greek", "et": "estonian", "fi": "finnish", "ga": "irish", "hr": "serbian",
    "hu": "hungarian", "it": "italian", "lt": "lithuanian", "nl": "dutch", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "sv": "swedish",
}  # fmt: skip
# The endings of grammar of those without one, cut from words without accents; the longest first.
LIGHT: Mapping[str, tuple[str, ...]] = {
    "bg": ("ите", "ата", "ята", "ето", "ове", "ът", "ят", "та", "то", "те", "а", "я", "е", "и", "о"),
    "lv": ("iem", "am", "ai", "as", "em", "es", "is", "os", "us", "a", "e", "i", "o", "s", "u"),
    "mt": ("ijiet", "iet", "at", "ti", "a", "i"),
    "sk": ("ami", "eho", "emu", "ach", "och", "ych", "mi", "om", "ou", "ov", "ym", "a", "e", "i", "o", "u", "y"),
    "sl": ("ami", "ega", "emu", "ah", "ih", "im", "om", "ov", "a", "e", "i", "o", "u"),
}
COMPOUNDING = frozenset({"da", "de", "et", "fi", "hu", "nl", "sv"})
TAKEN_APART = frozenset({"title", "outcomes"})
SHORTEST_COMPOUND, SHORTEST_PART, SHORTEST_REST = 8, 3, 3

DERIVING = ("ings", "ing", "heiten", "heit", "keiten", "keit", "ungen", "ung", "ers", "er", "ment", "ness", "ly")
SPELT = (("f", "ph"), ("k", "c"), ("t", "th"))
SHORTEST_TELLING, TELLING = 5, 0.5  # letters, and their share of the word

UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")
WORD = re.compile(r"[^\W_]+[+#]*")
ELISION = re.compile(r"\b(?:[cdjlmnst]|qu)['’](?=\w)|['’]s\b")
SMALL_WORDS = frozenset(
    (  # noqa: SIM905 - four lines of words read better than eighty quotation marks
        "a an and at by for from in of on or the to with "
        "am das dem den der des die ein eine fur im mit und von zu zum zur "
        "au aux d de des du en et l la le les ou pour sur un une "
        "con del el las los para por una y"
    ).split()
)


def _english(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _cut(word: str, endings: Iterable[str]) -> str:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def _german(word: str) -> str:
    open_vowels = word.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    return _cut(open_vowels, ("ern", "em", "en", "er", "es", "e", "n", "s"))


def _french(word: str) -> str:
    return word[:-3] + "al" if word.endswith("aux") and len(word) > SHORTEST_STEM else _cut(word, ("es", "s", "x", "e"))


def _spanish(word: str) -> str:
    return _cut(word, ("es", "os", "as", "s", "o", "a", "e"))


STEMS: Mapping[str, Callable[[str], str]] = {"en": _english, "de": _german, "fr": _french, "es": _spanish}


def _stem(word: str, language: str) -> str:
    rule = STEMS.get(language)
    return rule(word) if rule and len(word) > SHORTEST_STEM and word.isalpha() else word


def _tokens(text: str) -> list[str]:
    """Return the words of a text in order, small and with their accents; pairs where writing has no spaces."""
    small = text.lower() if text.isascii() else normalize("NFKC", text.casefold().replace("i\u0307", "i"))  # İ
    folded = ELISION.sub("", small) if "'" in small or "’" in small else small
    if folded.isascii():
        return WORD.findall(folded)
    found: list[str] = []
    for run in UNSPACED.findall(folded):
        found += [run[i : i + 2] for i in range(len(run) - 1)] or [run]
    return found + WORD.findall(UNSPACED.sub(" ", folded))


@lru_cache(100_000)
def _word(token: str) -> str:
    word = plain(token)[:LONGEST_WORD]
    return "" if word in SMALL_WORDS else word


@lru_cache(1)
def _stemmers() -> Mapping[str, Callable[[str], str]]:
    return {tag: snowballstemmer.stemmer(name).stemWord for tag, name in SNOWBALL.items()}


@lru_cache(200_000)
def _marked_stem(token: str, language: str) -> str:
    return f"{language}~{plain(_stemmers()[language](token))}"[:LONGEST_WORD]


@lru_cache(100_000)
def _forms(token: str, language: str) -> tuple[str, ...]:
    """The forms under which a word is filed beside itself: its stems, and ``c`` beside ``c++``."""
    word = _word(token)
    bare = word.rstrip("+#")
    forms = {bare, _stem(bare, language)}
    if language in SNOWBALL and bare.isalpha():
        forms.add(_marked_stem(token, language))
    elif language in LIGHT and bare.isalpha():
        forms.add(f"{language}~{_cut(bare, LIGHT[language])}")
    return tuple(forms - {word, ""})


def parts(word: str) -> set[str]:
    """Return the beginnings and ends of a long word that may be words themselves, marked with a hyphen."""
    if len(word) < SHORTEST_COMPOUND or not word.isalpha():
        return set()
    ends = {word[at:] for at in range(SHORTEST_REST, len(word) - SHORTEST_PART + 1)}
    return {f"-{part}" for part in ends | {word[:at] for at in range(SHORTEST_PART, len(word) - SHORTEST_REST + 1)}}


def words(text: str) -> list[str]:
    """Return the words of a text in order, without case and accents; small words such as "of" are left out."""
    return [word for token in _tokens(text) if (word := _word(token))]


def filed_as(text: str, language: str) -> set[str]:
    """Return every form under which a text in this language is filed: its words, their stems, ``c`` beside ``c++``."""
    formed, written = _weighed(text, language.split("-", maxsplit=1)[0], "description")
    return formed.keys() | written.keys()


@lru_cache(200_000)
def _filed(token: str, language: str) -> tuple[str, tuple[str, ...]]:
    """A word and its other forms; ("", ()) for a small word."""
    word = _word(token)
    return word, _forms(token, language) if word else ()


Forms = tuple[dict[str, int], dict[str, int]]


def _weighed(text: str, language: str, place: str) -> Forms:
    """The forms made from the words of a text, and its words as written, each with its weight in a place."""
    filed = [_filed(token, language) for token in set(_tokens(text))]
    written = [word for word, _ in filed if word]
    formed = [form for _, forms in filed for form in forms]
    weight = WEIGHTS[place]
    weights = dict.fromkeys(formed, weight * AS_FORMED)
    if place in TAKEN_APART and language in COMPOUNDING:
        weights |= dict.fromkeys((part for word in written for part in parts(word)), weight * AS_PART)
    return weights, dict.fromkeys(written, weight * AS_WRITTEN)


_known = lru_cache(50_000)(_weighed)  # for short texts: names and skills come up again and again


def near(word: str) -> set[str]:
    """Return every spelling one slip away from a long word: a letter too few, too many, wrong, or two changed round.

    Letters are those of the word's own alphabet. A short word, or one with digits, has no such spellings.
    """
    if len(word) < SHORTEST_SLIP or len(word) > LONGEST_SLIP or not word.isalpha():
        return set()
    letters = next((some for some in ALPHABETS if word[0] in some), "")
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    fewer = {head + tail[1:] for head, tail in cuts if tail}
    wrong = {head + letter + tail[1:] for head, tail in cuts if tail for letter in letters}
    more = {head + letter + tail for head, tail in cuts for letter in letters}
    changed = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    return (fewer | wrong | more | changed) - {word}


def bases(word: str) -> set[str]:
    """Return what a word may be made from by an ending: "sewing" from "sew" and "sewe", "Sicherheit" from "sicher"."""
    cut = {word[: -len(ending)] for ending in DERIVING if word.endswith(ending) and len(word) - len(ending) >= 3}
    return cut | {f"{base}e" for base in cut}


def respelled(word: str) -> set[str]:
    """Return a word as other languages spell it: a Greek or Latin "f" is "ph" elsewhere, a "k" is "c"."""
    found = {word}
    for one, other in SPELT:
        found |= {each.replace(one, other) for each in found} | {each.replace(other, one) for each in found}
    return found - {word}


def beginnings(word: str) -> list[str]:
    """Return beginnings long enough to tell what a word is about, the longest first."""
    shortest = max(SHORTEST_TELLING, round(len(word) * TELLING))
    return [word[:length] for length in range(len(word) - 1, shortest - 1, -1)]


@dataclass(frozen=True)
class Wanted:
    """One word of a search: as written, its other forms, and whether it may be only the beginning of a word."""

    word: str
    forms: frozenset[str]
    is_beginning: bool


def wanted(query: str) -> list[Wanted]:
    """Return what a search asks for: every word has to be found; the last may still be half typed."""
    asked: dict[str, str] = {}
    for token in _tokens(query):
        if word := _word(token):
            asked.setdefault(word, token)
    open_end = bool(query) and not query[-1].isspace()
    first = list(asked.items())[:MOST_WORDS]
    return [
        Wanted(word, _asked_as(word, token), open_end and word == first[-1][0] and len(word) > 1 and word.isalnum())
        for word, token in first
    ]


def _asked_as(word: str, token: str) -> frozenset[str]:
    forms = {word} | {_stem(word, language) for language in STEMS}
    if word.isalpha():
        forms |= {_marked_stem(each, language) for language in SNOWBALL for each in {token, word}}
        forms |= {f"{language}~{_cut(word, endings)}" for language, endings in LIGHT.items()}
        forms |= {f"-{part}" for part in (word, _german(word)) if len(part) >= SHORTEST_PART}
    return frozenset(forms)


def weigh(places: Iterable[tuple[str, str, str]]) -> dict[str, int]:
    """Return each form with the weight of the best place it stands in, from (place, language, text) triples.

    A word as it is written counts three times its place, a form made from it twice, a part of it once.
    """
    by_worth: dict[int, set[tuple[str, str, str]]] = {}
    for place, tag, text in places:
        by_worth.setdefault(WEIGHTS[place], set()).add((text, tag.split("-", maxsplit=1)[0], place))
    weighed: dict[str, int] = {}
    for worth in sorted(by_worth):  # what a word weighs in a place is never less than in those before: a test says so
        found = [(_known if len(one[0]) <= SHORT_TEXT else _weighed)(*one) for one in by_worth[worth]]
        for formed, _ in found:
            weighed.update(formed)
        for _, written in found:
            weighed.update(written)
    return weighed


def band(value: Decimal | None, limits: Iterable[tuple[str, Decimal]], beyond: str) -> str:
    """Return the code of the first band whose upper limit (included) holds the value; "" where there is no value."""
    if value is None:
        return ""
    return next((code for code, limit in limits if value <= limit), beyond)


def expertise(eqf_level: int | None) -> str:
    """Return whom a level suits: novice (EQF 1 to 3), practised (4, 5), advanced (6), expert (7, 8), "" without one.

    The EQF's own words draw the lines (Council Recommendation 2017/C 189/03, Annex II): under supervision up to 3, on
    one's own and supervising others from 4, advanced knowledge at 6, highly specialised from 7.
    """
    if eqf_level is None:
        return ""
    return next(
        word for most, word in ((3, "novice"), (5, "practised"), (6, "advanced"), (99, "expert")) if eqf_level <= most
    )


def turned(broader: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return what is directly narrower, from what is directly broader."""
    narrower: dict[str, list[str]] = {}
    for uri, above_it in broader.items():
        for each in above_it:
            narrower.setdefault(each, []).append(uri)
    return narrower


def above(broader: Mapping[str, Iterable[str]], uri: str) -> list[str]:
    """Return a concept and everything broader, nearest first; circles do no harm."""
    found = [uri]
    for each in found:
        found += [one for one in dict.fromkeys(broader.get(each, ())) if one not in found]
    return found


def days_of(run: tuple[date | None, date | None], weeks: int | None) -> int | None:
    """Return how many days a course runs: the next run from its first to its last day, else its stated weeks."""
    first, last = run
    if first is not None and last is not None:
        return (last - first).days + 1
    return None if weeks is None else weeks * 7


def hours_of_work(hours: int | None, ects: Decimal | None) -> int | None:
    """Return hours for ordering by work: as stated, else from ECTS at 25 hours each; None where neither is stated."""
    if hours is not None:
        return hours
    return None if ects is None else int(ects * HOURS_PER_ECTS)
