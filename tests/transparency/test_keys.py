import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.transparency import keys

DID = "did:key:z6MkExample"


@given(st.binary(min_size=32, max_size=32))
def test_what_was_wrapped_opens_again(private):
    assert keys.unwrap(keys.wrap(private, did=DID), did=DID) == private


def test_the_private_key_is_not_readable_in_what_is_stored():
    private = bytes(range(32))
    assert private not in keys.wrap(private, did=DID)
    assert keys.wrap(private, did=DID) != keys.wrap(private, did=DID)


def test_another_wrapping_key_is_refused_in_words(settings):
    wrapped = keys.wrap(b"k" * 32, did=DID)
    settings.WRAPPING_KEY = "another wrapping key"
    with pytest.raises(keys.WrongWrappingKey, match="Nothing was signed"):
        keys.unwrap(wrapped, did=DID)


def test_a_wrapped_key_does_not_open_for_another_did():
    with pytest.raises(keys.WrongWrappingKey):
        keys.unwrap(keys.wrap(b"k" * 32, did=DID), did="did:key:z6MkOther")


@pytest.mark.parametrize("place", [0, 1, 13, -1])
def test_an_altered_row_does_not_open(place):
    wrapped = bytearray(keys.wrap(b"k" * 32, did=DID))
    wrapped[place] ^= 1
    with pytest.raises(keys.WrongWrappingKey):
        keys.unwrap(bytes(wrapped), did=DID)


@pytest.mark.parametrize("stored", [b"", b"\x01", b"\x01" + b"n" * 12, b"\x01" + b"n" * 20])
def test_a_cut_row_does_not_open(stored):
    with pytest.raises(keys.WrongWrappingKey):
        keys.unwrap(stored, did=DID)
