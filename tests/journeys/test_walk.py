"""The main job: one micro-credential walks the whole path, through the real actions of every room."""

import json
from datetime import datetime, timedelta

import pytest
from django.conf import settings

from opencairn.credentials import actions as credentials
from opencairn.credentials.models import Credential
from opencairn.credentials.verification import verify_text
from opencairn.quality import actions as quality
from opencairn.quality.models import Decision
from opencairn.web.demo import journey
from opencairn.web.demo.cast import Cast

PATH = ["describe", "publish", "accredit", "find", "enrol", "assess", "award", "issue", "hold", "share", "verify"]
pytestmark = pytest.mark.django_db


def test_one_micro_credential_walks_the_whole_path_and_a_second_walk_keeps_every_fact(cast: Cast, at: datetime) -> None:
    first = journey.walk(cast, at=at)
    assert [(stop.step, stop.ok) for stop in first.stops] == [(step, True) for step in PATH], first.stops[-1].fact
    assert first.ok
    document = (settings.VAR / "journey" / "credential.json").read_bytes()
    assert json.loads(document)["issuer"]["name"] == "Hochschule Tarntal"
    second = journey.walk(cast, at=at + timedelta(hours=1))
    assert second.ok
    assert sum(journey.KEPT in stop.fact for stop in second.stops) == 9
    assert Credential.objects.count() == 1
    assert (settings.VAR / "journey" / "credential.json").read_bytes() == document


def test_after_a_revocation_the_old_credential_is_invalid_and_a_new_walk_earns_another(
    cast: Cast, at: datetime
) -> None:
    assert journey.walk(cast, at=at).ok
    old = Credential.objects.get()
    credentials.revoke(old, reason="Issued in error.", by=cast.manager, at=at + timedelta(hours=1))
    assert verify_text(old.document.encode(), at=at + timedelta(hours=2)).verdict == "invalid"
    again = journey.walk(cast, at=at + timedelta(hours=3))
    assert again.ok, again.stops[-1].fact
    assert Credential.objects.in_force().count() == 1


def test_a_walk_that_cannot_go_on_says_where_and_why(cast: Cast, at: datetime) -> None:
    assert journey.walk(cast, at=at).ok
    later = at + timedelta(days=2)
    quality.suspend(
        Decision.objects.get(), from_on=later.date(), reasons="A report is overdue.", by=cast.reviewer, at=later
    )
    again = journey.walk(cast, at=later)
    assert not again.ok
    assert (again.stops[-1].step, again.stops[-1].ok) == ("accredit", False)
    assert "A report is overdue." in again.stops[-1].fact
    assert again.as_json()["ok"] is False
