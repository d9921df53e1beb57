"""One verification asks an address at most once, whatever it needs from there."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from opencairn.engine.did import Fetch
from opencairn.engine.formats import open_badge_3
from opencairn.engine.opening import Credential
from opencairn.engine.presentations import verify_presentation
from opencairn.engine.proofs import eddsa_jcs_2022, eddsa_rdfc_2022
from opencairn.engine.report import Report
from opencairn.engine.status import bitstring
from opencairn.engine.verify import examine, opened, verify, verify_opened
from opencairn.kit.fetch import CannotFetch
from tests.engine.samples import AT, ATTAINMENT, KEY, LIST, as_bytes, offering
from tests.engine.test_baking import with_chunk
from tests.engine.test_open_badge_2 import ASSERTION, PAGES
from tests.engine.test_open_badge_2 import AT as LATER

PROFILE = "https://tarntal.example/issuer"
METHOD = {"id": f"{PROFILE}#1", "type": "Multikey", "controller": PROFILE, "publicKeyMultibase": KEY.public.multikey}
BY_PROFILE = {"created": AT, "options": {"verificationMethod": METHOD["id"]}}


def by_profile() -> dict[str, Any]:
    """A badge that one key of an https issuer signed twice, on a list that the same key signed."""
    document = open_badge_3.write(replace(ATTAINMENT, issuer=replace(ATTAINMENT.issuer, id=PROFILE)))
    once = eddsa_rdfc_2022.sign(document, KEY, **BY_PROFILE)
    return eddsa_jcs_2022.sign(once, KEY, beside=True, **BY_PROFILE)


def network() -> dict[str, Any]:
    listed = bitstring.credential(LIST, PROFILE, bytes(16_384), "revocation", AT, AT + timedelta(days=1))
    return {
        PROFILE: {"id": PROFILE, "assertionMethod": [METHOD], "verificationMethod": [METHOD]},
        LIST: eddsa_rdfc_2022.sign(listed, KEY, **BY_PROFILE),
    }


class Counted:
    """A network that counts how often each address was asked."""

    def __init__(self, pages: dict[str, Any]) -> None:
        self.asked: Counter[str] = Counter()
        self.pages = offering(pages)

    def fetch(self, url: str) -> bytes:
        self.asked[url] += 1
        return self.pages(url)


def in_two_steps(data: bytes, fetch: Fetch) -> Report:
    found = opened(data, fetch=fetch)
    assert isinstance(found, Credential)
    return verify_opened(found, at=AT, fetch=fetch)


WAYS: dict[str, Callable[[bytes, Fetch], Report]] = {
    "verify": lambda data, fetch: verify(data, at=AT, fetch=fetch),
    "examine": lambda data, fetch: examine(data, at=AT, fetch=fetch, trust=None),
    "verify_opened": in_two_steps,
}


@pytest.mark.parametrize("way", WAYS)
def test_the_page_of_an_issuer_is_asked_once_for_all_its_signatures(way: str) -> None:
    there = Counted(network())
    report = WAYS[way](as_bytes(by_profile()), there.fetch)
    assert report.verdict == "valid", [each.why for each in report.steps]
    assert there.asked == {PROFILE: 1, LIST: 1}


@pytest.mark.parametrize("way", WAYS)
def test_a_page_that_does_not_answer_is_asked_once(way: str) -> None:
    there = Counted({})
    with pytest.raises(CannotFetch):
        there.pages(PROFILE)
    assert WAYS[way](as_bytes(by_profile()), there.fetch).verdict == "unknown"
    assert there.asked == {PROFILE: 1}


@pytest.mark.parametrize("way", ["verify", "examine"])
def test_the_address_in_a_picture_is_asked_once_to_read_the_badge_and_to_compare_it(way: str) -> None:
    picture = with_chunk(b"tEXt", b"openbadges\0" + ASSERTION["id"].encode())
    there = Counted(PAGES)
    if way == "verify":
        report = verify(picture, at=LATER, fetch=there.fetch)
    else:
        report = examine(picture, at=LATER, fetch=there.fetch, trust=None)
    assert report.verdict == "valid", [each.why for each in report.steps]
    assert there.asked == dict.fromkeys(PAGES, 1)


def test_all_credentials_of_a_presentation_are_checked_with_each_address_asked_once() -> None:
    there = Counted(network())
    shown = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [by_profile(), by_profile()],
    }
    assert verify_presentation(as_bytes(shown), at=AT, fetch=there.fetch).verdict == "valid"
    assert there.asked == {PROFILE: 1, LIST: 1}
