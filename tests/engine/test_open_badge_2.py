"""Open Badges 2.0: an Assertion, its BadgeClass and its issuer are read; hosted and signed ones are judged."""

import base64
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from opencairn.engine.formats import FORMATS, open_badge_2
from opencairn.engine.formats import open_badge_2_checks as checks
from opencairn.engine.model import Evidence, Issuer, Learner, Outcome, Skill
from opencairn.engine.objections import Malformed, NotACredential, Unsupported
from opencairn.kit.fetch import CannotFetch
from tests.engine.samples import offering

SHARED = Path(__file__).resolve().parents[3] / "shared"
ZOO = SHARED / "data" / "credential_zoo" / "files"
V2 = "https://w3id.org/openbadges/v2"
AT = datetime(2026, 11, 21, tzinfo=UTC)
HOME = "https://badges.example"
KEY = rsa.generate_private_key(65537, 2048)
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

ISSUER = {
    "@context": V2,
    "type": "Issuer",
    "id": f"{HOME}/issuer",
    "name": "Robot Club",
    "url": HOME,
    "email": "club@badges.example",
}
BADGE = {
    "@context": V2, "type": "BadgeClass", "id": f"{HOME}/robotics", "name": "Robotics", "description": "Robots", "@language": "en",
    "image": {"id": f"{HOME}/robot.png", "caption": "A robot"}, "criteria": {"narrative": "Build one."}, "issuer": f"{HOME}/issuer",
    "alignment": [{"targetName": "soldering", "targetUrl": "https://skills.example/1", "targetFramework": "Skills"}],
}  # fmt: skip
ASSERTION = {
    "@context": V2, "type": "Assertion", "id": f"{HOME}/a/1", "recipient": {"type": "email", "hashed": True, "salt": "deadsea", "identity": "sha256$ec"},
    "issuedOn": "2024-12-31T23:59:59+01:00", "badge": f"{HOME}/robotics", "verification": {"type": "hosted"},
    "evidence": ["https://badges.example/work", {"id": "urn:e", "narrative": "Soldered."}], "narrative": "Both together.",
}  # fmt: skip
PAGES = {page["id"]: page for page in (ISSUER, BADGE, ASSERTION)}
NETWORK = offering(PAGES)
SIGNED = {**ASSERTION, "id": "urn:uuid:1", "verification": {"type": "signed", "creator": f"{HOME}/key"}}
KEY_PAGE = {
    "@context": V2,
    "type": "CryptographicKey",
    "id": f"{HOME}/key",
    "owner": f"{HOME}/issuer",
    "publicKeyPem": PEM,
}
SIGNER = {**ISSUER, "publicKey": f"{HOME}/key"}


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(assertion: Any = SIGNED, *, key: rsa.RSAPrivateKey = KEY, header: Any = None) -> str:
    head = json.dumps({"alg": "RS256"} if header is None else header).encode()
    signed = f"{encoded(head)}.{encoded(json.dumps(assertion).encode())}"
    return f"{signed}.{encoded(key.sign(signed.encode(), padding.PKCS1v15(), SHA256()))}"


def with_pages(*pages: Any) -> Any:
    return offering({**PAGES, **{page["id"]: page for page in pages}})


# --- reading ---


def test_an_assertion_is_read_with_its_badge_class_and_issuer() -> None:
    read = open_badge_2.read(*open_badge_2.gather(ASSERTION, NETWORK))
    assert read.id == f"{HOME}/a/1"
    assert read.issuer == Issuer(f"{HOME}/issuer", "Robot Club", url=HOME, email="club@badges.example")
    assert read.learner == Learner("", email_hash="sha256$ec")
    assert read.salt == "deadsea"
    assert (read.awarded_on, read.valid_until) == (date(2024, 12, 31), None)
    what = read.achievement
    assert (what.id, what.name, what.criteria) == (f"{HOME}/robotics", {"en": "Robotics"}, {"en": "Build one."})
    assert (what.image, what.image_caption, what.languages) == (f"{HOME}/robot.png", "A robot", ("en",))
    skill = Skill("https://skills.example/1", "soldering", "Skills")
    assert what.outcomes == (Outcome("https://skills.example/1", {"en": "soldering"}, (skill,)),)
    assert read.evidence == (
        Evidence("https://badges.example/work"),
        Evidence("urn:e", narrative="Soldered."),
        Evidence(narrative="Both together."),
    )


