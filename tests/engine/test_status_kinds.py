"""The other kinds of status lists: 1EdTech's, the elders of the bitstring, and token lists."""

import base64
import gzip
import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opencairn.engine.formats import open_badge_3
from opencairn.engine.keys import SigningKey, base64url_encode
from opencairn.engine.objections import Objection
from opencairn.engine.opening import Credential, open_credential
from opencairn.engine.proofs import eddsa_rdfc_2022, jose, sd_jwt, vc_jwt
from opencairn.engine.proofs.seal import Seal
from opencairn.engine.status import one_ed_tech, packing, status_list_2021, token_list
from opencairn.engine.status.one_ed_tech import Revoked
from opencairn.engine.status.token_list import Statuses
from opencairn.engine.statuses import status_step
from opencairn.engine.verify import verify
from tests.engine.samples import AT, ATTAINMENT, KEY, LIST, STRANGER, as_bytes, offering, signed, status_list, with_bit

BADGE = open_credential(as_bytes(signed()).decode())
URL = "https://cairn.example/statuses/5"
OTHER = "https://cairn.example/statuses/6"


def with_status(entry: Any) -> Credential:
    return replace(BADGE, document={**BADGE.document, "credentialStatus": entry})


def token_credential(status: Any, *, seals: tuple[Seal, ...] | None = None, issuer: str = KEY.did) -> Credential:
    """An SD-JWT VC as its reader hands it on: claims, with the signature's seal."""
    seal = Seal("EdDSA", KEY.verification_method, lambda key: key == KEY.public)
    claims = {"iss": issuer, "vct": "https://cairn.example/vct", **({} if status is None else {"status": status})}
    return Credential(claims, "sd-jwt-vc", issuer, (seal,) if seals is None else seals, "")


def told(credential: Credential, found: dict[str, Any], at: Any = AT) -> tuple[str, str]:
    step = status_step(credential, at=at, fetch=offering(found))
    assert step.why.endswith(".")
    return step.outcome, step.code


def why(credential: Credential, found: dict[str, Any], at: Any = AT) -> str:
    step = status_step(credential, at=at, fetch=offering(found))
    assert (step.outcome, step.code) == ("unknown", "list-not-usable"), step
    return step.why


# --- 1EdTech ---

NAMED = with_status(one_ed_tech.entry(URL))


@pytest.mark.parametrize(
    ("revoked", "answer"),
    [
        ([], ("pass", "not-listed")),
        ([Revoked("urn:uuid:other")], ("pass", "not-listed")),
        ([Revoked("urn:uuid:other"), Revoked(ATTAINMENT.id)], ("fail", "revoked")),
        ([Revoked(f" {ATTAINMENT.id.replace(':', '%3A')} ")], ("fail", "revoked")),
        ([Revoked(ATTAINMENT.id, "Issued in error")], ("fail", "revoked-message")),
    ],
)
def test_a_1edtech_list_is_written_and_read(revoked: list[Revoked], answer: tuple[str, str]) -> None:
    assert told(NAMED, {URL: one_ed_tech.write(URL, KEY.did, revoked)}) == answer


def test_the_reason_for_revoking_is_told() -> None:
    published = one_ed_tech.write(URL, KEY.did, [Revoked(ATTAINMENT.id, "Issued in error")])
    step = status_step(NAMED, at=AT, fetch=offering({URL: published}))
    assert step.facts == (("message", "Issued in error"),)


@pytest.mark.parametrize(
    ("flag", "code"), [({}, "revoked"), ({"revoked": True}, "revoked"), ({"revoked": False}, "not-listed"), ({"revoked": None}, "revoked"), ({"revocationReason": 5}, "revoked")]
)  # fmt: skip
def test_a_listed_credential_is_revoked_unless_the_list_says_no(flag: dict[str, Any], code: str) -> None:
    published = {"issuer": {"id": KEY.did}, "revokedCredential": [{"id": ATTAINMENT.id, **flag}]}
    assert told(NAMED, {URL: published})[1] == code


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"issuer": STRANGER.did}, "issued by somebody else"),
        ({"issuer": None}, "issued by somebody else"),
        ({"id": OTHER}, "another address"),
        ({"id": 5}, "another address"),
        ({"revokedCredential": {}}, "not a status list"),
        ({"revokedCredential": None}, "not a status list"),
        ({"revokedCredential": ["x"]}, "not a status list"),
        ({"revokedCredential": [{}]}, "without its id"),
    ],
)
def test_a_1edtech_list_that_is_not_the_issuers_own_is_of_no_use(changes: dict[str, Any], words: str) -> None:
    assert words in why(NAMED, {URL: {**one_ed_tech.write(URL, KEY.did, []), **changes}})


