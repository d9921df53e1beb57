r"""The canonical text of a document, the fastest way that covers it.

The *layout* of a document is its JSON text but for the words that may change. A layout that comes a second time makes
a ``Template``; from then on such a document is compared with the layout and its words fill the template. Words that
stay the same for a while, such as the achievement of a cohort, become part of a narrower layout with less to fill.
Whatever has no template is walked by ``shapes``; whatever that does not cover, and everything that is to be refused,
goes the general way, which stays the definition.

Escapes: a string in JSON as ``orjson`` writes it and in canonical N-Quads are spelled alike, but for ``\u00…`` and
U+007F, which are left to the walk.
"""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from opencairn.engine.objections import Objection

from .jsonld import own_vocabulary, to_quads
from .rdfc import canonicalize
from .shapes import Fallback, Store, statements, template_of
from .template import OPEN, Template, slot
from .vocabulary import Vocabulary

Document = Mapping[str, Any]
LARGEST = 65_536  # bytes of a document that may make a layout
MOST_LETTERS = 3_000_000  # of everything kept per thread; then all is forgotten, so that a flood takes no memory
MOST_SEEN = 4_096  # layouts that are counted
SMALL = 1_024  # letters of a canonical text that is kept whole: that of proof options
_LARGEST_SMALL = 8_192  # bytes of its document
_FEW_NAMES = 6
_PER_LETTER = 8  # letters that a template keeps for one of its document, about
_MOST_ALIKE = 16  # layouts with the same number of quotation marks
_WATCHED = 16  # documents after which words that stayed the same are taken as fixed
_MOST_REASONS = 64
_FIXED = ("type", "@type", "@context")  # names whose words are part of what a template rests on


class Layout:
    """The documents whose JSON is the same but for the words at some places."""

    def __init__(self, between: list[bytes], words: list[bytes], places: list[int], template: Template) -> None:
        self.between, self.words, self.places = between, words, places
        self.template = template
        self.watched: list[list[bytes]] = []
        chunks = [b""]
        is_open = set(places)
        for place, (before, word) in enumerate(zip(between, words, strict=False)):
            chunks[-1] += before + b'"'
            if place in is_open:
                chunks.append(b'"')
            else:
                chunks[-1] += word + b'"'
        self.last = chunks.pop() + between[-1]
        self.chunks = [(chunk, len(chunk)) for chunk in chunks]

    def words_of(self, data: bytes) -> list[bytes] | None:
        """Return what stands at the open places of a document in JSON, or None where it has another layout."""
        place, found = 0, []
        for chunk, size in self.chunks:
            if not data.startswith(chunk, place):
                return None
            place += size
            end = data.find(b'"', place)
            found.append(data[place:end])
            place = end
        return found if data[place:] == self.last else None

    def steady(self, values: list[bytes]) -> list[int] | None:
        """Watch the words go by; return the places that still change once enough of the others stayed the same."""
        self.watched.append(values)
        if len(self.watched) < _WATCHED:
            return None
        seen, self.watched = self.watched, []
        changing = [place for place, *each in zip(self.places, *seen, strict=True) if len(set(each)) > 1]
        return changing if 4 * len(changing) < 3 * len(self.places) else None


