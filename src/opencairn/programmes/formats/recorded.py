"""From records of JSON-LD to rows: what every such format does alike."""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from opencairn.programmes.feed_rules import uri_of

from .found import Found, stated
from .linked import MOST_VALUES, Node, identity, nodes, types
from .reading import BadValue, said
from .row import BrokenFile, ProviderFacts, Row
from .streams import Scratch, json_records

MOST_INSIDE = 50  # documents within documents: a graph in a list in a list is no catalogue

Parts = dict[str, Any]


def entries(
    file: BinaryIO, lists: tuple[str, ...], is_entry: Callable[[Node], bool], row: Callable[[Node, Found], Parts]
) -> Iterator[Row]:
    """Yield one row for each record that is an entry; the others are passed over. Raises BrokenFile where none is."""
    with Scratch() as scratch:
        number = 0
        for record in json_records(file, *lists):
            for node in unpacked(record, lists):
                if is_entry(node):
                    number += 1
                    yield made(number, node, row, scratch)
        if not number:
            raise BrokenFile(_("The file has no courses that this format knows. Check the format."))


def unpacked(record: Any, lists: tuple[str, ...], depth: int = 0) -> Iterator[Node]:
    """Yield the nodes of a record: itself, what it lists, or the item it stands for in a list."""
    if not isinstance(record, dict) or depth > MOST_INSIDE:
        return
    if "ListItem" in types(record):
        yield from unpacked(next(iter(nodes(record, "item")), {}), lists, depth + 1)
        return
    yield record
    for name in lists:
        inner = record.get(name)
        for each in inner[:MOST_VALUES] if isinstance(inner, list) else []:
            yield from unpacked(each, lists, depth + 1)


def made(number: int, node: Node, row: Callable[[Node, Found], Parts], scratch: Scratch) -> Row:
    """Return the row of an entry, or why it is refused: without name, provider or identifier, or a repetition."""
    found, source_id = Found(), ""
    try:
        parts = row(node, found)
        source_id = said(parts.get("source_id") or identity(node), "@id", longest="short")
        provider: ProviderFacts = parts["provider"]
        if not parts["facts"].get("title"):
            raise BadValue(_("The row has no title."))  # noqa: TRY301
        if not provider.name:
            raise BadValue(_("The row does not name its provider. Fill in provider and import again."))  # noqa: TRY301
        if not source_id:
            raise BadValue(_("The row has no identifier: without it, it cannot be found again."))  # noqa: TRY301
        earlier = scratch.keep("seen", uri_of(source_id) or source_id, number)
        if earlier != number:
            raise BadValue(_("Duplicate of row %(row)d. Remove one of the two.") % {"row": earlier})  # noqa: TRY301
    except BadValue as bad:
        return Row((number,), source_id, refused=str(bad))
    except RecursionError:
        return Row((number,), refused=_("The row is nested too deeply."))
    return Row(
        (number,),
        source_id,
        provider,
        stated(parts["facts"]),
        parts.get("outcomes", []),
        parts.get("offerings", []),
        tuple(each for each in parts.get("awarding_bodies", ()) if each.name),
        tuple(each for each in parts.get("partners", ()) if each["name"]),
        tuple(parts.get("quality", ())),
        notes=tuple(found.notes),
    )
