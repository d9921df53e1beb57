from collections.abc import Callable
from datetime import datetime
from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from opencairn.engine import merkle
from opencairn.kit.fetch import CannotFetch
from opencairn.transparency import actions as log
from opencairn.transparency import queries
from opencairn.transparency.models import Entry, Log, Node

ADDRESS = "https://example.org/log/"
Fetch = Callable[[str], bytes]


def grow(count, at):
    start = Entry.objects.count()
    news = [log.News("credential", f"{n:064x}", {"sha256": f"{n:064x}"}) for n in range(start, start + count)]
    return log.append_all(news, at=at)


def as_a_stranger(url: str) -> bytes:
    """Read an address of the log as anybody would, without the network in between."""
    answer = Client().get(url.removeprefix("https://example.org"))
    if answer.status_code != 200:
        raise CannotFetch(f"example.org answered with the status {answer.status_code}.")
    return answer.content


@pytest.fixture
def operator(db):
    """The one who owns the database, and first takes the guard off."""
    guard = import_module("opencairn.transparency.migrations.0002_nothing_is_changed")
    guard.unguard(None, connection.schema_editor(), ("update",))
    yield
    guard.guard(None, connection.schema_editor(), ("update",))


def rewrite(index: int, text: str) -> None:
    """Rewrite a past entry and make the whole tree again to fit, as a dishonest operator would."""
    Entry.objects.filter(index=index).update(text=text, leaf=merkle.leaf_hash(text.encode()))
    rebuild()


def today() -> datetime:
    """Now, or the instant of the newest head where a test signed it for a later day."""
    last = queries.latest_head()
    return max(timezone.now(), last.at) if last else timezone.now()


def cut(size: int) -> None:
    """Take the newest entries away, and make the tree again to fit."""
    Entry.objects.filter(index__gte=size).delete()
    rebuild()


def rebuild() -> None:
    leaves = [bytes(each) for each in Entry.objects.order_by("index").values_list("leaf", flat=True)]
    made, edge = merkle.grown(0, (), leaves)
    Node.objects.all().delete()
    Node.objects.bulk_create([Node(number=place.number, hash=each) for place, each in made.items() if place.level])
    Log.objects.update(size=len(leaves), edge=b"".join(edge))
