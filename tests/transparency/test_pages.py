import json
from datetime import timedelta

import pytest
from django.utils import timezone

from opencairn.engine import merkle
from opencairn.transparency import actions as log
from opencairn.transparency import monitor, queries

from .conftest import grow

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(at):
    """A log of one key and fifty entries, of which 45 are under a head."""
    grow(44, at)
    log.publish_head(at=timezone.now())
    grow(6, at)


def data(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def test_a_new_site_has_a_log_that_begins_with_its_own_key(client, db):
    page = client.get("/log/").content.decode()
    assert "This log is signed with a new key." in page
    assert queries.size() == 1


def test_the_page_says_how_the_log_stands(client, tree):
    page = client.get("/log/").content.decode()
    assert "6 of them wait for the next signature" in page
    assert queries.head_of(queries.latest_head()).root.hex() in page
    assert "opencairn log verify http://localhost:8000/log/" in page
    assert page.count("A credential was signed.") == 8


def test_entries_are_read_page_by_page_the_newest_first(client, tree):
    first, last = (client.get(f"/log/entries/?page={n}").content.decode() for n in (1, 2))
    assert "/log/entries/50/" in first
    assert "/log/entries/10/" not in first
    assert "/log/entries/10/" in last
    assert "/log/entries/0/" in last
    assert client.get("/log/entries/?page=nonsense").status_code == 200


def test_an_empty_log_has_pages_too(client, db):
    assert "Nothing was appended yet" in client.get("/log/entries/").content.decode()
    assert "Nothing was signed yet" in client.get("/log/heads/").content.decode()


def test_an_entry_has_a_page_with_its_proof(client, tree):
    found = queries.inclusion_of(queries.entry(7))
    page = client.get("/log/entries/7/").content.decode()
    assert all(each.hex() in page for each in found.proof)
    assert "waits for the next signature" in client.get("/log/entries/50/").content.decode()
    alone = client.get("/log/heads/").content.decode()
    assert queries.head_of(queries.latest_head()).root.hex() in alone


def test_the_only_entry_is_its_own_root(client, at):
    log.publish_head(at=timezone.now())
    assert "its hash is the root" in client.get("/log/entries/0/").content.decode()


def test_the_head_is_signed_and_names_its_key(client, tree):
    head = monitor.head_from(client.get("/log/head.json").content)
    assert head.holds
    assert (head.size, head.key) == (45, data(client, "/log/keys.json")["keys"][0]["id"])
    assert data(client, "/log/heads.json")["heads"] == [head.data]
    assert client.get("/log/checkpoint").content.decode() == head.note


def test_a_proof_can_be_had_by_number_by_hash_and_by_credential(client, tree):
    entry = queries.entry(9)
    by_leaf = data(client, f"/log/leaf/{bytes(entry.leaf).hex()}.json")
    assert by_leaf == data(client, f"/log/credential/{entry.about}.json") == data(client, "/log/inclusion/9/45.json")
    proof = [bytes.fromhex(each) for each in by_leaf["proof"]]
    leaf = merkle.leaf_hash(by_leaf["entry"]["text"].encode())
    assert merkle.inclusion_holds(leaf, 9, 45, proof, bytes.fromhex(by_leaf["head"]["root"]))
    without = data(client, "/log/inclusion/9/20.json")
    assert without["head"] is None
    assert merkle.inclusion_holds(
        leaf, 9, 20, [bytes.fromhex(each) for each in without["proof"]], bytes.fromhex(without["root"])
    )


def test_what_waits_for_a_head_is_told_so(client, tree):
    for path in (f"leaf/{bytes(queries.entry(50).leaf).hex()}", f"credential/{queries.entry(50).about}"):
        assert "no signed head covers it yet" in data(client, f"/log/{path}.json", 404)["title"]


def test_a_proof_of_consistency_joins_two_sizes(client, tree):
    found = data(client, "/log/consistency/20/45.json")
    roots = [merkle.root(size, queries.read) for size in (20, 45)]
    assert merkle.consistency_holds(20, roots[0], 45, roots[1], [bytes.fromhex(each) for each in found["proof"]])


def test_entries_come_as_data_exactly_as_they_were_hashed(client, tree):
    found = data(client, "/log/entries/3-5.json")["entries"]
    assert [each["index"] for each in found] == [3, 4, 5]
    assert all(merkle.leaf_hash(each["text"].encode()).hex() == each["leaf"] for each in found)
    assert data(client, "/log/entries/4.json")["entries"] == found[1:2]


@pytest.mark.parametrize("path", ["head.json", "entries/0-9.json", "consistency/3/9.json", "checkpoint", "keys.json"])
def test_answers_can_be_kept_and_asked_for_again(client, tree, path):
    first = client.get(f"/log/{path}")
    assert "public" in first["Cache-Control"]
    assert first["Access-Control-Allow-Origin"] == "*"
    again = client.get(f"/log/{path}", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert ("immutable" in first["Cache-Control"]) is path.startswith(("entries", "consistency"))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("entries/0-51.json", 404),
        ("entries/5-3.json", 404),
        ("entries/0-500.json", 422),
        ("entries/-1.json", 422),
        ("entries/1-2-3.json", 422),
        ("entries/seven.json", 422),
        ("entries/٣.json", 422),
        ("entries/9999999999999999999999.json", 422),
        ("inclusion/51/51.json", 404),
        ("inclusion/9/9.json", 404),
        ("inclusion/9/52.json", 404),
        ("inclusion/9/-20.json", 422),
        (f"inclusion/{2**62}/{2**62}.json", 404),
        ("consistency/9/3.json", 404),
        ("consistency/0/52.json", 404),
        ("consistency/-1/3.json", 422),
        (f"consistency/1/{2**63}.json", 422),
        ("leaf/00.json", 422),
        (f"leaf/{'0' * 64}.json", 404),
        (f"leaf/{'G' * 64}.json", 422),
        (f"credential/{'f' * 64}.json", 404),
        ("credential/nobody.json", 422),
    ],
)
def test_what_the_log_does_not_have_is_said_in_words(client, tree, path, status):
    answer = client.get(f"/log/{path}")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert len(json.loads(answer.content)["title"]) > 20


