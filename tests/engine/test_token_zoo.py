"""Every published token gets the verdict that the reference data gives it."""

from datetime import UTC, datetime

import pytest

from opencairn.engine.verify import examine
from tests.engine.contexts_here import SHARED

FILES = SHARED / "data" / "credential_zoo" / "files"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FILES.is_dir(), reason="the reference data ../shared is not here"),
    pytest.mark.usefixtures("contexts_here"),
]
TODAY = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "verdict", "code"),
    [
        ("1edtech-ob30-simple-jwt.png", "unknown", "key-brought-along"),
        ("1edtech-ob30-simple-jwt.svg", "unknown", "key-brought-along"),
        ("1edtech-ob30-simple-jwt_v1.png", "unknown", "key-brought-along"),
        ("1edtech-ob30-simple-jwt_v1.svg", "unknown", "key-brought-along"),
        ("1edtech-ob30-velocity.jwt", "unknown", "key-not-looked-up"),
        ("spruce-vc.jwt", "unknown", "issuer-kind"),
        ("spruce-vp.jwt", "not-a-credential", "no-credential"),
        ("spruce-vp-jwtvc.jsonld", "not-a-credential", "no-credential"),
        ("waltid-openbadgecredential_sample.signed.json", "valid", "signed"),
        ("waltid-openbadgecredential_sample.expired.signed.json", "invalid", "signature-expired"),
        ("waltid-openbadgecredential_sample.invalidnotbefore.signed.json", "invalid", "signature-early"),
        ("waltid-openbadgecredential_sample.signed.badsignature.json", "invalid", "signature-differs"),
        ("waltid-verifiable_educational_id_sample.signed.json", "invalid", "not-reached"),  # breaks the data model too
    ],
)
def test_a_published_token_gets_its_verdict(name: str, verdict: str, code: str) -> None:
    report = examine((FILES / name).read_bytes(), at=TODAY, fetch=None, trust=None)
    assert report.verdict == verdict, [step.why for step in report.steps]
    assert next(step for step in report.steps if step.name == "signature").code == code
