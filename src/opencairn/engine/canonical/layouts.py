"""Texts that are the same but for some of their words: what was found out about one of them holds for all.

The *layout* of a JSON text is its bytes but for the words that may change. One that comes a second time is kept, with
the ``Template`` of its canonical text. From then on a text is compared with it byte by byte, and only its words are
read: where everything around them is as in a text that was read strictly, nothing else can be in it. Words that stay
the same for a while, such as the achievement of a cohort, become part of a narrower layout.

Names, types, contexts and numbers are never left open. *Sealed* texts are those of documents with proofs, which stand
in the text but not in the canonical text.
"""

import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from opencairn.engine.objections import Objection

from .jsonld import own_vocabulary
from .literals import escaped
from .shapes import Fallback, Store, template_of
from .template import OPEN, Template, slot, slots_in
from .vocabulary import Vocabulary

Document = Mapping[str, Any]
LARGEST = 65_536  # bytes of a text that may have a layout
MOST_LETTERS = 8_000_000  # of everything kept per thread; then all is forgotten, so that a flood takes no memory
MOST_SEEN = 4_096  # layouts that are counted
_PER_LETTER = 28  # bytes that are kept for one letter of a text with a layout, about
_MOST_ALIKE = 16  # layouts with the same number of quotation marks
_WATCHED = 16  # texts after which words that stayed the same are taken as fixed
_FIXED = ("type", "@type", "@context")  # names whose words are part of what a template rests on
_QUOTE = b"\x01"  # stands for a quotation mark in words, in a text that is taken apart; no JSON text holds it
_STRING = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_PROOF = "proof"


class Text(NamedTuple):
    """A JSON text taken apart: its strings, names included, and what stands between them."""

    between: list[bytes]
    words: list[bytes]

    def filled(self, places: list[int], words: list[bytes]) -> bytes:
        """Return the text with other words at some places."""
        pieces = list(self.words)
        for place, word in zip(places, words, strict=True):
            pieces[place] = word
        pairs = zip(self.between, pieces, strict=False)
        return b"".join([before + b'"' + word + b'"' for before, word in pairs]) + self.between[-1]


def _marked(data: bytes) -> bytes:
    """Return a text in which every quotation mark begins or ends a string, as far as that can be told at a glance."""
    return data.replace(b'\\"', _QUOTE) if b"\\" in data and b"\\\\" not in data else data


def _loaded(data: bytes) -> Any:
    return orjson.loads(data.replace(_QUOTE, b'\\"'))


def taken_apart(data: bytes) -> Text:
    """Return the pieces of a JSON text, which may be marked."""
    if b"\\" not in data:
        pieces = data.split(b'"')
        return Text(pieces[::2], pieces[1::2])
    return Text(_STRING.sub(b'""', data).split(b'""'), _STRING.findall(data))


class Recipe(NamedTuple):
    """How a part of a document is made again with other words; what has no open place in it is the same object."""

    like: Any
    words: list[tuple[Any, int]]
    inside: list[tuple[Any, "Recipe"]]

    def made(self, words: list[str]) -> Any:
        """Return the part with these words."""
        made = self.like.copy()
        for key, number in self.words:
            made[key] = words[number]
        for key, recipe in self.inside:
            made[key] = recipe.made(words)
        return made


