"""The status step over several entries: one reading per list, the gravest answer, the issuer's words beside it."""

import contextlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from opencairn.engine.opening import Credential, open_credential
from opencairn.engine.proofs import eddsa_rdfc_2022
from opencairn.engine.reader import once
from opencairn.engine.status import bitstring
from opencairn.engine.statuses import status_step
from opencairn.kit.fetch import CannotFetch
from opencairn.kit.fetch import fetch as the_door
from tests.engine.samples import AT, KEY, LIST, STRANGER, as_bytes, offering, signed, status_list, with_bit

BADGE = open_credential(as_bytes(signed()).decode())
WORDS = "https://cairn.example/status/words/"
NEWER = "https://cairn.example/status/newer/"
MOVED = "0d4a1b1e-0000-4000-8000-000000000007"


def with_entries(*entries: Any, issuer: str = KEY.did) -> Credential:
    document = {**BADGE.document, "credentialStatus": list(entries), "issuer": issuer}
    return replace(BADGE, document=document, issuer=issuer)


def words(value: int, url: str = WORDS) -> dict[str, Any]:
    bits = bitstring.with_value(bytes(16_384), 7, value)
    return status_list(url=url, purpose="message", bits=bits)


MESSAGE = bitstring.entry(WORDS, 7, "message", messages=("in review", "accepted"))
REFRESH = bitstring.entry(NEWER, 7, "refresh")
REVOKED, SUSPENDED = bitstring.entry(LIST, 7), bitstring.entry(LIST, 7, "suspension")
BOTH = ["revocation", "suspension"]


def both(bits: bytes = bytes(16_384)) -> dict[str, Any]:
    return status_list(bits=bits, purpose=BOTH)  # type: ignore[arg-type]


NETWORK = {LIST: both(), WORDS: words(1), NEWER: status_list(url=NEWER, purpose="refresh", bits=with_bit(7))}


@pytest.mark.parametrize(
    ("entries", "changes", "outcome", "code"),
    [
        ([REVOKED, SUSPENDED], {}, "pass", "not-revoked"),
        ([SUSPENDED, REVOKED], {}, "pass", "not-suspended"),
        ([REVOKED, SUSPENDED], {LIST: both(with_bit(7))}, "fail", "revoked"),
        ([MESSAGE], {}, "not-applicable", "status-message"),
        ([MESSAGE, REVOKED], {}, "pass", "not-revoked-message"),
        ([SUSPENDED, MESSAGE], {}, "pass", "not-suspended-message"),
        ([MESSAGE, REVOKED], {LIST: both(with_bit(7))}, "fail", "revoked-message"),
        ([MESSAGE, SUSPENDED], {LIST: both(with_bit(7))}, "fail", "suspended-message"),
        ([MESSAGE, REVOKED], {WORDS: b""}, "unknown", "list-not-usable"),
        ([MESSAGE, REVOKED], {LIST: b""}, "unknown", "list-not-usable"),
        ([REFRESH], {}, "not-applicable", "status-refresh"),
        ([REFRESH, REVOKED], {}, "pass", "not-revoked-refresh"),
        ([REFRESH, SUSPENDED, MESSAGE], {}, "pass", "not-suspended-message"),
        ([REFRESH, REVOKED], {LIST: both(with_bit(7))}, "fail", "revoked"),
        ([REFRESH], {NEWER: status_list(url=NEWER, purpose="refresh")}, "not-applicable", "no-status"),
        ([{"type": "Other"}, MESSAGE], {}, "unknown", "status-kind"),
        ([{**REVOKED, "statusPurpose": "fun"}], {}, "unknown", "status-kind"),
        (["revoked"], {}, "unknown", "status-kind"),
    ],
)
def test_the_gravest_answer_counts_and_words_are_told_beside_it(
    entries: list[Any], changes: dict[str, Any], outcome: str, code: str
) -> None:
    step = status_step(with_entries(*entries), at=AT, fetch=offering(NETWORK | changes))
    assert (step.outcome, step.code) == (outcome, code), step


def test_every_message_is_told() -> None:
    other = "https://cairn.example/status/more/"
    entries = [MESSAGE, bitstring.entry(other, 7, "message", messages=("unpaid", "paid"))]
    step = status_step(with_entries(REVOKED, *entries), at=AT, fetch=offering(NETWORK | {other: words(0, other)}))
    assert step.facts == (("message", "accepted; unpaid"),)


