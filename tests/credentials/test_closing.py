"""A provider that closes: its people can do nothing more, so the operator winds up its keys and credentials."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from opencairn.credentials import actions as credentials
from opencairn.credentials import registry
from opencairn.credentials.models import Credential, IssuerKey
from opencairn.credentials.verification import verify_text
from opencairn.kit.dates import iso
from opencairn.people import actions as people
from opencairn.people.models import Person
from opencairn.quality import queries
from opencairn.web.demo.cast import Cast
from tests import make

SignIn = Callable[[Person | None], Client]


@pytest.fixture(autouse=True)
def closed(credential: Credential, cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Credential:
    """Close the provider a day after it issued; everything asked in a test happens a day later still."""
    people.close_organisation(cast.provider, at=at + timedelta(days=1))
    cast.provider.refresh_from_db()
    monkeypatch.setattr("django.utils.timezone.now", lambda: at + timedelta(days=2))
    return credential


def test_the_operator_reports_the_key_of_a_closed_provider_and_revokes_what_it_signed(
    credential: Credential, cast: Cast, signed_in: SignIn, at: datetime
) -> None:
    client = signed_in(cast.operator)
    address = f"/issue/keys/{credential.key.did}/compromised/"
    place = client.get(f"/organisations/{cast.provider.slug}/").content.decode()
    assert f"/issue/keys/{cast.provider.slug}/" in place
    assert address in client.get(f"/issue/keys/{cast.provider.slug}/").content.decode()
    page = client.get(address).content.decode()
    assert "so no new key is made" in page
    answer = client.post(address, {"since": iso(at)[:16], "sure": "on"}, follow=True)
    assert answer.status_code == 200
    assert f"/credentials/{credential.pk}/" in answer.content.decode()
    key = IssuerKey.objects.get()
    assert (key.compromised_from, key.retired_at) == (at, at + timedelta(days=2))
    assert f"/credentials/{credential.pk}/revoke/" in client.get(f"/credentials/{credential.pk}/").content.decode()
    revoking = client.get(f"/credentials/{credential.pk}/revoke/").content.decode()
    assert "Correct it instead" not in revoking
    client.post(f"/credentials/{credential.pk}/revoke/", {"reason": "Signed by a thief.", "sure": "on"})
    assert Credential.objects.get().revoked_at == at + timedelta(days=2)
    assert verify_text(credential.document.encode(), at=at + timedelta(days=2)).step("status").code == "revoked"  # type: ignore[union-attr]


def test_nobody_else_can_and_the_operator_can_do_nothing_more_in_its_name(
    credential: Credential, award_to: Callable, cast: Cast, signed_in: SignIn
) -> None:
    waiting = award_to(cast.employer_person)
    for person, address in (
        (cast.manager, f"/issue/keys/{credential.key.did}/compromised/"),
        (cast.manager, f"/credentials/{credential.pk}/revoke/"),
        (cast.reviewer, f"/issue/keys/{credential.key.did}/compromised/"),
        (cast.operator, f"/credentials/{credential.pk}/correct/"),
        (cast.operator, f"/credentials/{credential.pk}/renew/"),
        (cast.operator, f"/issue/validity/{cast.provider.slug}/"),
    ):
        assert signed_in(person).get(address).status_code == 403, (person, address)
    client = signed_in(cast.operator)
    assert client.post(f"/issue/{waiting.pk}/").status_code == 403
    desk = client.get(f"/issue/?for={cast.provider.slug}").content.decode()
    assert f"/issue/{waiting.pk}/" not in desk
    assert "This organisation closed on 3 March 2026." in desk
    assert client.get("/issue/").status_code == 403
    assert client.get(f"/issue/?for={cast.employer.slug}").status_code == 403
    assert "Sign with a new key" not in client.get(f"/issue/keys/{cast.provider.slug}/").content.decode()


def test_the_operator_has_no_power_in_an_organisation_that_is_open(cast: Cast, signed_in: SignIn) -> None:
    key = credentials.ensure_key(cast.quality_body, at=make.AT)
    assert signed_in(cast.operator).get(f"/issue/keys/{key.did}/compromised/").status_code == 403
    assert f"/issue/keys/{cast.quality_body.slug}/" not in signed_in(cast.operator).get(
        f"/organisations/{cast.quality_body.slug}/"
    ).content.decode()  # fmt: skip


def test_register_and_lists_of_keys_say_that_it_closed(
    credential: Credential, cast: Cast, signed_in: SignIn, at: datetime
) -> None:
    client, day = signed_in(None), at + timedelta(days=1)
    key = credential.key
    for address in ("/register/2025-001/", "/register/", f"/register/courses/{credential.programme.slug}/"):
        assert "closed on 3 March 2026" in client.get(address).content.decode(), address
    page = client.get(f"/issuers/{cast.provider.slug}/", headers={"accept": "text/html"}).content.decode()
    assert "Still in use" not in page
    assert "Closed on 3 March 2026" in page
    assert client.get(f"/issuers/{cast.provider.slug}/?format=json").json()["keys"][0]["retired"] == iso(day)
    assert client.get(f"/api/v1/registry/issuers/{key.did}").json()["retired"] == iso(day)
    line = client.get("/api/v1/registry/accreditations").json()["items"][0]
    assert line["provider"]["closed_on"] == "2026-03-03"
    told = json.loads(registry.snapshot(at=at + timedelta(days=2)))["issuers"]
    assert [each["retired"] for each in told if each["id"] == key.did] == [iso(day)]
    assert verify_text(credential.document.encode(), at=day + timedelta(days=1)).step("issuer").code == (  # type: ignore[union-attr]
        "issuer-known-retired"
    )


def test_public_money_pays_for_nothing_that_a_closed_provider_starts(
    cast: Cast, signed_in: SignIn, settings: Settings, at: datetime
) -> None:
    closed_on = (at + timedelta(days=1)).date()
    assert queries.fundable_on(cast.provider, at.date()).open  # the day before
    for gates in ([], ["qualiopi-like:fund"]):
        settings.GATES = gates
        found = queries.fundable_on(cast.provider, closed_on)
        assert not found.open
        assert queries.why_not(found)[0] == f"{cast.provider.name} closed on 3 March 2026."
        client = signed_in(None)
        page = client.get(f"/register/providers/{cast.provider.slug}/public-money/?on={closed_on}").content.decode()
        assert f"{cast.provider.name} closed on 3 March 2026." in page
        assert "the quality label is missing" not in page
        answer = client.get("/api/v1/registry/fundable", {"provider": cast.provider.slug, "on": str(closed_on)}).json()
        assert (answer["open"], answer["reasons"][0]) == (False, f"{cast.provider.name} closed on 3 March 2026.")