class Layout:
    """The texts that are the same but for the words at some places.

    ``changing`` names what may differ in their documents: ``id``, ``credentialSubject``, ``credentialSubject.result``.
    ``known`` is for what the caller finds out about all of them.
    """

    def __init__(self, text: Text, places: list[int], slotted: Document, template: Template) -> None:
        self.text, self.places, self.template = text, places, template
        document = _loaded(text.filled([], []))
        self.recipe = _recipe(slotted, document) or Recipe(document, [], [])
        self.changing = frozenset(_changing(slotted))
        self.known: Any = None
        self.used = 0  # when it was met the last time
        self.watched: list[list[int]] = []
        chunks = [b""]
        is_open = set(places)
        for place, (before, word) in enumerate(zip(text.between, text.words, strict=False)):
            chunks[-1] += before + b'"'
            if place in is_open:
                chunks.append(b'"')
            else:
                chunks[-1] += word + b'"'
        self.last = chunks.pop() + text.between[-1]
        self.chunks = [(chunk, len(chunk)) for chunk in chunks]

    def words_of(self, data: bytes) -> list[bytes] | None:
        """Return what stands up to the next quotation mark at the open places of a text.

        None says that it has another layout.
        """
        place, found = 0, []
        startswith, find = data.startswith, data.find
        for chunk, size in self.chunks:
            if not startswith(chunk, place):
                return None
            begins = place + size
            place = find(b'"', begins)
            found.append(data[begins:place])
        return found if data[place:] == self.last else None

    def steady(self, words: list[bytes]) -> list[int] | None:
        """Watch the words go by; return the places that still change once enough of the others stayed the same."""
        self.watched.append([*map(hash, words)])  # the words themselves would take memory
        if len(self.watched) < _WATCHED:
            return None
        seen, self.watched = self.watched, []
        changing = [place for place, *each in zip(self.places, *seen, strict=True) if len(set(each)) > 1]
        return changing if 4 * len(changing) < 3 * len(self.places) else None


class Met(NamedTuple):
    """A text of a known layout."""

    layout: Layout
    words: list[str]  # of a sealed text
    in_quads: list[bytes]  # the same as N-Quads spells them

    def document(self) -> dict[str, Any]:
        """Return the document. It shares what stays the same with others of its layout, so it is not to be changed."""
        return self.layout.recipe.made(self.words)  # type: ignore[no-any-return]

    def canonical(self) -> bytes | None:
        """Return the canonical text of the document, without its proofs where they stand in the text.

        None says that it has to be walked.
        """
        return self.layout.template.filled(self.in_quads)


class Layouts:
    """The layouts that are known of texts of one kind."""

    def __init__(self, known: "Known", *, sealed: bool) -> None:
        self.known = known
        self.sealed = sealed
        self.alike: dict[int, list[Layout]] = {}  # by their number of quotation marks; the narrowest first
        self.latest: list[Layout] = []  # those among which the latest was
        self.times = 0
        self.seen: Counter[int] = Counter()

    def forget(self) -> None:
        """Forget every layout."""
        self.alike.clear()
        self.seen.clear()
        self.latest = []

    def meet(self, data: bytes) -> Met | None:
        """Return what a text says by its layout, or None where that is not known."""
        if len(data) > LARGEST or _QUOTE in data:
            return None
        data = _marked(data)
        found = self.found(data, self.latest) or self.found(data, self.alike.get(data.count(b'"'), []))
        if found is None:
            return None
        layout, raw = found
        words = _read(raw, wanted=self.sealed)
        if words is None:
            return None
        if (changing := layout.steady(raw)) is not None:
            self.add(taken_apart(data), changing)
        return Met(layout, *words)

    def found(self, data: bytes, alike: list[Layout]) -> tuple[Layout, list[bytes]] | None:
        """Return the first of some layouts that a text has, and its words."""
        for layout in alike:
            raw = layout.words_of(data)
            if raw is not None:
                self.latest = alike
                self.times += 1
                layout.used = self.times
                return layout, raw
        return None

    def learn(self, data: bytes) -> None:
        """Count the layout of a text, which is strict JSON, and keep a layout that comes again."""
        if len(data) > LARGEST or not data.startswith(b"{"):
            return
        text = taken_apart(_marked(data))
        names = [after.lstrip().startswith(b":") for after in text.between[1:]]
        stated = (word for word, is_name in zip(text.words, names, strict=True) if is_name)
        mark = hash((tuple(text.between), *stated))
        if len(self.seen) >= MOST_SEEN:
            self.seen.clear()
        self.seen[mark] += 1
        times = self.seen[mark]
        if times < 2 or times & (times - 1):  # the second time, the fourth, the eighth …
            return
        fixed = _places(orjson.loads(data))
        places = [place for place, (name, is_fixed) in enumerate(zip(names, fixed, strict=True)) if not name | is_fixed]
        self.add(text, places)

    def add(self, text: Text, places: list[int]) -> None:
        """Keep the layout of a text, fixing those of the places that cannot be left open."""
        if _is_open(_loaded(text.filled([], []))):  # its own words look like open places
            return
        while True:
            data = text.filled(places, [slot(number).encode() for number in range(len(places))])
            slotted = _loaded(data)
            stated = {name: value for name, value in slotted.items() if name != _PROOF or not self.sealed}
            elsewhere = slots_in(orjson.dumps(slotted.get(_PROOF)).decode()) if self.sealed else []
            try:
                template, closed = template_of(stated, len(places), self.known.store, elsewhere)
            except (Fallback, Objection):
                return
            if template is not None:
                break
            places = [place for number, place in enumerate(places) if number not in closed]
        self.known.keep(sum(map(len, text.words)) * _PER_LETTER)
        alike = self.alike.setdefault(data.count(b'"'), [])
        alike.append(Layout(text, places, slotted, template))
        alike[-1].used = self.times
        alike.sort(key=lambda each: len(each.places))
        if len(alike) > _MOST_ALIKE:
            alike.remove(min(alike, key=lambda each: each.used))


