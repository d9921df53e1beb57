from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from django.utils import timezone

from opencairn.people import limits


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """A clock in a list: tests move it."""
    cache.clear()
    hands = [datetime(2026, 3, 2, 9, 0, 20, tzinfo=UTC)]
    monkeypatch.setattr(timezone, "now", lambda: hands[0])
    return hands


@pytest.mark.django_db
def test_the_door_closes_after_the_limit_and_says_how_long(clock: list[datetime]) -> None:
    request = RequestFactory().get("/verify/", REMOTE_ADDR="192.0.2.1")
    for _ in range(3):
        limits.allow(request, "verify", per_minute=3)
    with pytest.raises(limits.TooMany) as refusal:
        limits.allow(request, "verify", per_minute=3)
    assert refusal.value.status == 429
    assert refusal.value.retry_after == 40
    clock[0] = clock[0].replace(minute=1)
    limits.allow(request, "verify", per_minute=3)


@pytest.mark.django_db
def test_addresses_and_doors_are_counted_apart(clock: list[datetime]) -> None:
    one = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1")
    other = RequestFactory().get("/", REMOTE_ADDR="192.0.2.2")
    limits.allow(one, "verify", per_minute=1)
    limits.allow(other, "verify", per_minute=1)
    limits.allow(one, "elsewhere", per_minute=1)
    with pytest.raises(limits.TooMany):
        limits.allow(one, "verify", per_minute=1)


@pytest.mark.django_db
def test_a_forged_header_does_not_open_the_door_again(clock: list[datetime]) -> None:
    for number in range(2):
        request = RequestFactory().get(
            "/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": f"198.51.100.{number}"}
        )
        if number == 0:
            limits.allow(request, "verify", per_minute=1)
        else:
            with pytest.raises(limits.TooMany):
                limits.allow(request, "verify", per_minute=1)