def test_a_list_is_read_once_good_or_bad() -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return offering(NETWORK)(url)

    step = status_step(with_entries(REVOKED, SUSPENDED, bitstring.entry(LIST, 8)), at=AT, fetch=fetch)
    assert (asked, step.outcome) == ([LIST], "pass")
    lost = "https://cairn.example/lost"
    status_step(with_entries(bitstring.entry(lost, 1), bitstring.entry(lost, 2)), at=AT, fetch=fetch)
    assert asked == [LIST, lost]


def test_an_address_that_does_not_answer_is_asked_once() -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return offering({LIST: {}})(url)

    read = once(fetch)
    for url in (LIST, "https://cairn.example/lost") * 2:
        with contextlib.suppress(CannotFetch):
            assert read(url) == b"{}"
    assert asked == [LIST, "https://cairn.example/lost"]
    with pytest.raises(CannotFetch, match="no such place"):
        read("https://cairn.example/lost")


def test_plain_http_is_not_read() -> None:
    step = status_step(with_entries(bitstring.entry("http://cairn.example/list", 1)), at=AT, fetch=the_door)
    assert (step.outcome, step.code) == ("unknown", "list-not-usable")
    assert "https" in step.why


def test_the_issuers_controller_may_keep_its_lists_but_nobody_who_only_says_so() -> None:
    page = "https://tarntal.example/issuer"
    credential = with_entries(REVOKED, issuer=page)
    listed = status_list(bits=with_bit(7))  # by the key itself
    for document, outcome in (
        ({"id": page, "controller": [KEY.did]}, "fail"),
        ({"id": page, "controller": STRANGER.did}, "unknown"),
        ({"id": "https://other.example/", "controller": KEY.did}, "unknown"),
        ([], "unknown"),
    ):
        step = status_step(credential, at=AT, fetch=offering({LIST: listed, page: document}))
        assert step.outcome == outcome, document


def test_a_list_may_move_to_another_host_under_its_own_name() -> None:
    before, after = f"https://old.example/status/{MOVED}", f"https://new.example/s/{MOVED}"
    entry = bitstring.entry(after, 7)
    moved = offering({after: status_list(url=before, bits=with_bit(7))})
    assert status_step(with_entries(entry), at=AT, fetch=moved).code == "revoked"
    for identity in ("https://old.example/status/7/", "https://[", "urn:uuid:" + MOVED):
        other = offering({after: status_list(url=identity)})
        step = status_step(with_entries(entry), at=AT, fetch=other)
        assert step.code == "list-not-usable", identity


@pytest.mark.parametrize(
    ("identity", "asked", "outcome"),
    [
        ("https://u.example/2024/statuslistcredential-1", "https://u.example/2025/statuslistcredential-1", "unknown"),
        ("https://u.example/2024/statuslistcredential", "https://old.example/2024/statuslistcredential", "unknown"),
        (f"https://u.example/a/{MOVED}", f"https://U.example:443/b/{MOVED}", "unknown"),
        ("https://u.example/2024/statuslist-00001", "https://old.example/2024/statuslist-00001", "pass"),
        ("https://u.example/2024/statuslist/", "https://u.example/2024/statuslist", "pass"),
    ],
)
def test_one_list_of_an_issuer_does_not_stand_in_for_another(identity: str, asked: str, outcome: str) -> None:
    network = offering({asked: status_list(url=identity)})
    assert status_step(with_entries(bitstring.entry(asked, 7)), at=AT, fetch=network).outcome == outcome


def stated(ttl: Any, **changes: Any) -> dict[str, Any]:
    """A list with a time to live, of any value, and without or with its dates."""
    document = bitstring.credential(LIST, KEY.did, bytes(16_384), "revocation", AT, AT + timedelta(days=1))
    document["credentialSubject"]["ttl"] = ttl
    return {name: value for name, value in {**document, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    ("listed", "hours", "outcome"),
    [
        (stated(1000), 5, "pass"),  # its own end is later
        (stated(3_600_000, validUntil=None), 1, "pass"),
        (stated(3_600_000, validUntil=None), 2, "unknown"),
        (stated(1000, validUntil=None, validFrom=None), 2, "pass"),
        (stated("1000"), 0, "unknown"),
        (stated(-1), 0, "unknown"),
        (stated(True), 0, "unknown"),
    ],
)
def test_a_list_is_not_believed_past_its_time_to_live(listed: dict[str, Any], hours: int, outcome: str) -> None:
    network = offering({LIST: eddsa_rdfc_2022.sign(listed, KEY, created=AT)})
    step = status_step(with_entries(REVOKED), at=AT + timedelta(hours=hours), fetch=network)
    assert step.outcome == outcome, step