def test_the_parts_may_stand_inside() -> None:
    whole = {
        **ASSERTION,
        "badge": {**BADGE, "criteria": "https://badges.example/how", "image": "urn:i", "issuer": ISSUER},
        "expires": "2030-01-01T00:00:00Z",
    }
    read = open_badge_2.read(whole)
    assert read.achievement.criteria == {"en": "https://badges.example/how"}
    assert (read.achievement.image, read.achievement.image_caption) == ("urn:i", "")
    assert (
        open_badge_2.read(
            {name: each for name, each in whole.items() if name not in ("evidence", "narrative")}
        ).evidence
        == ()
    )
    assert read.valid_until == datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("recipient", "learner"),
    [
        ({"type": "email", "hashed": False, "identity": "a@b.example"}, Learner("", email="a@b.example")),
        ({"type": "url", "identity": "https://me.example/"}, Learner("", id="https://me.example/")),
    ],
)
def test_a_recipient_may_be_named_in_clear(recipient: dict[str, Any], learner: Learner) -> None:
    whole = {**ASSERTION, "recipient": recipient, "badge": {**BADGE, "issuer": ISSUER}}
    assert open_badge_2.read(whole).learner == learner


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "OtherAssertion"},
        {"id": ""},
        {"recipient": "me"},
        {"issuedOn": "2024-01-01"},
        {"issuedOn": ""},
        {"badge": 5},
        {"expires": "soon"},
        {"evidence": [5]},
        {"recipient": {"type": "email"}},
    ],
)
def test_an_assertion_that_lacks_or_garbles_a_field_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        open_badge_2.read({**ASSERTION, **changes}, None if "badge" in changes else BADGE, ISSUER)


def test_other_parts_of_a_badge_are_no_credentials() -> None:
    for part in (BADGE, ISSUER, KEY_PAGE):
        assert open_badge_2.recognises(part)
        with pytest.raises(NotACredential):
            open_badge_2.read(part)
    assert not open_badge_2.recognises({"@context": "https://w3id.org/openbadges/v1", "type": "Assertion"})
    assert open_badge_2 in FORMATS


# --- gathering ---


def test_an_issuer_inside_somebodys_assertion_is_read_at_its_own_address() -> None:
    forged = {**ISSUER, "verification": {"allowedOrigins": "evil.example"}}
    _, badge, issuer = open_badge_2.gather({**ASSERTION, "badge": {**BADGE, "issuer": forged}}, NETWORK)
    assert issuer == ISSUER
    assert badge["id"] == BADGE["id"]


