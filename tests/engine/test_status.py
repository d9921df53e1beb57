"""Bitstring Status Lists: what is encoded comes back, and hostile lists are refused."""

import base64
import gzip
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opencairn.engine.objections import Objection
from opencairn.engine.opening import open_credential
from opencairn.engine.status import bitstring, packing
from tests.engine.samples import AT, KEY, LIST, as_bytes, signed, status_list, with_bit

ENTRY = bitstring.entry(LIST, 94_567)
CREDENTIAL = open_credential(as_bytes(signed()).decode())
WORDS = ("waiting", "in review", "accepted", "refused")


@given(st.sets(st.integers(0, bitstring.SMALLEST - 1), max_size=20), st.integers(0, bitstring.SMALLEST - 1))
@settings(deadline=None, max_examples=25)
def test_bits_come_back(indexes: set[int], asked: int) -> None:
    bits = bytearray(bitstring.SMALLEST // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    words = bitstring.encode(bytes(bits))
    assert words.startswith("u")
    assert bitstring.decode(words) == bits
    assert packing.value(bitstring.decode(words), asked, 1) == (asked in indexes)


def test_the_first_bit_is_the_most_significant() -> None:
    assert packing.value(b"\x80", 0, 1) == packing.value(b"\x01", 7, 1) == 1
    assert packing.value(b"\x01", 0, 1, least_first=True) == 1


def test_a_list_that_would_tell_too_much_is_not_made() -> None:
    with pytest.raises(ValueError, match="131072"):
        bitstring.encode(bytes(100))


def packed(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    "words",
    [
        None, 5, "", "z123", "u", "u***", "uAAAA", "ué", packed(b"plain"), packed(gzip.compress(bytes(10), mtime=0)),
        packed(gzip.compress(bytes(16_384), mtime=0)[:-9]), packed(gzip.compress(bytes(packing.LARGEST // 8 + 1), mtime=0)),
    ],
)  # fmt: skip
def test_malformed_lists_and_bombs_are_refused(words: Any) -> None:
    with pytest.raises(Objection):
        bitstring.decode(words)


@pytest.mark.parametrize("index", [None, -1, "-1", "1.5", "", "٣", True, 2.0, "9" * 13, [1]])
def test_an_entry_without_a_place_is_refused(index: Any) -> None:
    with pytest.raises(Objection):
        bitstring.index_of({"statusListIndex": index})


def test_a_place_may_be_words_or_a_number() -> None:
    assert bitstring.index_of({"statusListIndex": "23"}) == bitstring.index_of({"statusListIndex": 23}) == 23


def read(listed: dict[str, Any], entry: dict[str, Any]) -> Any:
    subject = bitstring.subject_of(listed, "BitstringStatusListCredential", "BitstringStatusList")
    return bitstring.read(subject, entry, CREDENTIAL)


@given(st.data())
@settings(deadline=None, max_examples=25)
def test_statuses_of_any_size_come_back(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 8))
    places = st.integers(0, 200)
    wanted = data.draw(st.dictionaries(places, st.integers(0, (1 << size) - 1), max_size=9))
    bits = bytes(300)
    for index, number in wanted.items():
        bits = bitstring.with_value(bits, index, 0, size=size)
        bits = bitstring.with_value(bits, index, number, size=size)
    asked = data.draw(places)
    assert packing.value(bits, asked, size) == wanted.get(asked, 0)
    assert bitstring.with_value(with_bit(5), 5, 0) == bytes(16_384)


@pytest.mark.parametrize(
    ("index", "number", "size"), [(-1, 1, 1), (16_384 * 8, 1, 1), (0, 2, 1), (0, -1, 1), (65_536, 1, 2)]
)
def test_a_status_that_has_no_place_is_not_written(index: int, number: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such status"):
        bitstring.with_value(bytes(16_384), index, number, size=size)


def test_lists_a_little_too_small_for_privacy_are_read_all_the_same() -> None:
    assert len(bitstring.decode(packed(gzip.compress(bytes(12_500), mtime=0)))) == 12_500
    with pytest.raises(Objection):
        bitstring.decode(packed(gzip.compress(bytes(12_499), mtime=0)))


def test_a_bit_is_read() -> None:
    assert read(status_list(bits=with_bit(94_567)), ENTRY).code == "revoked"
    assert read(status_list(bits=with_bit(94_568)), ENTRY).code == "not-revoked"


def test_one_list_may_be_kept_for_several_purposes() -> None:
    document = bitstring.credential(
        LIST, KEY.did, with_bit(3), ["revocation", "suspension"], AT, AT + timedelta(days=1)
    )
    assert read(document, bitstring.entry(LIST, 3, "suspension")).code == "suspended"
    assert read(document, bitstring.entry(LIST, 4, "revocation")).code == "not-revoked"


def test_a_message_is_told_and_decides_nothing() -> None:
    bits = bitstring.with_value(bytes(2 * 16_384), 7, 2, size=2)
    document = bitstring.credential(LIST, KEY.did, bits, "message", AT, AT + timedelta(days=1), ttl=timedelta(hours=1))
    assert document["credentialSubject"]["ttl"] == 3_600_000
    step = read(document, bitstring.entry(LIST, 7, "message", messages=WORDS, reference="https://cairn.example/words"))
    assert (step.outcome, step.code, step.facts) == ("not-applicable", "status-message", (("message", "accepted"),))
    assert read(document, bitstring.entry(LIST, 6, "message", messages=WORDS)).facts == (("message", "waiting"),)


def test_a_newer_version_leaves_this_one_as_good_as_it_was() -> None:
    document = status_list(bits=with_bit(3), purpose="refresh")
    assert read(document, bitstring.entry(LIST, 3, "refresh")).code == "status-refresh"
    assert read(document, bitstring.entry(LIST, 4, "refresh")).code == "no-status"


def test_every_value_needs_its_message() -> None:
    with pytest.raises(ValueError, match="message"):
        bitstring.entry(LIST, 7, "message", messages=WORDS[:3])
    assert bitstring.entry(LIST, 7, messages=WORDS[:2])["statusSize"] == 1


BIG = status_list(bits=bytes(2 * 16_384), purpose="message")
WORDED = bitstring.entry(LIST, 7, "message", messages=WORDS)


@pytest.mark.parametrize(
    "changes",
    [
        {"statusMessage": WORDED["statusMessage"][:3]},
        {"statusMessage": [*WORDED["statusMessage"], WORDED["statusMessage"][0]]},
        {"statusMessage": [*WORDED["statusMessage"][:3], {"status": "0x4", "message": "late"}]},
        {"statusMessage": [*WORDED["statusMessage"][:3], {"status": "3 ", "message": "late"}]},
        {"statusMessage": [*WORDED["statusMessage"][:3], {"status": 3, "message": "late"}]},
        {"statusMessage": [*WORDED["statusMessage"][:3], {"status": "0x3", "message": 5}]},
        {"statusMessage": [*WORDED["statusMessage"][:3], "late"]},
        {"statusMessage": None},
        {"statusMessage": None, "statusSize": 1},
    ],
)
def test_messages_that_do_not_fit_their_values_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Objection) as refused:
        read(BIG, {**WORDED, **changes})
    assert refused.value.code == "list-messages"


@pytest.mark.parametrize(
    ("listed", "entry", "code"),
    [
        ({"type": ["VerifiableCredential"]}, {}, "not-a-list"),
        ({"credentialSubject": []}, {}, "not-a-list"),
        ({"credentialSubject": ["x"]}, {}, "not-a-list"),
        ({"credentialSubject": {"type": "Other"}}, {}, "not-a-list"),
        ({}, {"statusPurpose": "suspension"}, "list-purpose"),
        ({}, {"statusSize": 9}, "status-size"),
        ({}, {"statusSize": 0}, "status-size"),
        ({}, {"statusSize": True}, "status-size"),
        ({}, {"statusSize": "1"}, "status-size"),
        ({}, {"statusSize": 2, "statusMessage": WORDED["statusMessage"]}, "list-length"),
        ({}, {"statusListIndex": str(bitstring.SMALLEST)}, "list-index-range"),
    ],
)
def test_a_list_that_does_not_go_with_the_entry_is_refused(listed: Any, entry: Any, code: str) -> None:
    with pytest.raises(Objection) as refused:
        read({**status_list(), **listed}, {**ENTRY, **entry})
    assert refused.value.code == code
