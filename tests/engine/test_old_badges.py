"""Open Badges 2.0 through the whole verification: hosted, signed, out of reach, expired, and parts of badges."""

from datetime import timedelta
from typing import Any

import pytest

from opencairn.engine.report import STEPS, Report
from opencairn.engine.trust import Answer
from opencairn.engine.verify import examine
from tests.engine.samples import as_bytes, offering
from tests.engine.test_open_badge_2 import (
    ASSERTION,
    AT,
    BADGE,
    HOME,
    ISSUER,
    KEY_PAGE,
    NETWORK,
    PAGES,
    SIGNED,
    SIGNER,
    token,
    with_pages,
)


def check(data: Any, *, network: Any = NETWORK, trust: Any = None, at: Any = AT) -> Report:
    return examine(data if isinstance(data, bytes) else as_bytes(data), at=at, fetch=network, trust=trust)


def outcomes(report: Report) -> list[str]:
    return [step.outcome for step in report.steps]


def test_a_hosted_badge_is_valid_where_its_issuer_hosts_the_same() -> None:
    report = check(ASSERTION)
    assert [step.name for step in report.steps] == list(STEPS)
    assert (report.verdict, outcomes(report)) == ("valid", ["pass"] * 4 + ["unknown"] * 3)


def test_a_hosted_badge_that_says_something_else_is_invalid_and_nobody_is_asked_about_it() -> None:
    report = check({**ASSERTION, "issuedOn": "2020-01-01T00:00:00Z"}, trust=Register())
    assert (report.verdict, report.steps[1].code) == ("invalid", "badge-differs")
    assert outcomes(report)[3:] == ["unknown"] * 4


def test_a_badge_whose_pages_are_out_of_reach_is_unknown() -> None:
    for network in (None, offering({}), offering({BADGE["id"]: BADGE})):
        report = check(ASSERTION, network=network)
        assert (report.verdict, report.steps[1].code) == ("unknown", "badge-not-fetched")


@pytest.mark.parametrize("network", [None, "its pages"])
def test_the_report_says_that_extensions_were_not_compared_with_their_schemas(network: Any) -> None:
    extension = {"@context": "https://w3id.org/openbadges/extensions/x.json", "type": ["Extension", "extensions:X"]}
    badge = {**ASSERTION, "extensions:one": extension, "extensions:more": [extension, extension], "extensions:no": {}}
    report = check(badge, network=network and offering({**PAGES, badge["id"]: badge}))
    assert report.verdict == ("valid" if network else "unknown")
    step = report.steps[0]
    assert (step.outcome, step.code) == ("pass", "open-badge-2-extended")
    assert step.facts == (("names", "extensions:one; extensions:more"),)
    assert step.why.endswith("was not compared with their own rules: extensions:one; extensions:more.")
    assert check(ASSERTION).steps[0].code == "open-badge-2"


def test_very_many_extensions_are_named_as_far_as_they_fit() -> None:
    many = {f"extensions:{number:03}": {"type": ["Extension"]} for number in range(200)}
    names = dict(check({**ASSERTION, **many}, network=None).steps[0].facts)["names"]
    assert names == "; ".join(many)[:200] + "…"


def test_the_extensions_of_the_class_and_of_the_issuer_are_named_too() -> None:
    extension = {"type": ["Extension", "extensions:X"]}
    pages = [{**page, f"extensions:{page['name']}": extension} for page in (BADGE, ISSUER)]
    assert check(ASSERTION, network=with_pages(*pages)).steps[0].facts == (
        ("names", "extensions:Robotics; extensions:Robot Club"),
    )


def test_an_expired_badge_is_invalid_even_out_of_reach() -> None:
    report = check({**ASSERTION, "expires": "2025-01-01T00:00:00Z"}, network=None)
    assert (report.verdict, report.steps[2].code) == ("invalid", "expired")


def test_a_signed_badge_is_valid_by_a_key_that_the_issuer_lists() -> None:
    network = with_pages(SIGNER, KEY_PAGE)
    assert check(token().encode(), network=network).verdict == "valid"
    assert check(token({**SIGNED, "narrative": "More."}).encode(), network=network).verdict == "valid"
    head, _, signature = token().split(".")
    forged = token({**SIGNED, "narrative": "More."}).split(".")[1]
    assert check(f"{head}.{forged}.{signature}".encode(), network=network).verdict == "invalid"
    assert check(SIGNED, network=network).verdict == "invalid"


class Register:
    """A register that knows one issuer and one badge."""

    def issuer(self, issuer_id: str, at: Any) -> Answer:
        return Answer("pass" if issuer_id == ISSUER["id"] else "fail", "Looked up.", "looked-up")

    def accredited(self, issuer_id: str, achievement_id: str, **about: Any) -> Answer:
        return Answer("pass" if achievement_id == BADGE["id"] else "fail", "Looked up.", "looked-up")


def test_registers_are_asked_about_the_issuer_and_what_was_achieved() -> None:
    assert outcomes(check(ASSERTION, trust=Register())) == ["pass"] * 7


@pytest.mark.parametrize(
    ("document", "verdict", "why"),
    [
        (BADGE, "not-a-credential", "badge-part"),
        ({**ASSERTION, "type": "Something"}, "invalid", "badge-field"),
        ({**ASSERTION, "issuedOn": "yesterday"}, "invalid", "bad-date"),
        ({**ASSERTION, "verification": {"type": "chain"}}, "unsupported", "suite"),
        ({"@context": "https://w3id.org/openbadges/v1", "type": "Assertion"}, "unsupported", "open-badges-1"),
    ],
)
def test_what_cannot_be_judged_is_called_what_it_is(document: Any, verdict: str, why: str) -> None:
    report = check(document)
    assert (report.verdict, next(step.code for step in report.steps if step.outcome != "pass")) == (verdict, why)


def test_a_badge_is_not_in_force_before_it_was_issued() -> None:
    issued = AT.replace(year=2024, month=12, day=31)
    assert check(ASSERTION, at=issued - timedelta(days=400)).verdict == "invalid"


def test_a_token_of_something_else_is_no_older_badge() -> None:
    plain = token({"iss": HOME})
    assert check(plain.encode()).verdict in ("not-a-credential", "invalid", "unsupported")