def test_what_is_no_1edtech_list_is_of_no_use() -> None:
    assert "not a status list" in why(NAMED, {URL: b"[]"})
    assert "not a status list" in why(NAMED, {URL: {"id": URL, "issuer": KEY.did, "credentialSubject": {}}})
    assert told(NAMED, {URL: {"id": URL, "issuer": KEY.did}}) == ("pass", "not-listed")
    assert "not JSON" in why(NAMED, {URL: b"<html>"})
    nameless = replace(NAMED, document={name: value for name, value in NAMED.document.items() if name != "id"})
    assert "no id" in why(nameless, {URL: one_ed_tech.write(URL, KEY.did, [])})


@pytest.mark.parametrize("url", ["http://cairn.example/list", "ftp://cairn.example/list", "https://[", "list"])
def test_an_unsigned_list_is_believed_over_https_only(url: str) -> None:
    assert "not safe" in why(with_status(one_ed_tech.entry(url)), {url: one_ed_tech.write(url, KEY.did, [])})


def test_a_site_tried_on_this_machine_may_use_http() -> None:
    url = "http://localhost:8000/list"
    assert told(with_status(one_ed_tech.entry(url)), {url: one_ed_tech.write(url, KEY.did, [])})[0] == "pass"


# --- StatusList2021, RevocationList2020 ---

_STATUS = "https://www.w3.org/ns/credentials/status#"
#: the words of the elders, inline because their own context does not ship
ELDERS = {
    **{f"{kind}{end}": f"https://w3id.org/vc/status-list#{kind}{end}" for kind in ("StatusList2021", "RevocationList2020") for end in ("", "Credential")},
    **{name: _STATUS + name for name in ("statusPurpose", "encodedList")},
}  # fmt: skip


def elder(kind: str = "StatusList2021", *, key: SigningKey = KEY, **subject: Any) -> dict[str, Any]:
    """A list of an elder kind, signed, with the words of its context given inline."""
    packed = base64url_encode(gzip.compress(with_bit(9), mtime=0))
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2", ELDERS],
        "id": URL,
        "type": ["VerifiableCredential", f"{kind}Credential"],
        "issuer": key.did,
        "validFrom": "2026-03-01T00:00:00Z",
        "credentialSubject": {"id": f"{URL}#list", "type": kind, "encodedList": packed, **subject},
    }
    return eddsa_rdfc_2022.sign(document, key, created=AT)


def entry_2021(index: int, purpose: str = "revocation") -> dict[str, Any]:
    return {"type": "StatusList2021Entry", "statusPurpose": purpose, "statusListIndex": str(index), "statusListCredential": URL}  # fmt: skip


def entry_2020(index: int) -> dict[str, Any]:
    return {"type": ["RevocationList2020Status"], "revocationListIndex": index, "revocationListCredential": URL}


ZLIB_IN_BASE64 = base64.b64encode(zlib.compress(with_bit(9))).decode()


