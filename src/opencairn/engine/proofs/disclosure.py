"""Choosing parts of a signed document (W3C Data Integrity ECDSA Cryptosuites 1.0, §3.4).

A document is a set of statements. JSON Pointers (RFC 6901) choose parts of the JSON; the statements which these parts
make are found again among those of the whole, because every part keeps its blank nodes. Instead of the numbered labels
of RDFC-1.0, which would tell what was left out, blank nodes go by keyed hashes of them.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opencairn.engine.canonical import canonical_labels, to_quads
from opencairn.engine.canonical.rdfc import Quad, line
from opencairn.engine.canonical.strict_json import shown
from opencairn.engine.keys import base64url_encode
from opencairn.engine.objections import Malformed

Document = Mapping[str, Any]
Wanted = dict[str | None, Any]
MOST_POINTERS = 256
_INDEX = re.compile(r"0|[1-9][0-9]{0,5}")
_ALWAYS = ("@context", "id", "@id", "type", "@type")  # what a part keeps of each object on the way to it


def wanted_of(pointers: Sequence[str]) -> Wanted:
    """Return JSON Pointers as one tree of steps, where ``None`` ends each. Raises ``Malformed`` for anything else."""
    if len(pointers) > MOST_POINTERS:
        raise Malformed("More places are named than any document needs.", "too-many-places")
    wanted: Wanted = {}
    for pointer in pointers:
        if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
            raise _no_such_place(pointer)
        here = wanted
        for step in pointer.split("/")[1:]:
            here = here.setdefault(step.replace("~1", "/").replace("~0", "~"), {})
        here[None] = pointer
    return wanted


def part_of(value: Any, wanted: Wanted, blank: dict[Any, str]) -> Any:
    """Return the wanted part of a value (§3.4.13). It keeps the blank nodes of what it is a part of."""
    if isinstance(value, list):
        places = {_place(step, value): inner for step, inner in wanted.items() if step is not None}
        some: Any = [part_of(value[place], places[place], blank) for place in sorted(places)]
    elif isinstance(value, dict):
        some = {name: value[name] for name in _ALWAYS if name in value}
        for step, inner in wanted.items():
            if step is not None:
                if step not in value:
                    raise _no_such_place(step)
                some[step] = part_of(value[step], inner, blank)
        for kind in ((), ("graph",)):
            if (known := blank.get((*kind, id(value)))) is not None:
                blank[*kind, id(some)] = known
    elif wanted.keys() - {None}:
        raise _no_such_place(next(step for step in wanted if step is not None))
    return value if None in wanted else some


def _place(step: str, value: Sequence[Any]) -> int:
    if not _INDEX.fullmatch(step) or int(step) >= len(value):
        raise _no_such_place(step)
    return int(step)


def _no_such_place(step: object) -> Malformed:
    told = shown(str(step))
    return Malformed(f"The document has nothing at “{told}”.", "no-such-place", place=told)


def keyed_label(key: bytes, label: str) -> str:
    """Return the label that a blank node goes by: a keyed hash (HMAC with SHA-256) of its canonical one."""
    return "u" + base64url_encode(hmac.digest(key, label.removeprefix("_:").encode(), hashlib.sha256))


def relabelled(quads: Sequence[Quad], labels: Mapping[str, str]) -> list[str]:
    """Return each statement once, as a line of N-Quads under other labels (``_:`` included), in order."""
    named = ((labels.get(s, s), p, labels.get(o, o), labels.get(g, g)) for s, p, o, g in quads)
    return sorted({line(each) for each in named})


@dataclass(frozen=True)
class Parts:
    """A document that is taken apart: its statements in order, under keyed labels."""

    document: Document
    lines: tuple[str, ...]
    blank: Mapping[Any, str]  # the blank node of each object of the document
    keyed: Mapping[str, str]  # the keyed label of each blank node, both with ``_:``

    @classmethod
    def of(cls, document: Document, key: bytes) -> "Parts":
        """Take a document apart. Raises an ``Objection`` where part of it could not be signed."""
        own: Document = json.loads(json.dumps(document))  # so that no object stands in two places
        blank: dict[Any, str] = {}
        quads = to_quads(own, labels=blank)
        keyed = {node: f"_:{keyed_label(key, label)}" for node, label in canonical_labels(quads).items()}
        return cls(own, tuple(relabelled(quads, keyed)), blank, keyed)

    def chosen(self, pointers: Sequence[str]) -> tuple[dict[str, Any], list[Quad]]:
        """Return the part of the document that pointers choose, and its statements.

        Raises ``Malformed`` where nothing stands at a pointer, or only part of a value or of an ordered list.
        """
        blank = dict(self.blank)
        part = part_of(self.document, wanted_of(pointers), blank)
        quads = to_quads(part, labels=blank)
        if not set(relabelled(quads, self.keyed)) <= set(self.lines):
            raise Malformed("A value or an ordered list can only be shown as a whole.", "part-of-value")
        return part, quads

    def places(self, pointers: Sequence[str]) -> frozenset[int]:
        """Return which lines the chosen part states."""
        stated = set(relabelled(self.chosen(pointers)[1], self.keyed)) if pointers else set()
        return frozenset(place for place, each in enumerate(self.lines) if each in stated)

    def labels_shown(self, quads: Sequence[Quad]) -> dict[str, str]:
        """Return, for each canonical label that a reader of these statements will find, the keyed one."""
        return {label: self.keyed[node] for node, label in canonical_labels(quads).items()}
