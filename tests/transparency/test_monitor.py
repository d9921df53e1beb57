"""An outside monitor, which kept the head it saw, against an operator who can do what they like with the database."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from opencairn.engine.keys import SigningKey
from opencairn.kit.fetch import CannotFetch
from opencairn.transparency import actions as log
from opencairn.transparency import monitor, queries
from opencairn.transparency.models import Entry, TreeHead
from opencairn.transparency.monitor import CannotTell, Caught

from .conftest import ADDRESS, as_a_stranger, cut, grow, rewrite, today

pytestmark = pytest.mark.django_db
FALSE = '{"at":"2026-03-02T09:00:00Z","facts":{"sha256":"ff"},"kind":"credential"}'


def signed_anew() -> None:
    """Let the log sign how it stands now."""
    last = queries.latest_head()
    log.publish_head(at=(last.at if last else timezone.now()) + timedelta(days=2))


def watch(seen=None, fetch=as_a_stranger, at=None):
    return monitor.watch(ADDRESS, fetch=fetch, at=at or today(), seen=seen)


def glance(seen, fetch=as_a_stranger):
    return monitor.glance(ADDRESS, fetch=fetch, at=today(), seen=seen)


def changed(part: str, change):
    """A network on which one kind of answer is changed on the way."""

    def fetch(url: str) -> bytes:
        answer = as_a_stranger(url)
        return change(answer) if part in url else answer

    return fetch


def with_json(**facts):
    return lambda answer: json.dumps(json.loads(answer) | facts).encode()


@pytest.fixture
def seen(at):
    """What the monitor saw at its first visit: eight entries."""
    grow(7, at)
    return watch().head


def test_a_log_that_only_grew_holds_at_every_visit(at, seen):
    assert seen.size == 8
    for count in (0, 1, 5, 600):
        grow(count, at)
        signed_anew()
        found = watch(seen)
        assert (found.head.size, found.entries) == (seen.size + count, seen.size + count)
        assert glance(seen).head == found.head
        seen = found.head


@pytest.mark.parametrize("more", [1, 8, 9, 40])
def test_a_rewritten_past_entry_is_caught_by_who_saw_an_earlier_head(at, seen, operator, more):
    grow(more, at)
    rewrite(3, FALSE)
    signed_anew()
    assert watch().head.size == 8 + more  # who comes for the first time sees nothing amiss
    for visit in (watch, glance):
        with pytest.raises(Caught, match=r"first 8 entries .* rewritten") as caught:
            visit(seen)
        assert caught.value.what == "rewritten"
        assert caught.value.head.holds  # signed by the log: that is the evidence


def test_an_entry_changed_beneath_its_tree_is_caught_at_the_first_visit(at, seen, operator):
    Entry.objects.filter(index=3).update(text=FALSE)
    with pytest.raises(Caught, match="not those that its head was made from"):
        watch()


def test_a_log_that_was_cut_is_caught(at, seen, operator):
    cut(6)
    signed_anew()
    for visit in (watch, glance):
        with pytest.raises(Caught, match=r"had 8 entries on .* shows 6") as caught:
            visit(seen)
        assert caught.value.what == "shrunk"


def test_two_trees_of_one_size_are_caught(at, seen, operator):
    rewrite(7, FALSE)
    signed_anew()
    for visit in (watch, glance):
        with pytest.raises(Caught, match="two different trees of 8") as caught:
            visit(seen)
        assert caught.value.what == "fork"


def test_a_head_that_somebody_else_made_is_caught(at, seen):
    for facts in ({"size": 9}, {"root": "00" * 32}, {"at": "2026-03-02T09:00:01Z"}, {"key": SigningKey.generate().did}):
        with pytest.raises(Caught, match="signature") as caught:
            watch(fetch=changed("head.json", with_json(**facts)))
        assert caught.value.what == "forged"


def test_a_head_by_a_key_that_the_log_does_not_announce_is_caught(at, seen):
    key = SigningKey.generate()
    theirs = replace(seen, key=key.did)
    theirs = replace(theirs, signature=key.sign(theirs.text.encode()))
    fetch = changed("head.json", lambda _answer: monitor.head_text(theirs))
    with pytest.raises(Caught, match="does not announce"):
        watch(seen, fetch=fetch)
    with pytest.raises(CannotTell, match="another key"):
        glance(seen, fetch=fetch)


def test_a_new_key_that_the_log_announces_is_taken(at, seen):
    log.rotate_key(at=timezone.now())
    assert watch(seen).head.key != seen.key


def test_another_log_in_its_place_is_caught(at, seen):
    with pytest.raises(Caught, match=r"not another\.example/log as before"):
        watch(replace(seen, origin="another.example/log"))


@pytest.mark.parametrize(
    "entries",
    [
        lambda all_: all_[:-1],
        lambda all_: all_[1:],
        lambda all_: [*all_[:3], *all_[4:], all_[3]],
        lambda all_: [*all_, all_[-1]],
        lambda all_: [all_[0] | {"text": 5}, *all_[1:]],
        lambda all_: [],
    ],
)
def test_entries_that_were_left_out_moved_or_doubled_are_caught(at, seen, entries):
    def change(answer: bytes) -> bytes:
        return json.dumps({"entries": entries(json.loads(answer)["entries"])}).encode()

    with pytest.raises(Caught, match="does not show the entries 0 to 7"):
        watch(fetch=changed("entries/", change))


@pytest.mark.parametrize(
    "answer", [b"", b"<html>", b"[]", b'{"entries": 3}', b'{"entries": [3]}', b"{" * 5000, b" " * 2_000_000]
)
def test_an_answer_that_is_none_cannot_be_judged(at, seen, answer):
    with pytest.raises(CannotTell):
        watch(fetch=changed("entries/", lambda _answer: answer))


@pytest.mark.parametrize(
    "facts",
    [
        {"size": -1},
        {"size": 1 << 63},
        {"size": True},
        {"size": "8"},
        {"root": "zz" * 32},
        {"root": "00"},
        {"root": None},
        {"at": "yesterday"},
        {"at": "2026-03-02 09:00:00Z"},
        {"at": "2026-03-02T09:00:00+00:00"},
        {"origin": "example.org/log\n9"},
        {"signature": "==="},
    ],
)
def test_a_head_that_is_none_cannot_be_judged(at, seen, facts):
    with pytest.raises(CannotTell):
        watch(fetch=changed("head.json", with_json(**facts)))


@pytest.mark.parametrize("proof", [None, "00", [5], ["zz" * 32], ["00" * 31], [["00" * 32]]])
def test_a_malformed_proof_cannot_be_judged(at, seen, proof):
    grow(5, at)
    signed_anew()
    with pytest.raises(CannotTell, match="proof that cannot be read"):
        glance(seen, fetch=changed("consistency/", with_json(proof=proof)))


@pytest.mark.parametrize("proof", [[], ["00" * 32], ["00" * 32] * 100])
def test_a_false_proof_is_caught(at, seen, proof):
    grow(5, at)
    signed_anew()
    with pytest.raises(Caught, match="rewritten"):
        glance(seen, fetch=changed("consistency/", with_json(proof=proof)))


def test_a_log_that_stopped_signing_is_stale(at, seen):
    assert not watch(at=timezone.now() + timedelta(hours=24)).stale
    assert watch(at=timezone.now() + timedelta(hours=26)).stale


def test_a_head_from_the_future_is_caught_for_it_would_never_go_stale(at, seen):
    signed_anew()
    with pytest.raises(Caught, match="still to come") as caught:
        watch(at=today() - timedelta(hours=2), seen=seen)
    assert caught.value.what == "ahead"
    assert not watch(at=today() - timedelta(minutes=50), seen=seen).stale


def test_a_log_that_cannot_be_reached_cannot_be_judged():
    def nobody(url: str) -> bytes:
        raise CannotFetch("There is no such place as example.org.")

    with pytest.raises(CannotTell, match="no such place"):
        watch(fetch=nobody)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "{}",
        '{"kind":"key"}',
        '{"kind":"key","facts":[]}',
        '{"kind":"key","facts":{"holder":"log"}}',
        "not JSON",
    ],
)
def test_an_entry_in_no_form_that_we_know_announces_no_key(at, seen, operator, text):
    rewrite(5, text)
    signed_anew()
    assert watch().entries == 8
    rewrite(0, text)
    TreeHead.objects.all().delete()
    signed_anew()
    with pytest.raises(Caught, match="does not announce"):
        watch()