class Known:
    """What one thread has learnt."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.store = Store(vocabulary)
        self.texts: dict[bytes, bytes] = {}
        self.bare, self.sealed = Layouts(self, sealed=False), Layouts(self, sealed=True)
        self.size = 0

    def keep(self, letters: int) -> None:
        """Count what is about to be kept; forget everything where that is too much."""
        self.size += letters
        if self.size > MOST_LETTERS:
            self.texts.clear()
            self.bare.forget()
            self.sealed.forget()
            self.size = letters


_HERE = threading.local()


def known_here() -> Known:
    """Return what this thread has learnt."""
    vocabulary = own_vocabulary()
    found: Known | None = getattr(_HERE, "known", None)
    if found is None or found.store.vocabulary is not vocabulary:
        found = _HERE.known = Known(vocabulary)
    return found


def _read(raw: list[bytes], *, wanted: bool) -> tuple[list[str], list[bytes]] | None:
    """Return words as JSON reads them, where they are wanted, and as N-Quads spells them.

    None says that one of them is not a whole string of JSON.
    """
    joined = b'","'.join(raw)
    try:
        if b"\\" not in joined and _QUOTE not in joined and b"\x7f" not in joined:
            return (orjson.loads(b'["%b"]' % joined) if raw and wanted else []), raw
        words = [_loaded(b'"%b"' % each) for each in raw]
    except orjson.JSONDecodeError:
        return None
    return words, [escaped(each).encode() for each in words]


def _recipe(slotted: Any, like: Any) -> Recipe | None:
    """Return how a part of a document is made, or None where nothing in it is open."""
    items = slotted.items() if isinstance(slotted, dict) else enumerate(slotted) if isinstance(slotted, list) else ()
    words, inside = [], []
    for key, value in items:
        if isinstance(value, str):
            words += [(key, number) for number in slots_in(value)]
        elif (found := _recipe(value, like[key])) is not None:
            inside.append((key, found))
    return Recipe(like, words, inside) if words or inside else None


def _changing(slotted: Document, before: str = "") -> Iterator[str]:
    """Yield the names of a document, and as ``name.inner`` those in its objects, under which something is open."""
    for name, value in slotted.items():
        if _is_open(value):
            yield before + name
            if isinstance(value, dict):
                yield from _changing(value, f"{before}{name}.")


def _is_open(value: Any) -> bool:
    return OPEN in orjson.dumps(value).decode()


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
