import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencairn.credentials import actions as credentials
from opencairn.credentials import keys
from opencairn.credentials.models import IssuerKey
from opencairn.people.models import Organisation

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


def test_only_a_verified_organisation_gets_a_key(cast, at):
    Organisation.objects.filter(pk=cast.provider.pk).update(verified_at=None)
    with pytest.raises(credentials.NotVerified, match="nobody has checked its identity"):
        credentials.ensure_key(cast.provider, at=at)
    assert not IssuerKey.objects.exists()


def test_a_closed_organisation_signs_no_more(cast, at):
    Organisation.objects.filter(pk=cast.provider.pk).update(closed_at=at)
    with pytest.raises(credentials.NotVerified, match="has closed"):
        credentials.ensure_key(cast.provider, at=at)


def test_the_key_is_made_once(cast, at):
    assert credentials.ensure_key(cast.provider, at=at) == credentials.ensure_key(cast.provider, at=at)


def test_the_stored_key_signs_for_its_did(cast, at):
    key = credentials.ensure_key(cast.provider, at=at)
    assert key.did.startswith("did:key:z6Mk")
    assert credentials.open_key(key).did == key.did


def test_a_replaced_key_is_kept_and_a_new_one_signs(cast, at):
    old = credentials.ensure_key(cast.provider, at=at)
    new = credentials.rotate_key(cast.provider, at=at)
    old.refresh_from_db()
    assert old.retired_at == at
    assert new.did != old.did
    assert credentials.ensure_key(cast.provider, at=at) == new
    assert credentials.open_key(old).did == old.did