@pytest.mark.parametrize(
    ("published", "entry", "code"),
    [
        (elder(statusPurpose="revocation"), entry_2021(9), "revoked"),
        (elder(statusPurpose="revocation"), entry_2021(8), "not-revoked"),
        (elder(statusPurpose="suspension"), entry_2021(9, "suspension"), "suspended"),
        (elder("RevocationList2020"), entry_2020(9), "revoked"),
        (elder("RevocationList2020"), {**entry_2021(9), "type": "RevocationList2020Status"}, "revoked"),
        (elder("RevocationList2020"), {"type": "RevocationList2020Status", "statusListCredential": URL}, "list-not-usable"),
        (elder("RevocationList2020", encodedList=ZLIB_IN_BASE64), entry_2020(9), "revoked"),
        (elder("RevocationList2020", encodedList=ZLIB_IN_BASE64), entry_2020(10), "not-revoked"),
        (elder(), entry_2021(9, "message"), "status-kind"),
        (elder(), {"type": [], "statusListCredential": URL}, "status-kind"),
        (elder(), {"type": [{}], "statusListCredential": URL}, "status-kind"),
        (elder(statusPurpose="suspension"), entry_2021(9), "list-not-usable"),
        (elder("RevocationList2020"), entry_2021(9), "list-not-usable"),
        (elder(statusPurpose="revocation", encodedList="u!"), entry_2021(9), "list-not-usable"),
        (elder(statusPurpose="revocation", encodedList="AAAA"), entry_2021(9), "list-not-usable"),
        (elder(statusPurpose="revocation", encodedList=base64url_encode(gzip.compress(bytes(9), mtime=0))), entry_2021(9), "list-not-usable"),
        (elder(key=STRANGER, statusPurpose="revocation"), entry_2021(8), "list-not-usable"),
        (eddsa_rdfc_2022.sign({**open_badge_3.write(ATTAINMENT), "id": URL}, KEY, created=AT), entry_2021(9), "list-not-usable"),
    ],
)  # fmt: skip
def test_the_elder_lists_are_read(published: dict[str, Any], entry: dict[str, Any], code: str) -> None:
    assert told(with_status(entry), {URL: published})[1] == code


def test_an_elder_list_without_a_text_is_of_no_use() -> None:
    words = status_list_2021._KINDS["StatusList2021Entry"]
    with pytest.raises(Objection):
        status_list_2021.read(status_list_2021.List({}, words), entry_2021(9), BADGE)
    assert status_list_2021.address({"type": "Other"}) is None


# --- token lists ---

STATUSES = Statuses(bytes(16), 2)


def token(statuses: Statuses = STATUSES, *, key: SigningKey = KEY, url: str = URL, until: timedelta = timedelta(days=1)) -> bytes:  # fmt: skip
    return token_list.write(url, statuses, key, at=AT, until=AT + until, ttl=timedelta(hours=12)).encode()


def by_hand(claims: Any, key: SigningKey = KEY, **header: Any) -> bytes:
    head = {"alg": key.algorithm, "typ": "statuslist+jwt", **header}
    words = ".".join(base64url_encode(as_bytes(each)) for each in (head, claims))
    return f"{words}.{base64url_encode(key.sign(words.encode()))}".encode()


CLAIMS = {"sub": URL, "iat": int(AT.timestamp()), "status_list": token_list.packed(STATUSES)}
HOLDER = token_credential(token_list.claim(URL, 5))


@pytest.mark.parametrize(
    ("number", "answer"),
    [(0, ("pass", "not-revoked")), (1, ("fail", "revoked")), (2, ("fail", "suspended")), (3, ("unknown", "list-not-usable"))],
)  # fmt: skip
def test_a_token_list_is_written_and_read(number: int, answer: tuple[str, str]) -> None:
    assert told(HOLDER, {URL: token(token_list.with_value(STATUSES, 5, number))}) == answer


@given(st.data())
@settings(deadline=None, max_examples=25)
def test_token_statuses_of_every_size_come_back(data: st.DataObject) -> None:
    size = data.draw(st.sampled_from(token_list.SIZES))
    wanted = data.draw(st.dictionaries(st.integers(0, 20), st.integers(0, (1 << size) - 1)))
    statuses = Statuses(bytes(30), size)
    for index, number in wanted.items():
        statuses = token_list.with_value(token_list.with_value(statuses, index, (1 << size) - 1), index, number)
    assert token_list.statuses_of(token_list.packed(statuses)) == statuses
    for index in range(21):
        assert packing.value(statuses.bits, index, size, least_first=True) == wanted.get(index, 0)


def test_what_does_not_fit_a_token_list_is_not_written() -> None:
    with pytest.raises(ValueError, match="1, 2, 4 or 8"):
        token_list.packed(Statuses(b"", 3))
    for index, number in ((-1, 0), (64, 0), (0, 4), (0, -1)):
        with pytest.raises(ValueError, match="no such status"):
            token_list.with_value(STATUSES, index, number)


