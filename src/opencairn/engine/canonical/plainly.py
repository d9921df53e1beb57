"""One spelling for what JSON-LD lets be written in several ways, so that what is signed alike is read alike.

A signature over the statements does not see whether a value stands in brackets, or twice (JSON-LD 1.1 §4.3: values are
sets), or as ``{"@value": …}``, or under ``@id`` instead of ``id``. A reader would; so it is given this form.
"""

from typing import Any

_NAMES = {"@id": "id", "@type": "type"}


def plainly(value: Any) -> Any:
    """Return a document in which a value stands once, without brackets where it is the only one, and without wrapping.

    A name under which an empty list stands is left out, for that states nothing. Contexts stay as they are.
    """
    if isinstance(value, dict):
        if set(value) == {"@value"}:
            return value["@value"]
        stated = ((name, inner) for name, inner in value.items() if inner != [])
        return {_NAMES.get(name, name): inner if name == "@context" else plainly(inner) for name, inner in stated}
    return _once_each(value) if isinstance(value, list) else value


def _once_each(values: list[Any]) -> Any:
    kept: list[Any] = []
    for inner in map(plainly, values):
        if not (_counts_once(inner) and any(type(inner) is type(each) and inner == each for each in kept)):
            kept.append(inner)
    return kept[0] if len(kept) == 1 else kept


def _counts_once(value: Any) -> bool:
    """Whether a value is the same wherever it stands: words, numbers, and objects with an id, but no nameless ones."""
    return "id" in value if isinstance(value, dict) else not isinstance(value, list)
