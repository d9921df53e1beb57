"""Bitstring Status Lists: what is encoded comes back, and hostile lists are refused."""

import base64
import gzip
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opencairn.engine import status
from opencairn.engine.objections import Objection
from tests.engine.samples import status_list, with_bit

ENTRY = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "94567"}


@given(st.sets(st.integers(0, status.SMALLEST - 1), max_size=20), st.integers(0, status.SMALLEST - 1))
@settings(deadline=None, max_examples=25)
def test_bits_come_back(indexes: set[int], asked: int) -> None:
    bits = bytearray(status.SMALLEST // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    words = status.encode(bytes(bits))
    assert words.startswith("u")
    assert status.decode(words) == bits
    assert status.is_set(status.decode(words), asked) == (asked in indexes)


def test_the_first_bit_is_the_most_significant() -> None:
    assert status.is_set(b"\x80", 0)
    assert status.is_set(b"\x01", 7)


def test_a_list_that_would_tell_too_much_is_not_made() -> None:
    with pytest.raises(ValueError, match="131072"):
        status.encode(bytes(100))


def packed(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    "words",
    [
        None, 5, "", "z123", "u", "u***", "uAAAA", "ué", packed(b"plain"), packed(gzip.compress(bytes(10), mtime=0)),
        packed(gzip.compress(bytes(16_384), mtime=0)[:-9]), packed(gzip.compress(bytes(status.LARGEST // 8 + 1), mtime=0)),
    ],
)  # fmt: skip
def test_malformed_lists_and_bombs_are_refused(words: Any) -> None:
    with pytest.raises(Objection):
        status.decode(words)


@pytest.mark.parametrize("index", [None, -1, "-1", "1.5", "", "٣", True, 2.0, "9" * 13, [1]])
def test_an_entry_without_a_place_is_refused(index: Any) -> None:
    with pytest.raises(Objection):
        status.index_of({"statusListIndex": index})


def test_a_place_may_be_words_or_a_number() -> None:
    assert status.index_of({"statusListIndex": "23"}) == status.index_of({"statusListIndex": 23}) == 23


def test_a_bit_is_read() -> None:
    assert status.read_bit(status_list(bits=with_bit(94_567)), ENTRY)
    assert not status.read_bit(status_list(bits=with_bit(94_568)), ENTRY)


@pytest.mark.parametrize(
    ("listed", "entry", "code"),
    [
        ({"type": ["VerifiableCredential"]}, {}, "not-a-list"),
        ({"credentialSubject": []}, {}, "not-a-list"),
        ({"credentialSubject": {"type": "Other"}}, {}, "not-a-list"),
        ({}, {"statusPurpose": "suspension"}, "list-purpose"),
        ({}, {"statusSize": 2}, "status-size"),
        ({}, {"statusListIndex": str(status.SMALLEST)}, "list-index-range"),
    ],
)
def test_a_list_that_does_not_go_with_the_entry_is_refused(listed: Any, entry: Any, code: str) -> None:
    with pytest.raises(Objection) as refused:
        status.read_bit({**status_list(), **listed}, {**ENTRY, **entry})
    assert refused.value.code == code