class Known:
    """What one thread has learnt."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.store = Store(vocabulary)
        self.texts: dict[bytes, bytes] = {}
        self.layouts: dict[int, list[Layout]] = {}  # by their number of quotation marks; the latest used first
        self.seen: Counter[int] = Counter()
        self.size = 0

    def keep(self, letters: int) -> None:
        """Count what is about to be kept; forget everything where that is too much."""
        self.size += letters
        if self.size > MOST_LETTERS:
            self.texts.clear()
            self.layouts.clear()
            self.size = letters


_HERE = threading.local()
_LOCK = threading.Lock()
_FALLBACKS: Counter[str] = Counter()


def known_here() -> Known:
    """Return what this thread has learnt."""
    vocabulary = own_vocabulary()
    found: Known | None = getattr(_HERE, "known", None)
    if found is None or found.store.vocabulary is not vocabulary:
        found = _HERE.known = Known(vocabulary)
    return found


def fallbacks() -> dict[str, int]:
    """Return how many documents of this process took the general way and were not refused there, by reason."""
    with _LOCK:
        return dict(_FALLBACKS)


def canonical(document: Document) -> str:
    """Return the canonical N-Quads (RDFC-1.0, SHA-256) of a JSON-LD document as ``parse`` returns it, or object."""
    return canonical_bytes(document).decode()


def canonical_bytes(document: Document) -> bytes:
    """Return the canonical N-Quads in UTF-8, as they are hashed."""
    known = known_here()
    try:
        data = orjson.dumps(document)
        is_small = len(data) <= _LARGEST_SMALL and len(document) <= _FEW_NAMES
        found = known.texts.get(data) if is_small else None
        if found is not None:
            return found
        found = by_template(data, known) or _walked(document, data, known)
    except (Fallback, Objection) as reason:
        return _general(document, known, getattr(reason, "code", str(reason)))
    except (orjson.JSONEncodeError, TypeError, RecursionError):
        return _general(document, known, "not-json")
    if is_small and len(found) <= SMALL:
        known.keep(len(found) + len(data))
        known.texts[data] = found
    return found


def _walked(document: Document, data: bytes, known: Known) -> bytes:
    is_plain = b"\\" not in data and b"\x7f" not in data
    return statements(document, known.store, is_plain=is_plain).said.canonical().encode()


def _general(document: Document, known: Known, reason: str) -> bytes:
    found = canonicalize(to_quads(document, vocabulary=known.store.vocabulary))
    with _LOCK:
        _FALLBACKS[reason if reason in _FALLBACKS or len(_FALLBACKS) < _MOST_REASONS else "other"] += 1
    return found.encode()


_QUOTE = b"\x01"  # stands for \" while a text is split; no JSON text holds it


def by_template(data: bytes, known: Known) -> bytes | None:
    """Return the canonical text of a document given as JSON, or None where there is no template for it (yet)."""
    escapes = escapes_in(data)
    if len(data) > LARGEST or b"u" in escapes or b"\x7f" in data:
        return None
    has_quotes = b'"' in escapes
    if has_quotes:
        if b"\\" in escapes:
            return None
        data = data.replace(b'\\"', _QUOTE)
    alike = known.layouts.setdefault(data.count(b'"'), [])
    for place, layout in enumerate(alike):
        values = layout.words_of(data)
        if values is not None:
            if place:
                alike.insert(0, alike.pop(place))
            return _filled(layout, values, known, has_quotes=has_quotes)
    learn(data, known, alike)
    return None


def _filled(layout: Layout, values: list[bytes], known: Known, *, has_quotes: bool) -> bytes | None:
    changing = layout.steady(values)
    if changing is not None:
        words = list(layout.words)
        for place, word in zip(layout.places, values, strict=True):
            words[place] = word
        _add(layout.between, words, changing, known, known.layouts[len(words) * 2])
    return layout.template.filled([_unsplit(value) for value in values] if has_quotes else values)


def escapes_in(data: bytes) -> set[bytes]:
    """Return what stands behind the backslashes of a JSON text."""
    found, place = set(), data.find(b"\\")
    while place >= 0:
        found.add(data[place + 1 : place + 2])
        place = data.find(b"\\", place + 2)
    return found


def _unsplit(text: bytes) -> bytes:
    return text.replace(_QUOTE, b'\\"')


def learn(data: bytes, known: Known, alike: list[Layout]) -> None:
    """Count the layout of a document, and make a template of what comes again."""
    pieces = data.split(b'"')
    between, words = pieces[::2], pieces[1::2]
    names = [after.startswith(b":") for after in between[1:]]
    mark = hash((tuple(between), *(word for word, is_name in zip(words, names, strict=True) if is_name)))
    if len(known.seen) >= MOST_SEEN:
        known.seen.clear()
    known.seen[mark] += 1
    times = known.seen[mark]
    if times < 2 or times & (times - 1):  # the second time, the fourth, the eighth …
        return
    fixed = _places(orjson.loads(_unsplit(data)))
    places = [place for place, (name, is_fixed) in enumerate(zip(names, fixed, strict=True)) if not name | is_fixed]
    _add(between, words, places, known, alike)


def _add(between: list[bytes], words: list[bytes], places: list[int], known: Known, alike: list[Layout]) -> None:
    """Make the template for a document, fixing those of the places that cannot be left open."""
    known.keep(sum(map(len, between)) + sum(map(len, words)) * _PER_LETTER)
    while OPEN.encode() not in b"".join(words):
        slotted = list(words)
        for number, place in enumerate(places):
            slotted[place] = slot(number).encode()
        text = b"".join(before + b'"' + word + b'"' for before, word in zip(between, slotted, strict=False))
        try:
            template, closed = template_of(orjson.loads(_unsplit(text + between[-1])), len(places), known.store)
        except (Fallback, Objection):
            return
        if template is not None:
            made = Layout(between, words, places, template)
            alike[:] = [made, *(each for each in alike if each.chunks != made.chunks)][:_MOST_ALIKE]
            return
        places = [place for number, place in enumerate(places) if number not in closed]


def _places(value: Any, *, is_fixed: bool = False) -> Iterator[bool]:
    """Yield for each string of a JSON value, names included and in order, whether a template rests on it."""
    if isinstance(value, str):
        yield is_fixed
    elif isinstance(value, dict):
        is_fixed = is_fixed or "@value" in value
        for name, inner in value.items():
            yield is_fixed
            yield from _places(inner, is_fixed=is_fixed or name in _FIXED)
    elif isinstance(value, list):
        for inner in value:
            yield from _places(inner, is_fixed=is_fixed)
