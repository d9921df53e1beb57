"""A plan: one document with open places, and for each filling its canonical text.

The document is written once with ``slot(0)``, ``slot(1)`` … where words may differ, alone in a string or as a part of
it. N-Quads and JSON escape differently, so each filling is escaped for both where it needs it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from opencairn.engine.objections import Objection

from .layouts import known_here
from .literals import _SPECIAL as SPECIAL
from .literals import escaped
from .shapes import Fallback, template_of
from .template import OPEN, Form, form, slot, slots_in


class Unplanned(Exception):  # noqa: N818 - not a fault: the document is written one by one
    """The document has an open place where no plan can leave one."""


class Plan:
    """A document whose slots are filled many times. Raises ``Unplanned`` where that cannot be done."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.leaves: list[Form] = []  # what each string with slots is made of
        numbers: dict[str, int] = {}
        whole = self._numbered(document, numbers)
        try:
            template, _ = template_of(whole, len(numbers), known_here().store)
        except (Fallback, Objection) as fault:
            raise Unplanned(str(fault)) from None
        if template is None:
            raise Unplanned("an open place that no plan can leave open")
        self.template = template

    def _numbered(self, value: Any, numbers: dict[str, int]) -> Any:
        """Give every string with slots in it a slot of its own."""
        if isinstance(value, Mapping):
            if any(OPEN in name for name in value):
                raise Unplanned("an open place in a name")
            return {name: self._numbered(inner, numbers) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._numbered(inner, numbers) for inner in value]
        if isinstance(value, str) and OPEN in value:
            if value.count(OPEN) > len(slots_in(value)):
                raise Unplanned("words that look like an open place")
            if value not in numbers:
                numbers[value] = len(numbers)
                self.leaves.append(form(value))
            return slot(numbers[value])
        return value

    def filled(self, values: Sequence[str]) -> tuple[bytes | None, list[bytes]]:
        """Return the canonical text for these words, one for each slot, and the words as they stand in JSON.

        There is no text where these words have to take the general way.
        """
        in_quads = in_json = [value.encode() for value in values]
        if SPECIAL.search("".join(values)):
            in_quads = [escaped(value).encode() for value in values]
            in_json = [orjson.dumps(value)[1:-1] for value in values]
        leaves = [words % pick(in_quads) for words, pick in self.leaves]  # type: ignore[misc] # each has a slot
        return self.template.filled(leaves), in_json
