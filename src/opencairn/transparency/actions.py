"""Every write of the log: appending and signing. Nothing here changes or deletes what was appended.

Whoever appends holds the log's one row until the end of their transaction, so that the order of the entries is that of
the commits and no number is left out. Append last: who holds the log should wait for nobody else.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from opencairn.engine import merkle
from opencairn.engine.keys import SigningKey

from . import keys, queries, rules
from .models import Entry, Log, LogKey, Node, TreeHead

log = logging.getLogger(__name__)
A_BATCH = 2000  # rows in one statement


class News(NamedTuple):
    """What is to be appended: the kind, what it is about, and the facts that kind may say (rules.FACTS)."""

    kind: str
    about: str
    facts: Mapping[str, Any]


def append(kind: str, *, about: str, facts: Mapping[str, Any], at: datetime) -> Entry:
    """Append one entry, in the caller's transaction. Raises ValueError for facts that the kind does not have."""
    return append_all([News(kind, about, facts)], at=at)[0]


@transaction.atomic
def append_all(news: Sequence[News], *, at: datetime) -> list[Entry]:
    """Append entries in their order, all or none, and sign a head where a thousand is passed."""
    held = _held(at)
    made = _append(held, news, at)
    if rules.crosses(held.size - len(made), held.size):
        _try_to_sign(held, at)
    return made


def _held(at: datetime) -> Log:
    """Return the log's row, locked. A log without any entry begins with the key that signs it."""
    held = Log.objects.select_for_update().filter(pk=1).first()
    if held is None:
        where = urlsplit(settings.BASE_URL)
        Log.objects.get_or_create(pk=1, defaults={"origin": f"{where.netloc}{where.path}/log"})
        held = Log.objects.select_for_update().get(pk=1)
    if held.key is None:
        _take_new_key(held, at)
    return held


def _append(held: Log, news: Sequence[News], at: datetime) -> list[Entry]:
    texts = [rules.entry_text(each.kind, each.facts, at=at) for each in news]
    leaves = [merkle.leaf_hash(text.encode()) for text in texts]
    made, edge = merkle.grown(held.size, _edge(held), leaves)
    rows = [
        Entry(index=index, kind=each.kind, about=each.about, text=text, leaf=leaf, at=at)
        for index, (each, text, leaf) in enumerate(zip(news, texts, leaves, strict=True), start=held.size)
    ]
    Entry.objects.bulk_create(rows, batch_size=A_BATCH)
    nodes = [Node(number=place.number, hash=each) for place, each in made.items() if place.level]
    Node.objects.bulk_create(nodes, batch_size=A_BATCH)
    held.size, held.edge = held.size + len(rows), b"".join(edge)
    held.save(update_fields=["size", "edge"])
    return rows


def _edge(held: Log) -> list[bytes]:
    edge = bytes(held.edge)
    return [edge[start : start + merkle.WIDTH] for start in range(0, len(edge), merkle.WIDTH)]


def _take_new_key(held: Log, at: datetime) -> None:
    """Make a key for the log, and let its first entry be about itself."""
    key = SigningKey.generate()
    held.key = LogKey.objects.create(did=key.did, wrapped=keys.wrap(key.to_bytes(), did=key.did), created_at=at)
    held.save(update_fields=["key"])
    _append(held, [News("key", key.did, {"act": "made", "key": key.did, "holder": rules.LOG})], at)


def _sign(held: Log, at: datetime) -> TreeHead:
    """Sign the log as it stands. Raises WrongWrappingKey."""
    key = held.key
    assert key is not None
    signing = SigningKey.from_bytes(keys.unwrap(bytes(key.wrapped), did=key.did))
    root = merkle.folded(_edge(held))
    row = TreeHead(origin=held.origin, size=held.size, root=root, at=at, key=key, signature=b"")
    row.signature = signing.sign(queries.head_of(row).text.encode())
    row.save(force_insert=True)
    return row


def _try_to_sign(held: Log, at: datetime) -> None:
    """Sign, but do not let what is appended fail with it: the sweep tries again, and the doctor tells."""
    try:
        _sign(held, at)
    except keys.WrongWrappingKey:
        log.exception("No head was signed over %d entries of the log", held.size)


@transaction.atomic
def operator_key(*, at: datetime) -> SigningKey:
    """Return the key by which the operator of this site signs: the log's own. Raises WrongWrappingKey."""
    key = _held(at).key
    assert key is not None
    return SigningKey.from_bytes(keys.unwrap(bytes(key.wrapped), did=key.did))


@transaction.atomic
def publish_head(*, at: datetime) -> TreeHead:
    """Return the newest head, signed now where a new one is due. Raises WrongWrappingKey."""
    held = _held(at)
    last = queries.latest_head()
    if last and not rules.head_due(size=held.size, signed_size=last.size, signed_at=last.at, at=at):
        return last
    return _sign(held, at)


def newest_head(*, at: datetime) -> TreeHead:
    """Return the newest head for a reader: signed now where one is due, the last one where the key does not open.

    Raises WrongWrappingKey where there is no head at all.
    """
    last = queries.latest_head()
    if last and not rules.head_due(size=queries.size(), signed_size=last.size, signed_at=last.at, at=at):
        return last
    try:
        return publish_head(at=at)
    except keys.WrongWrappingKey:
        if last is None:
            raise
        log.exception("The log's key does not open, so the head stays that of %s", last.at)
        return last


def keep_heads(*, at: datetime) -> int:
    """Sign a head where one is due, and return how many were signed."""
    last = queries.latest_head()
    return int(publish_head(at=at).pk != (last.pk if last else None))


@transaction.atomic
def rotate_key(*, at: datetime) -> LogKey:
    """Let a new key sign the log from now on. The log itself announces it, under a last head of the old key.

    Where the old key does not open any more there is no such head: monitors learn of the new key from the log alone.
    """
    held = _held(at)
    old = held.key
    assert old is not None
    _take_new_key(held, at)
    _append(held, [News("key", old.did, {"act": "retired", "key": old.did, "holder": rules.LOG})], at)
    new, held.key = held.key, old
    _try_to_sign(held, at)
    held.key = new
    old.retired_at = at
    old.save(update_fields=["retired_at"])
    _sign(held, at)
    assert new is not None
    return new
