import json
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction

from opencairn.engine import merkle
from opencairn.transparency import actions as log
from opencairn.transparency import keys, queries
from opencairn.transparency.models import Entry, Log, LogKey, Node, TreeHead

pytestmark = pytest.mark.django_db


def grow(count, at, start=0):
    news = [log.News("credential", f"{n:064x}", {"sha256": f"{n:064x}"}) for n in range(start, start + count)]
    return log.append_all(news, at=at)


def test_the_first_entry_is_the_key_that_signs_the_log(at):
    entry = log.append("credential", about="00", facts={"sha256": "00"}, at=at)
    first = Entry.objects.get(index=0)
    assert (entry.index, first.kind, first.about) == (1, "key", LogKey.objects.get().did)
    assert json.loads(first.text)["facts"]["holder"] == "log"
    assert queries.begun_at() == at


def test_entries_are_counted_without_gaps_and_make_the_tree(at):
    for count in (1, 3, 0, 7, 12):
        grow(count, at, start=queries.size())
    leaves = [bytes(each.leaf) for each in Entry.objects.order_by("index")]
    assert [each.index for each in Entry.objects.order_by("index")] == list(range(24))
    assert leaves == [merkle.leaf_hash(each.text.encode()) for each in Entry.objects.order_by("index")]
    made, edge = merkle.grown(0, (), leaves)
    assert {node.number: bytes(node.hash) for node in Node.objects.all()} == {
        place.number: each for place, each in made.items() if place.level
    }
    assert bytes(Log.objects.get().edge) == b"".join(edge)
    assert bytes(log.publish_head(at=at).root) == merkle.root(24, queries.read)


def test_what_was_not_committed_leaves_no_gap(at):
    grow(2, at)

    def fail():
        with transaction.atomic():
            grow(5, at, start=9)
            raise RuntimeError("whatever came after appending")

    with pytest.raises(RuntimeError):
        fail()
    assert grow(1, at, start=50)[0].index == 3


def test_a_batch_is_appended_as_a_whole_or_not_at_all(at):
    wrong = log.News("credential", "x", {"name": "Mirren"})
    with pytest.raises(ValueError, match="does not say name"):
        log.append_all([log.News("credential", "00", {"sha256": "00"}), wrong], at=at)
    assert not Entry.objects.exists()


def test_a_head_is_signed_when_a_thousand_is_passed(at):
    grow(998, at)
    assert not TreeHead.objects.exists()
    grow(1, at, start=998)
    head = queries.head_of(TreeHead.objects.get())
    assert head.size == 1000
    assert head.holds


def test_heads_come_each_day_and_soon_after_an_entry(at):
    assert log.keep_heads(at=at) == 1
    assert log.keep_heads(at=at + timedelta(hours=2)) == 0
    assert log.keep_heads(at=at + timedelta(hours=23)) == 1
    grow(1, at)
    assert log.keep_heads(at=at + timedelta(hours=23, minutes=5)) == 0
    assert log.keep_heads(at=at + timedelta(hours=23, minutes=10)) == 1
    assert list(TreeHead.objects.values_list("size", flat=True)) == [1, 1, 2]


def test_a_key_that_does_not_open_stops_no_entry_and_the_last_head_stays(at, settings, caplog):
    grow(1, at)
    last = log.newest_head(at=at)
    settings.WRAPPING_KEY = "another wrapping key"
    assert len(grow(1000, at, start=1)) == 1000
    assert log.newest_head(at=at + timedelta(days=2)) == last
    assert "No head was signed" in caplog.text
    with pytest.raises(keys.WrongWrappingKey):
        log.publish_head(at=at + timedelta(days=2))


def test_without_any_head_a_key_that_does_not_open_is_told(at, settings):
    grow(1, at)
    settings.WRAPPING_KEY = "another wrapping key"
    with pytest.raises(keys.WrongWrappingKey):
        log.newest_head(at=at)


def test_a_new_key_is_announced_under_a_head_of_the_old_one(at):
    grow(1, at)
    old = LogKey.objects.get()
    new = log.rotate_key(at=at + timedelta(hours=1))
    old.refresh_from_db()
    before, after = TreeHead.objects.order_by("pk")
    assert (before.key, after.key) == (old, new)
    assert before.size == after.size == 4
    assert old.retired_at == at + timedelta(hours=1)
    acts = [json.loads(each.text)["facts"] for each in Entry.objects.filter(kind="key").order_by("index")]
    assert [(each["act"], each["key"]) for each in acts] == [("made", old.did), ("made", new.did), ("retired", old.did)]
    assert queries.head_of(before).holds
    assert queries.head_of(after).holds


@pytest.mark.parametrize("change", ["update", "delete"])
@pytest.mark.parametrize("model", [Entry, Node, TreeHead])
def test_the_database_refuses_to_change_or_delete_what_was_appended(at, model, change):
    grow(3, at)
    log.publish_head(at=at)
    guard = import_module("opencairn.transparency.migrations.0002_nothing_is_changed")
    guard.guard(None, connection.schema_editor(), ("delete",))  # the tests' database goes without, see conftest
    name = {Entry: "text", Node: "hash", TreeHead: "signature"}[model]
    with pytest.raises(DatabaseError, match="only ever appended"), transaction.atomic():
        model.objects.update(
            **{name: "0" if model is Entry else b"0"}
        ) if change == "update" else model.objects.all().delete()
    guard.unguard(None, connection.schema_editor(), ("delete",))


def test_a_proof_of_inclusion_needs_a_size_that_holds_the_entry(at):
    grow(5, at)
    entry = queries.entry(3)
    assert queries.inclusion_of(entry) is None
    for size in (0, 3, 7):
        with pytest.raises(queries.NotInLog, match="from 4 to 6"):
            queries.inclusion_of(entry, within=size)
    found = queries.inclusion_of(entry, within=5)
    assert found.head is None
    assert merkle.inclusion_holds(bytes(entry.leaf), 3, 5, found.proof, found.root)
    log.publish_head(at=at)
    grow(2, at, start=9)
    assert queries.inclusion_of(entry).size == 6
    assert queries.inclusion_of(queries.entry(6)) is None
