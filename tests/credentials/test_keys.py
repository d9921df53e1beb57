import pytest

from opencairn.credentials import actions as credentials
from opencairn.credentials.models import IssuerKey
from opencairn.people.models import Organisation


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