def test_any_key_of_the_issuer_may_sign_a_token_list() -> None:
    bare = token_credential(token_list.claim(URL, 5), seals=())
    assert told(bare, {URL: token()})[0] == "pass"  # named by its kid
    assert told(bare, {URL: by_hand(CLAIMS, jwk=KEY.public.jwk)})[0] == "pass"  # the issuer's name is this key
    curved = SigningKey.from_bytes(bytes(range(7, 39)), "p256")
    theirs = token_credential(token_list.claim(URL, 5), seals=(), issuer=curved.did)
    assert told(theirs, {URL: token(key=curved)})[0] == "pass"
    website = "https://tarntal.example/issuer"
    page = {"id": website, "assertionMethod": [{"id": f"{website}#1", "publicKeyMultibase": KEY.public.multikey}]}
    hosted = token_credential(token_list.claim(URL, 5), seals=(), issuer=website)
    assert told(hosted, {URL: by_hand(CLAIMS, kid=f"{website}#1"), website: page})[0] == "pass"
    assert told(hosted, {URL: by_hand(CLAIMS, jwk=KEY.public.jwk), website: page})[0] == "unknown"


def test_a_key_that_only_the_credential_brings_along_does_not_vouch_for_a_list() -> None:
    seal = Seal("EdDSA", None, lambda key: True, own_key=KEY.public)
    unconfirmed = token_credential(token_list.claim(URL, 5), seals=(seal,), issuer="https://tarntal.example/issuer")
    assert "not signed by a key of the issuer" in why(unconfirmed, {URL: by_hand(CLAIMS)})


def test_a_holder_does_not_say_whether_their_own_credential_was_revoked() -> None:
    holder, asked = SigningKey.from_bytes(bytes(range(2, 34))), sd_jwt.Binding("https://employer.example", "n", AT)
    claims = {"iss": KEY.did, "vct": "https://tarntal.example/v", "status": token_list.claim(URL, 5)}
    issued = sd_jwt.sign(claims, KEY, holder=holder.public, created=AT)
    shown = open_credential(sd_jwt.present(issued, [], key=holder, to=asked), asked=asked)
    revoked = token_list.with_value(STATUSES, 5, 1)
    assert told(shown, {URL: token(revoked)}) == ("fail", "revoked")
    assert "not signed by a key of the issuer" in why(shown, {URL: token(key=holder)})