@pytest.mark.parametrize(
    ("pages", "error"),
    [
        ([{**BADGE, "type": "Issuer"}], Malformed),
        ([{**ISSUER, "type": "BadgeClass"}], Malformed),
        ([{**BADGE, "issuer": 5}], Malformed),
        ([{**BADGE, "issuer": "https://nowhere.example/"}], CannotFetch),
    ],
)
def test_an_address_that_holds_something_else_is_refused(pages: list[Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        open_badge_2.gather(ASSERTION, with_pages(*pages))


@pytest.mark.parametrize(
    ("page", "error"), [(b"<html>", CannotFetch), (b"[]", CannotFetch), (b'{"id": "https://else.example/"}', Malformed)]
)
def test_a_page_that_cannot_be_read_says_nothing_about_the_badge(page: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        open_badge_2.gather(ASSERTION, offering({**PAGES, BADGE["id"]: page}))


# --- hosted ---


def test_a_hosted_assertion_is_genuine_where_its_own_address_holds_the_same() -> None:
    step = checks.genuine(ASSERTION, ISSUER, fetch=NETWORK)
    assert (step.outcome, step.code) == ("pass", "hosted")
    assert checks.status(ASSERTION, ISSUER, fetch=NETWORK).code == "still-hosted"


@pytest.mark.parametrize(
    ("assertion", "there", "outcome", "code"),
    [
        ({**ASSERTION, "issuedOn": "2025-12-31T23:59:59Z"}, ASSERTION, "fail", "badge-differs"),
        ({**ASSERTION, "revoked": 0}, {**ASSERTION, "revoked": False}, "fail", "badge-differs"),
        (ASSERTION, {"id": ASSERTION["id"], "revoked": True}, "fail", "revoked"),
        (ASSERTION, {"id": "urn:x", "revoked": True}, "fail", "badge-differs"),
        (ASSERTION, b"<html>", "unknown", "badge-not-fetched"),
        ({**ASSERTION, "id": "http://badges.example/a/1"}, ASSERTION, "unknown", "badge-not-https"),
        ({**ASSERTION, "id": "https://evil.example/a/1"}, ASSERTION, "fail", "badge-outside"),
        ({**ASSERTION, "id": 5}, ASSERTION, "fail", "badge-field"),
        ({**ASSERTION, "verification": {"type": "signed"}}, ASSERTION, "fail", "unsigned"),
        (
            {**ASSERTION, "verification": {"type": ["HostedBadge"]}},
            {**ASSERTION, "verification": {"type": ["HostedBadge"]}},
            "pass",
            "hosted",
        ),
    ],
)
def test_a_hosted_assertion_that_differs_or_stands_elsewhere_is_not_genuine(
    assertion: Any, there: Any, outcome: str, code: str
) -> None:
    step = checks.genuine(assertion, ISSUER, fetch=offering({**PAGES, ASSERTION["id"]: there}))
    assert (step.outcome, step.code) == (outcome, code)


@pytest.mark.parametrize(
    ("rules", "inside"),
    [
        ({}, True),
        ("x", True),
        ({"allowedOrigins": "badges.example"}, True),
        ({"allowedOrigins": ["https://BADGES.example"]}, True),
        ({"allowedOrigins": ["other.example"]}, False),
        ({"startsWith": f"{HOME}/a/"}, True),
        ({"startsWith": [f"{HOME}/b/", f"{HOME}/a/"]}, True),
        ({"startsWith": [f"{HOME}/b/", f"{HOME}/c/"]}, False),
        ({"startsWith": "https://badges"}, False),  # a prefix of the host is the prefix of somebody else's host too
        ({"startsWith": ""}, False),
        ({"startsWith": f"{HOME}/a/", "allowedOrigins": "other.example"}, False),
        ({"startsWith": f"{HOME}/b/", "allowedOrigins": "badges.example"}, False),
    ],
)
def test_an_issuer_says_where_it_hosts(rules: Any, inside: bool) -> None:
    assert checks.within(ASSERTION["id"], {**ISSUER, "verification": rules}) is inside


def test_an_address_without_a_host_lies_nowhere() -> None:
    assert not checks.within("urn:uuid:1", {"id": "urn:uuid:2"})
    assert not checks.within("https://[broken", ISSUER)


def test_a_way_of_verifying_that_is_not_followed_is_unsupported() -> None:
    with pytest.raises(Unsupported, match="MerkleProofVerification2017"):
        checks.genuine({**ASSERTION, "verification": {"type": ["MerkleProofVerification2017"]}}, ISSUER, fetch=NETWORK)
    with pytest.raises(Malformed):
        checks.genuine({**ASSERTION, "verification": "hosted"}, ISSUER, fetch=NETWORK)


# --- signed ---


@pytest.mark.parametrize(
    "issuer",
    [
        SIGNER,
        {**ISSUER, "publicKey": [{"id": ["urn:other"]}, KEY_PAGE]},
        {**ISSUER, "publicKey": ["urn:other", f"{HOME}/key"]},
    ],
)
def test_a_signed_assertion_is_genuine_where_the_issuers_own_key_signed_it(issuer: Any) -> None:
    sealed = token()
    assert checks.open_token(sealed) == SIGNED
    step = checks.genuine(SIGNED, issuer, fetch=with_pages(KEY_PAGE), token=sealed)
    assert (step.outcome, step.code) == ("pass", "signed")


def test_the_only_key_of_the_issuer_is_taken_where_the_assertion_names_none() -> None:
    unnamed = {**SIGNED, "verification": {"type": "SignedBadge"}}
    assert checks.genuine(unnamed, SIGNER, fetch=with_pages(KEY_PAGE), token=token(unnamed)).outcome == "pass"
    two = {**ISSUER, "publicKey": [f"{HOME}/key", "urn:other"]}
    assert checks.genuine(unnamed, two, fetch=with_pages(KEY_PAGE), token=token(unnamed)).code == "badge-key-not-listed"


STRANGER = rsa.generate_private_key(65537, 2048)


@pytest.mark.parametrize(
    ("sealed", "issuer", "key", "outcome", "code"),
    [
        (token(key=STRANGER), SIGNER, KEY_PAGE, "fail", "signature-differs"),
        (token({**SIGNED, "id": "urn:uuid:2"}), SIGNER, KEY_PAGE, "fail", "badge-differs"),
        (token(header={"alg": "ES256"}), SIGNER, KEY_PAGE, "fail", "signature-differs"),
        (token(), ISSUER, KEY_PAGE, "fail", "badge-key-not-listed"),
        (token(), SIGNER, {**KEY_PAGE, "owner": "https://else.example/"}, "fail", "badge-key-of-another"),
        (token(), SIGNER, {**KEY_PAGE, "publicKeyPem": ""}, "fail", "badge-field"),
        (token(), SIGNER, {"id": "urn:nothing"}, "unknown", "badge-not-fetched"),
    ],
)
def test_a_signed_assertion_under_another_key_is_not_genuine(
    sealed: str, issuer: Any, key: Any, outcome: str, code: str
) -> None:
    step = checks.genuine(SIGNED, issuer, fetch=with_pages(key), token=sealed)
    assert (step.outcome, step.code) == (outcome, code)


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {"alg": ["RS256"]}, {}, []])
def test_an_algorithm_that_is_not_followed_is_unsupported(header: Any) -> None:
    with pytest.raises(Unsupported):
        checks.genuine(SIGNED, SIGNER, fetch=with_pages(KEY_PAGE), token=token(header=header))


def test_a_key_of_another_kind_is_unsupported() -> None:
    for key in (
        ec.generate_private_key(ec.SECP256K1())
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode(),
        "no key",
    ):
        with pytest.raises(Unsupported):
            checks.genuine(SIGNED, SIGNER, fetch=with_pages({**KEY_PAGE, "publicKeyPem": key}), token=token())


def test_a_key_never_answers_for_an_algorithm_of_another_kind() -> None:
    pem = (
        ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    step = checks.genuine(SIGNED, SIGNER, fetch=with_pages({**KEY_PAGE, "publicKeyPem": pem.decode()}), token=token())
    assert step.code == "signature-differs"


def test_a_signed_badge_that_says_it_is_hosted_is_not_genuine() -> None:
    step = checks.genuine(ASSERTION, SIGNER, fetch=NETWORK, token=token(ASSERTION))
    assert (step.outcome, step.code) == ("fail", "badge-signed-as-hosted")


@pytest.mark.parametrize(
    "sealed", ["a.b", "a.b.c.d", "###.b.c", "", f"{encoded(b'{}')}.{encoded(b'[]')}.{encoded(b'x')}"]
)
def test_what_is_no_token_of_a_badge_is_no_credential(sealed: str) -> None:
    with pytest.raises(NotACredential):
        checks.open_token(sealed)


# --- dates, status ---


@pytest.mark.parametrize(
    ("changes", "outcome", "code"),
    [
        ({}, "pass", "valid-without-end"), ({"expires": "2027-01-01T00:00:00Z"}, "pass", "valid-until"),
        ({"expires": "2025-01-01T00:00:00Z"}, "fail", "expired"), ({"issuedOn": "2027-01-01T00:00:00Z"}, "fail", "not-yet-valid"),
        ({"issuedOn": "yesterday"}, "fail", "bad-date"), ({"expires": "soon"}, "fail", "bad-date"),
    ],
)  # fmt: skip
def test_an_assertion_is_in_date_between_its_two_instants(changes: Any, outcome: str, code: str) -> None:
    step = checks.dates({**ASSERTION, **changes}, at=AT)
    assert (step.outcome, step.code) == (outcome, code)


LIST = {
    "@context": V2,
    "id": f"{HOME}/revoked",
    "type": "RevocationList",
    "revokedAssertions": [{"id": "urn:uuid:1"}, "urn:uuid:2", {"uid": "old"}],
}
LISTING = {**ISSUER, "revocationList": f"{HOME}/revoked"}


@pytest.mark.parametrize(
    ("assertion", "issuer", "page", "outcome", "code"),
    [
        (SIGNED, ISSUER, LIST, "not-applicable", "no-status"),
        (SIGNED, LISTING, LIST, "fail", "revoked"),
        ({**SIGNED, "id": "urn:uuid:2"}, LISTING, LIST, "fail", "revoked"),
        ({**SIGNED, "id": "urn:uuid:3", "uid": "old"}, LISTING, LIST, "fail", "revoked"),
        ({**SIGNED, "id": "urn:uuid:3"}, LISTING, LIST, "pass", "badge-not-on-list"),
        ({**SIGNED, "id": "urn:uuid:3"}, LISTING, {**LIST, "revokedAssertions": None}, "pass", "badge-not-on-list"),
        ({**SIGNED, "revoked": True}, ISSUER, LIST, "fail", "revoked"),
        (SIGNED, LISTING, {**LIST, "type": "Issuer"}, "unknown", "list-not-usable"),
        (SIGNED, LISTING, {**LIST, "issuer": "https://else.example/"}, "unknown", "list-not-usable"),
        (SIGNED, LISTING, {"id": "urn:nothing"}, "unknown", "list-not-usable"),
        (SIGNED, {**ISSUER, "revocationList": 5}, LIST, "unknown", "list-not-usable"),
    ],
)
def test_the_issuers_list_says_what_was_revoked(
    assertion: Any, issuer: Any, page: Any, outcome: str, code: str
) -> None:
    step = checks.status(assertion, issuer, fetch=with_pages(page))
    assert (step.outcome, step.code) == (outcome, code)


# --- the badges of the public validator ---


def pages_of_the_zoo() -> dict[str, Any]:
    found = (json.loads(file.read_text()) for file in sorted(ZOO.glob("1edtech-ob20-*.json")))
    return {page["id"]: page for page in found if page["type"] not in ("Assertion", "OtherAssertion")}


def read_zoo(name: str) -> Any:
    return json.loads((ZOO / f"1edtech-ob20-{name}.json").read_text())


shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data ../shared is not here")


@pytest.mark.shared
@shared
def test_a_hosted_badge_of_the_public_validator_is_genuine_once_its_pages_are_there() -> None:
    assertion = read_zoo("basic-assertion")
    network = offering({**pages_of_the_zoo(), assertion["id"]: assertion})
    _, badge, issuer = open_badge_2.gather(assertion, network)
    assert open_badge_2.read(assertion, badge, issuer).achievement.name == {"und": "Awesome Robotics Badge"}
    assert checks.genuine(assertion, issuer, fetch=network).outcome == "pass"
    assert checks.status(assertion, issuer, fetch=network).outcome == "pass"
    nobody = offering(pages_of_the_zoo())
    assert checks.genuine(assertion, issuer, fetch=nobody).outcome == "unknown"


@pytest.mark.parametrize("name", ["basic-assertion-expired", "basic-assertion-expired-before-issued"])
@pytest.mark.shared
@shared
def test_expired_badges_of_the_public_validator_are_out_of_date(name: str) -> None:
    assert checks.dates(read_zoo(name), at=AT).code == "expired"


@pytest.mark.shared
@shared
def test_broken_badges_of_the_public_validator_are_refused() -> None:
    with pytest.raises(Malformed):
        open_badge_2.read(read_zoo("basic-assertion-invalid-type"))
    assert checks.open_token((ZOO / "1edtech-ob20-simple-not-revoked.jwt").read_text())["type"] == "Assertion"
    listing = read_zoo("assets-organization-with-revocation-list")
    revoked = {**ASSERTION, "id": "urn:uuid:6deb4a00-ebce-4b28-8cc2-afa705ef7be4"}
    step = checks.status(revoked, listing, fetch=offering(pages_of_the_zoo()))
    assert step.code == "revoked"
