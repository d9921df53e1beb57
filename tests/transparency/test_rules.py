import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.engine.canonical import canonical
from opencairn.engine.keys import SigningKey
from opencairn.engine.opening import open_credential
from opencairn.transparency import rules
from opencairn.transparency.rules import Head
from tests.engine.samples import ATTAINMENT, as_bytes, signed

AT = datetime(2026, 3, 2, 9, 0, 0, 5, tzinfo=UTC)
KEY = SigningKey.from_bytes(bytes(range(32)))


def a_head(size: int = 3, root: bytes = bytes(32)) -> Head:
    head = Head("example.org/log", size, root, "2026-03-02T09:00:00Z", KEY.did)
    return replace(head, signature=KEY.sign(head.text.encode()))


def test_an_entry_has_one_text_whatever_the_order_of_its_facts() -> None:
    there = rules.entry_text("key", {"act": "made", "key": "did:key:z", "holder": "log"}, at=AT)
    back = rules.entry_text("key", {"holder": "log", "key": "did:key:z", "act": "made"}, at=AT)
    assert there == back
    assert there == '{"at":"2026-03-02T09:00:00Z","facts":{"act":"made","holder":"log","key":"did:key:z"},"kind":"key"}'


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("decision", {"reasons": "Ms Okafor was convincing."}),
        ("credential", {"sha256": "00", "name": "Mirren Okafor"}),
        ("gossip", {"said": "something"}),
        ("gossip", {}),
        ("credential", {}),
        ("credential", {"sha256": "0" * 1500}),
    ],
)
def test_an_entry_takes_nothing_that_its_kind_does_not_say(kind: str, facts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="an entry"):
        rules.entry_text(kind, facts, at=AT)


def test_anyone_who_holds_a_credential_can_work_out_its_hash() -> None:
    document = signed()
    bare = {name: value for name, value in document.items() if name != "proof"}
    salt = next(each["salt"] for each in document["credentialSubject"]["identifier"] if "salt" in each)
    by_hand = hashlib.sha256((salt + hashlib.sha256(canonical(bare).encode()).hexdigest()).encode()).hexdigest()
    assert rules.credential_hash(open_credential(as_bytes(document).decode())) == by_hand


def test_without_an_address_the_credentials_own_random_name_is_the_salt() -> None:
    found = open_credential(as_bytes(signed()).decode())
    unnamed = replace(found, attainment=replace(ATTAINMENT, salt=""))
    no_badge = replace(found, attainment=None)
    assert rules.credential_hash(unnamed) == rules.credential_hash(no_badge) != rules.credential_hash(found)


def test_a_head_holds_as_it_was_signed_and_in_no_other_way() -> None:
    head = a_head()
    assert head.holds
    for other in (
        {"size": 4},
        {"root": bytes(31) + b"\1"},
        {"at": "2026-03-02T09:00:01Z"},
        {"origin": "example.com/log"},
    ):
        assert not replace(head, **other).holds
    assert not replace(head, key=SigningKey.generate().did).holds
    assert not replace(head, key="did:key:nonsense").holds
    assert not replace(head, signature=b"").holds


def test_the_note_is_one_that_witnesses_of_other_logs_can_read() -> None:
    head = a_head()
    text, _blank, line = head.note.rpartition("\n\n")
    name, signed_by = line.removeprefix("— ").split()
    data = base64.b64decode(signed_by)
    assert text + "\n" == head.text
    assert text.splitlines()[:2] == ["example.org/log", "3"]
    assert name == "example.org/log"
    assert data[:4] == hashlib.sha256(b"example.org/log\n\x01" + KEY.public.raw).digest()[:4]
    assert KEY.public.holds(data[4:], head.text.encode())


def test_a_head_as_data_names_everything_that_was_signed() -> None:
    assert set(a_head().data) == {"origin", "size", "root", "at", "key", "signature"}


@pytest.mark.parametrize(
    ("size", "after", "due"),
    [
        (5, timedelta(0), False),
        (5, timedelta(hours=22, minutes=59), False),
        (5, timedelta(hours=23), True),
        (6, timedelta(minutes=9), False),
        (6, timedelta(minutes=10), True),
    ],
)
def test_a_head_is_due_each_day_and_soon_after_an_entry(size: int, after: timedelta, due: bool) -> None:
    assert rules.head_due(size=size, signed_size=5, signed_at=AT, at=AT + after) is due


def test_a_log_without_a_head_needs_one() -> None:
    assert rules.head_due(size=0, signed_size=0, signed_at=None, at=AT)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_a_thousand_is_passed_when_one_lies_between(before: int, more: int) -> None:
    passed = any(number % 1000 == 0 for number in range(before + 1, before + more + 1))
    assert rules.crosses(before, before + more) is passed