@pytest.mark.parametrize(
    ("published", "words"),
    [
        (token(key=STRANGER), "not signed by a key"),
        (token(url=OTHER), "another address"),
        (token(until=timedelta(seconds=-1)), "relied on until"),
        (token() + b"\n", ""),
        (token()[:-2], "not signed by a key"),
        (token()[:-1], "not a status list"),
        (b"\xff.a.b", "not a status list"),
        (b"a.b", "not a status list"),
        (b"bnVsbA.bnVsbA.", "not a status list"),
        (by_hand(CLAIMS, typ="JWT"), "not a status list"),
        (by_hand(CLAIMS, typ=["x"]), "not a status list"),
        (by_hand(CLAIMS, crit=["b64"]), "not a status list"),
        (by_hand(CLAIMS, typ="application/statuslist+jwt"), ""),
        (by_hand(CLAIMS, alg="none"), "not signed by a key"),
        (by_hand(CLAIMS, alg="HS256"), "not signed by a key"),
        (by_hand(CLAIMS, alg=5), "not signed by a key"),
        (by_hand(CLAIMS, STRANGER, jwk="x"), "not signed by a key"),
        (by_hand({**CLAIMS, "iss": STRANGER.did}), "somebody else"),
        (by_hand({**CLAIMS, "iss": KEY.did}), ""),
        (by_hand({**CLAIMS, "iat": CLAIMS["iat"] + 60}), "from the future"),
        (by_hand({**CLAIMS, "iat": None}), "does not say when"),
        (by_hand({**CLAIMS, "iat": "now"}), "its dates"),
        (by_hand({**CLAIMS, "exp": -5}), "its dates"),
        (by_hand({**CLAIMS, "ttl": True}), "its dates"),
        (by_hand({**CLAIMS, "exp": CLAIMS["iat"]}), "relied on until"),
        (by_hand({**CLAIMS, "iat": CLAIMS["iat"] - 100, "ttl": 100}), ""),
        (by_hand({**CLAIMS, "iat": CLAIMS["iat"] - 100, "ttl": 50}), "relied on until"),
        (by_hand({**CLAIMS, "iat": CLAIMS["iat"] - 100, "ttl": 500}), ""),
        (by_hand({**CLAIMS, "iat": CLAIMS["iat"] - 100, "ttl": 50, "exp": CLAIMS["iat"] + 5}), ""),
        (by_hand({**CLAIMS, "status_list": None}), "not encoded"),
        (by_hand({**CLAIMS, "status_list": {"bits": 2.0, "lst": "eNoDAAAAAAE"}}), "not encoded"),
        (by_hand({**CLAIMS, "status_list": {"bits": 2, "lst": "!"}}), "not encoded"),
        (by_hand({**CLAIMS, "status_list": {"bits": 2, "lst": "AAAA"}}), "not encoded"),
        (by_hand({**CLAIMS, "status_list": token_list.packed(Statuses(bytes(packing.LARGEST // 8 + 1), 1))}), "too long"),
        (by_hand({**CLAIMS, "status_list": token_list.packed(Statuses(b"\0", 2))}), "beyond the end"),
        (by_hand({**CLAIMS, "status_list": {"bits": 2, "lst": "eNoDAAAAAAE"}}), "beyond the end"),
    ],
)  # fmt: skip
def test_a_token_list_that_is_not_the_issuers_own_and_in_date_is_of_no_use(published: bytes, words: str) -> None:
    if words:
        assert words in why(HOLDER, {URL: published})
    else:
        assert told(HOLDER, {URL: published}) == ("pass", "not-revoked")


@pytest.mark.parametrize("index", [None, -1, "5", True, 1.0])
def test_a_token_without_a_place_in_the_list_is_unknown(index: Any) -> None:
    holder = token_credential({"status_list": {"idx": index, "uri": URL}})
    assert "its place" in why(holder, {URL: token()})


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (None, ("not-applicable", "no-status")),
        ({}, ("unknown", "status-kind")),
        ("revoked", ("unknown", "status-kind")),
        ({"status_list": "x"}, ("unknown", "status-kind")),
        ({"status_list": {"idx": 5}}, ("unknown", "no-list-address")),
        ({**token_list.claim(URL, 5), "assertion": {}}, ("unknown", "status-kind")),
    ],
)
def test_what_a_token_may_say_about_its_status(status: Any, answer: tuple[str, str]) -> None:
    assert told(token_credential(status), {URL: token()}) == answer


@pytest.mark.parametrize("typ", ["vc+jwt", "JWT", "vc+sd-jwt", "vc"])
def test_a_token_around_a_credential_may_say_where_its_status_is_kept(typ: str) -> None:
    badge = open_badge_3.write(replace(ATTAINMENT, status=None))
    listed = token_list.claim(URL, 5)
    if typ == "vc+sd-jwt":
        text = sd_jwt.sign({**badge, "status": listed}, KEY, typ=typ)
    elif typ == "vc":
        text = jose.sign({"iss": KEY.did, "vc": badge, "status": listed}, KEY, typ="JWT", kid=KEY.verification_method)
    else:
        text = vc_jwt.sign({**badge, "status": listed}, KEY, typ=typ)
    credential = open_credential(text)
    assert told(credential, {URL: token()}) == ("pass", "not-revoked")
    assert told(credential, {URL: token(token_list.with_value(STATUSES, 5, 1))}) == ("fail", "revoked")
    report = verify(text.encode(), at=AT, fetch=offering({URL: token(token_list.with_value(STATUSES, 5, 1))}))
    assert report.verdict == "invalid"


def test_a_credential_and_the_token_around_it_may_both_name_lists_and_either_revokes() -> None:
    text = vc_jwt.sign({**open_badge_3.write(ATTAINMENT), "status": token_list.claim(URL, 5)}, KEY)
    credential, revoked = open_credential(text), token_list.with_value(STATUSES, 5, 1)
    assert told(credential, {URL: token(), LIST: status_list()}) == ("pass", "not-revoked")
    assert told(credential, {URL: token(revoked), LIST: status_list()}) == ("fail", "revoked")
    assert told(credential, {URL: token(), LIST: status_list(bits=with_bit(94_567))}) == ("fail", "revoked")
    assert told(credential, {LIST: status_list()})[0] == "unknown"


def test_the_word_status_in_a_document_with_proofs_is_no_claim() -> None:
    without = {**BADGE.document, "credentialStatus": [], "status": token_list.claim(URL, 5)}
    assert status_step(replace(BADGE, document=without), at=AT, fetch=None).code == "no-status"
