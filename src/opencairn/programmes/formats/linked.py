"""Reading JSON-LD as it stands, without its context: names with or without a prefix, one value or many, maps or nodes."""

from collections.abc import Iterator, Mapping
from typing import Any

from .found import UNDETERMINED

Node = Mapping[str, Any]
MOST_VALUES = 500
PREFIXES = ("schema", "ceterms", "ceasn", "elm", "dc", "dcterms", "skos", "foaf", "rov", "adms", "rdf")


def value_of(node: Node, *names: str) -> Any:
    """Return the first value stated under one of these names, with any prefix."""
    for name in names:
        for spelt in (name, *(f"{prefix}:{name}" for prefix in PREFIXES)):
            if node.get(spelt) not in (None, "", [], {}):
                return node[spelt]
    return None


def many(node: Node, *names: str) -> list[Any]:
    """Return every value stated under one of these names."""
    value = value_of(node, *names)
    found = value if isinstance(value, list) else [] if value is None else [value]
    return found[:MOST_VALUES]


def nodes(node: Node, *names: str) -> list[Node]:
    """Return the nodes stated under one of these names; an address or a word is a node with that id."""
    return [each if isinstance(each, Mapping) else {"@id": each} for each in many(node, *names) if not_a_number(each)]


def first(node: Node, *names: str) -> Node:
    """Return the first node, an empty one where there is none."""
    return next(iter(nodes(node, *names)), {})


def not_a_number(value: Any) -> bool:
    """Whether a value can stand for a node."""
    return isinstance(value, (Mapping, str))


def identity(node: Node) -> str:
    """Return the id of a node, "" where it has none."""
    found = node.get("@id") or node.get("id") or ""
    return found if isinstance(found, str) else ""


def types(node: Node) -> set[str]:
    """Return the types of a node without their prefixes."""
    stated = node.get("@type") or node.get("type") or []
    listed = stated if isinstance(stated, list) else [stated]
    return {str(each).rpartition(":")[2].rpartition("/")[2] for each in listed}


def pairs(value: Any, default: str = UNDETERMINED) -> Iterator[tuple[Any, Any]]:
    """Yield (language, words) of a text: plain words, a language map, a value with a language, or a list of those."""
    if isinstance(value, list):
        for each in value[:MOST_VALUES]:
            yield from pairs(each, default)
    elif isinstance(value, Mapping) and "@value" in value:
        yield value.get("@language", default), value["@value"]
    elif isinstance(value, Mapping):
        for tag, words in value.items():
            for each in words if isinstance(words, list) else [words]:
                yield (default if tag in ("@none", "none") else tag), each
    elif value is not None:
        yield default, value


def one(value: Any) -> Any:
    """Return the words of a text that we keep in one language: English, else the first."""
    found = list(pairs(value))
    return next((words for tag, words in found if str(tag).startswith("en")), found[0][1] if found else "")


def tagged(text: Mapping[str, str]) -> Any:
    """Return a text as values with their language: one alone, several as a list; None where there is none."""
    values = [{"@language": tag, "@value": words} for tag, words in text.items() if words]
    return values[0] if len(values) == 1 else values or None