@pytest.mark.parametrize("index", [51, 2**62, 2**64, 10**30])
def test_a_page_of_an_entry_that_is_not_there_says_so(client, tree, index):
    answer = client.get(f"/log/entries/{index}/")
    assert answer.status_code == 404
    assert "The log has no entry of this number" in answer.content.decode()


def test_nothing_can_be_sent_to_the_log(client, tree):
    for path in ("", "entries/", "entries/3/", "heads/", "head.json", "checkpoint", "entries/0-2.json"):
        for method in ("post", "put", "delete"):
            assert getattr(client, method)(f"/log/{path}").status_code == 405


def test_the_head_is_signed_again_when_it_is_asked_for_and_due(client, tree):
    with pytest.MonkeyPatch.context() as patch:
        later = timezone.now() + timedelta(minutes=11)
        patch.setattr("django.utils.timezone.now", lambda: later)
        assert data(client, "/log/head.json")["size"] == 51


@pytest.mark.parametrize(
    "kind_and_words",
    [
        (
            "decision",
            {
                "number": "2026-001",
                "quality_body": "a-body",
                "provider": "a-school",
                "programme": "water",
                "verdict": "refused",
            },
            "Decision 2026-001: water of a-school was not accredited by a-body.",
        ),
        (
            "decision",
            {
                "number": "2026-001",
                "quality_body": "a-body",
                "provider": "a-school",
                "programme": "water",
                "verdict": "accredited",
                "first_on": "2026-03-02",
                "last_on": "2029-03-01",
            },
            "Decision 2026-001: water of a-school was accredited by a-body, 2 March 2026 to 1 March 2029.",
        ),
        (
            "sanction",
            {"decision": "2026-001", "act": "suspension", "from_on": "2026-03-02"},
            "was suspended from 2 March 2026 on",
        ),
        (
            "sanction",
            {"decision": "2026-001", "act": "withdrawal", "from_on": "2026-03-02"},
            "was withdrawn from 2 March 2026 on",
        ),
        (
            "sanction",
            {"decision": "2026-001", "act": "lifting", "from_on": "2026-03-02", "lifted_on": "2026-03-05"},
            "counts again from 5 March 2026 on",
        ),
        ("status-list", {"list": "http://localhost:8000/status/7/", "version": 4, "sha256": "00"}, "in its version 4"),
        (
            "key",
            {"act": "made", "key": "did:key:z", "holder": "a-school"},
            "a-school signs its credentials with a new key.",
        ),
        ("key", {"act": "retired", "key": "did:key:z", "holder": "a-school"}, "A signing key of a-school was retired."),
        ("key", {"act": "retired", "key": "did:key:z", "holder": "log"}, "A key of this log was retired."),
    ],
)
def test_every_kind_of_entry_is_said_in_plain_words(client, at, kind_and_words):
    kind, facts, words = kind_and_words
    entry = log.append(kind, about=facts.get("number") or facts.get("decision") or "x", facts=facts, at=at)
    page = client.get(f"/log/entries/{entry.index}/").content.decode()
    assert words in page
