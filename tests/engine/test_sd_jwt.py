"""Selective disclosure and key binding: what RFC 9901 refuses is refused, and what a holder shows is what is read."""

import itertools
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from opencairn.engine.canonical.contexts import CREDENTIALS_V2
from opencairn.engine.formats import open_badge_3, sd_jwt_vc
from opencairn.engine.formats.sd_jwt_vc import disclosable
from opencairn.engine.keys import SigningKey, base64url_encode
from opencairn.engine.objections import Objection, Unsupported
from opencairn.engine.opening import open_credential
from opencairn.engine.proofs import disclosures, eddsa_rdfc_2022, jose, sd_jwt
from opencairn.engine.proofs.sd_jwt import Binding
from opencairn.engine.report import Report
from opencairn.engine.verify import examine, verify
from tests.engine.samples import AT, ATTAINMENT, KEY, LIST, STRANGER, offering, status_list, with_bit

HOLDER = SigningKey.from_bytes(bytes(range(2, 34)))
VERIFIER = "https://employer.example"
ASKED = Binding(VERIFIER, "n-0S6", AT)
NOW = int(AT.timestamp())
CLAIMS: dict[str, Any] = {
    name: value for name, value in sd_jwt_vc.write(ATTAINMENT).items() if name not in ("status", "exp")
}
TOKEN = sd_jwt.sign(CLAIMS, KEY, hidden=disclosable(CLAIMS), holder=HOLDER.public, created=AT)
SHOWN = sd_jwt.present(TOKEN, [("title",)], key=HOLDER, to=ASKED)


def judged(text: str, **more: Any) -> Report:
    return examine(text.encode(), at=AT, fetch=None, trust=None, **more)


def step(report: Report, name: str = "signature") -> Any:
    return next(each for each in report.steps if each.name == name)


def refused(sealed: str | Mapping[str, Any]) -> str:
    with pytest.raises(Objection) as found:
        sd_jwt.read(sealed)
    return found.value.code


# --- the algorithm ---


def test_the_digests_of_rfc_9901() -> None:
    of_name = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    in_list = "WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0"
    assert disclosures.digest(of_name) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    assert disclosures.digest(in_list) == "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"
    claims = {"_sd": [disclosures.digest(of_name)], "nationalities": [{"...": disclosures.digest(in_list)}, "DE"]}
    whole, unfolding = disclosures.unfold(claims, [of_name, in_list])
    assert whole == {"family_name": "Möbius", "nationalities": ["FR", "DE"]}
    assert unfolding.used == {("family_name",): of_name, ("nationalities", 0): in_list}
    assert not unfolding.withheld
    assert disclosures.unfold(claims, [])[1].withheld == {(), ("nationalities", 0)}


@pytest.mark.parametrize("algorithm", ["sha-256", "sha-384", "sha-512"])
def test_each_hash_of_the_sha_2_family_is_followed(algorithm: str) -> None:
    words = base64url_encode(json.dumps(["salt", "a", 1]).encode())
    claims = {"_sd_alg": algorithm, "_sd": [disclosures.digest(words, algorithm)]}
    assert disclosures.unfold(claims, [words])[0] == {"a": 1}


@pytest.mark.parametrize("algorithm", ["md5", "sha3-256", "SHA-256", None, 5])
def test_no_other_hash_is_followed(algorithm: Any) -> None:
    with pytest.raises(Unsupported):
        disclosures.unfold({"_sd_alg": algorithm}, [])


SALT = itertools.count()


def disclosed(*stated: Any) -> tuple[str, str]:
    """A disclosure and its digest."""
    words = base64url_encode(json.dumps([f"salt {next(SALT)}", *stated]).encode())
    return words, disclosures.digest(words)


def raw(data: bytes) -> tuple[str, str]:
    words = base64url_encode(data)
    return words, disclosures.digest(words)


ONE, ONE_DIGEST = disclosed("a", 1)
ITEM, ITEM_DIGEST = disclosed("value")
INNER, INNER_DIGEST = disclosed("b", {"_sd": [ONE_DIGEST]})


@pytest.mark.parametrize(
    ("claims", "brought", "code"),
    [
        ({"_sd": [ONE_DIGEST, ONE_DIGEST]}, [ONE], "disclosure-twice"),
        ({"_sd": ["decoy", "decoy"]}, [], "disclosure-twice"),
        ({"_sd": [ONE_DIGEST], "x": [{"...": ONE_DIGEST}]}, [], "disclosure-twice"),
        ({"_sd": [ONE_DIGEST, INNER_DIGEST]}, [ONE, INNER], "disclosure-twice"),
        ({"_sd": [ONE_DIGEST]}, [ONE, ONE], "disclosure-twice"),
        ({}, [ONE], "disclosure-unsigned"),
        ({"_sd": [ONE_DIGEST]}, [ONE, ITEM], "disclosure-unsigned"),
        ({"_sd": [INNER_DIGEST[:-1] + "x"]}, [INNER, ONE], "disclosure-unsigned"),
        ({"_sd": [ONE_DIGEST], "a": 2}, [ONE], "disclosure-over"),
        ({"_sd": [ITEM_DIGEST]}, [ITEM], "disclosure-shape"),
        ({"x": [{"...": ONE_DIGEST}]}, [ONE], "disclosure-shape"),
        ({"x": [{"...": ITEM_DIGEST, "more": 1}]}, [], "disclosure-shape"),
        ({"x": {"...": ITEM_DIGEST}}, [], "disclosure-shape"),
        ({"...": ITEM_DIGEST}, [], "disclosure-shape"),
        ({"_sd": ONE_DIGEST}, [], "disclosure-shape"),
        ({"_sd": [5]}, [], "disclosure-shape"),
        ({"x": [{"...": {"_sd": []}}]}, [], "disclosure-shape"),
        ({"x": [[{"...": None}]]}, [], "disclosure-shape"),
    ],
)
def test_disclosures_that_do_not_belong_are_refused(claims: Any, brought: list[str], code: str) -> None:
    with pytest.raises(Objection) as found:
        disclosures.unfold(claims, brought)
    assert found.value.code == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (disclosed("_sd", [])[0], "disclosure-shape"),
        (disclosed("...", "x")[0], "disclosure-shape"),
        (disclosed(5, "x")[0], "disclosure-shape"),
        (disclosed("a", 1, 2)[0], "disclosure-shape"),
        (disclosed()[0], "disclosure-shape"),
        (raw(b'[5,"a",1]')[0], "disclosure-shape"),
        (raw(b'{"salt":1}')[0], "disclosure-shape"),
        (raw(b"words")[0], "disclosure-shape"),
        (raw(b"\xff")[0], "disclosure-shape"),
        (raw(b'["s","a",{"b":1,"b":2}]')[0], "duplicate-name"),
        (raw(b'["s","a",NaN]')[0], "not-a-number"),
        (raw(b'["s","a","\\ud800"]')[0], "half-character"),
        (raw(b'["s","a",' + b"[" * 70 + b"]" * 70 + b"]")[0], "too-deep"),
        ("A", "disclosure-shape"),
        ("AB", "disclosure-shape"),
    ],
)
def test_a_disclosure_in_disorder_is_refused_even_where_it_was_signed(words: str, code: str) -> None:
    with pytest.raises(Objection) as found:
        disclosures.unfold({"_sd": [disclosures.digest(words)]}, [words])
    assert found.value.code == code


def test_claims_hidden_in_one_another_are_followed_only_so_deep() -> None:
    words, digest = disclosed("end", 1)
    brought = [words]
    for _ in range(100):
        words, digest = disclosed("n", {"_sd": [digest]})
        brought.append(words)
    with pytest.raises(Objection, match="nested deeper"):
        disclosures.unfold({"_sd": [digest]}, brought)


def test_more_disclosures_than_any_credential_needs_are_refused() -> None:
    made = [disclosed("a", place) for place in range(disclosures.MOST + 1)]
    with pytest.raises(Objection, match="more than"):
        disclosures.unfold({"_sd": [digest for _, digest in made]}, [words for words, _ in made])


def test_a_claim_hidden_in_a_hidden_claim_comes_with_what_it_stands_in() -> None:
    claims = {
        "iss": KEY.did,
        "address": {"street": "Quay", "town": {"name": "Brevonne", "code": "1"}},
        "list": [[1, 2], 3],
    }
    hidden = set(disclosures.paths(claims)) - {("iss",)}
    token = sd_jwt.sign(claims, KEY, hidden=hidden)
    assert sd_jwt.read(token).claims == claims
    assert sd_jwt.read(sd_jwt.present(token, [])).claims == {"iss": KEY.did}
    shown = sd_jwt.present(token, [("address", "town", "name"), ("list", 0, 1)])
    assert sd_jwt.read(shown).claims == {"iss": KEY.did, "address": {"town": {"name": "Brevonne"}}, "list": [[2]]}
    with pytest.raises(ValueError, match="no such disclosure"):
        sd_jwt.present(shown, [("address", "street")])


def test_decoys_hide_how_much_is_hidden() -> None:
    claims = {"iss": KEY.did, "a": 1, "b": {"c": 2, "d": 3}}
    payload, made = disclosures.hide(claims, [("a",), ("b", "c")], decoys=5)
    assert (len(made), len(payload["_sd"]), len(payload["b"]["_sd"])) == (2, 6, 6)
    assert payload["_sd"] == sorted(payload["_sd"])
    assert disclosures.unfold(payload, made)[0] == claims
    assert disclosures.hide(claims, []) == (claims, [])


@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg"])
def test_names_that_rfc_9901_keeps_for_itself_are_no_claims(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        disclosures.hide({name: 1}, [])


def test_a_path_that_leads_nowhere_is_not_hidden_silently() -> None:
    with pytest.raises(ValueError, match="no such claims"):
        disclosures.hide({"a": 1}, [("b",)])


# --- one text, or JSON ---


def as_json(text: str, *, many: bool) -> dict[str, Any]:
    token, *brought, binding = text.split("~")
    header, payload, signature = token.split(".")
    beside = {"disclosures": brought, **({"kb_jwt": binding} if binding else {})}
    one = {"protected": header, "signature": signature, "header": beside}
    return {"payload": payload, "signatures": [one]} if many else {"payload": payload, **one}


@pytest.mark.parametrize("many", [True, False])
def test_the_json_forms_are_read(many: bool) -> None:
    sealed = as_json(SHOWN, many=many)
    assert sd_jwt.accepts(sealed)
    assert sd_jwt.read(sealed).claims == sd_jwt.read(SHOWN).claims
    assert judged(json.dumps(sealed), asked=ASKED).verdict == "valid"


def test_every_signature_of_the_general_json_form_must_hold() -> None:
    sealed = as_json(TOKEN, many=True)
    claims = jose.read(TOKEN.partition("~")[0]).claims
    theirs = jose.sign(claims, STRANGER, typ="dc+sd-jwt", kid=STRANGER.verification_method)
    header, payload, signature = theirs.split(".")
    assert payload == sealed["payload"]
    sealed["signatures"].append({"protected": header, "signature": signature})
    assert step(judged(json.dumps(sealed))).code == "key-of-another"


@pytest.mark.parametrize(
    "change",
    [
        {"payload": 5},
        {"payload": "a~b"},
        {"protected": None},
        {"signature": {}},
        {"header": {"disclosures": ["a~b.c"]}},
        {"header": {"disclosures": [5.5]}},
        {"header": {"disclosures": "abc"}},
        {"header": {"disclosures": [], "kb_jwt": 5}},
        {"signatures": []},
        {"signatures": 5},
        {"signatures": [5]},
    ],
)
def test_json_in_disorder_is_refused(change: Any) -> None:
    assert refused({**as_json(TOKEN, many=False), **change}) == "token-shape"


def test_other_json_is_not_taken_for_a_token_with_disclosures() -> None:
    sealed = as_json(TOKEN, many=False)
    for other in ({**sealed, "header": {}}, {**sealed, "header": 5}, {"payload": 1}, {"signatures": [5], "payload": 1}):
        assert not sd_jwt.accepts(other)


@pytest.mark.parametrize(
    "text", ["~", "a.b.c", "a.b.c~~", TOKEN + "=", TOKEN.replace("~", "~~", 1), "~" + TOKEN, TOKEN[:-1]]
)
def test_text_in_disorder_is_refused(text: str) -> None:
    with pytest.raises(Objection):
        sd_jwt.read(text)


def test_a_token_larger_than_any_credential_needs_is_not_read() -> None:
    assert refused(TOKEN + "A" * 1_000_000 + "~") == "too-large"


# --- as a credential ---


def test_a_micro_credential_is_valid_and_says_what_was_achieved() -> None:
    report = judged(TOKEN)
    assert report.verdict == "valid", [each.why for each in report.steps]
    assert report.steps[0].code == "sd-jwt-vc"
    found = open_credential(TOKEN).attainment
    assert found is not None
    assert found.achievement == ATTAINMENT.achievement
    assert found.valid_from == AT


def test_an_identity_card_is_a_credential_too() -> None:
    token = sd_jwt.sign(
        {"vct": "urn:eudi:pid:1", "iss": KEY.did, "given_name": "Ada"}, KEY, created=AT, typ="vc+sd-jwt"
    )
    assert judged(token).verdict == "valid"
    assert open_credential(token).attainment is None


def test_a_verifiable_credential_2_may_have_disclosures() -> None:
    document = {
        "@context": [CREDENTIALS_V2], "type": ["VerifiableCredential"], "issuer": {"id": KEY.did},
        "credentialSubject": {"id": "urn:a"},
    }  # fmt: skip
    token = sd_jwt.sign(document, KEY, hidden=[("credentialSubject", "id")], typ="vc+sd-jwt", created=AT)
    assert judged(token).verdict == "valid"
    assert open_credential(token).document == document
    assert step(judged(sd_jwt.sign({**document, "exp": NOW}, KEY, typ="vc+sd-jwt"))).code == "signature-expired"
    for claim in ("iss", "sub", "jti"):
        contradicting = {**document, "id": "urn:uuid:1", claim: "https://another.example/"}
        report = judged(sd_jwt.sign(contradicting, KEY, typ="vc+sd-jwt"))
        assert (report.verdict, report.steps[0].code) == ("invalid", "token-claims")
    repeating = {**document, "id": "urn:uuid:1", "iss": KEY.did, "sub": "urn:a", "jti": "urn:uuid:1"}
    assert open_credential(sd_jwt.sign(repeating, KEY, typ="vc+sd-jwt")).document == {**document, "id": "urn:uuid:1"}


# --- a Verifiable Credential 2.0 of which parts may be hidden: what bounds its validity must be seen ---

BADGE = open_badge_3.write(ATTAINMENT)
#: what stays open where the rest may be hidden
OPEN_BADGE = {name: value for name, value in BADGE.items() if name not in ("credentialStatus", "validUntil")}
NETWORK = offering({LIST: status_list(bits=with_bit(94_567))})


def shown_of(document: Mapping[str, Any], hidden: list[Any], shown: list[Any], **more: Any) -> Report:
    """Judge what a holder shows of a badge whose status list, if anybody sees where it is, says that it is revoked."""
    token = sd_jwt.sign(document, KEY, hidden=hidden, typ="vc+sd-jwt", created=AT, **more)
    return examine(sd_jwt.present(token, shown).encode(), at=AT, fetch=NETWORK, trust=None)


def test_a_holder_cannot_hide_that_a_credential_was_revoked() -> None:
    assert shown_of(BADGE, [], []).verdict == "invalid"  # nothing can be hidden
    hidden: list[Any] = [("credentialStatus",)]
    report = shown_of(BADGE, hidden, hidden)
    assert (report.verdict, report.steps[0].code) == ("invalid", "hidden-claim")
    report = shown_of(BADGE, hidden, [])
    assert report.verdict == "unknown"
    assert (step(report, "status").outcome, step(report, "status").code) == ("unknown", "status-may-be-hidden")


@pytest.mark.parametrize("name", ["validFrom", "validUntil"])
def test_a_holder_cannot_hide_when_a_credential_begins_or_ends(name: str) -> None:
    dates = {"validFrom": ("2029-01-01T00:00:00Z", "2030-01-01T00:00:00Z"), "validUntil": ("2020-01-01T00:00:00Z",) * 2}
    document: dict[str, Any] = {
        "@context": [CREDENTIALS_V2], "type": ["VerifiableCredential"], "issuer": KEY.did,
        "credentialSubject": {"id": "urn:a"}, **dict(zip(("validFrom", "validUntil"), dates[name], strict=True)),
    }  # fmt: skip
    assert step(shown_of(document, [], []), "dates").outcome == "fail"
    report = shown_of(document, [(name,)], [(name,)])
    assert (report.verdict, report.steps[0].code) == ("invalid", "hidden-claim")
    found = step(shown_of(document, [(name,)], []), "dates")
    assert (found.outcome, found.code) == ("unknown", "dates-may-be-hidden")


def test_nobody_can_tell_what_was_hidden_so_any_part_makes_the_missing_ones_unknown() -> None:
    report = shown_of(OPEN_BADGE, [("name",)], [])
    assert [step(report, each).code for each in ("dates", "status")] == ["dates-may-be-hidden", "status-may-be-hidden"]
    decoy = shown_of(OPEN_BADGE, [("name",)], [("name",)], decoys=1)
    assert [step(decoy, each).outcome for each in ("dates", "status")] == ["unknown", "unknown"]
    whole = shown_of(OPEN_BADGE, [("name",)], [("name",)])
    assert (whole.verdict, step(whole, "dates").code, step(whole, "status").code) == (
        "valid", "valid-without-end", "no-status",
    )  # fmt: skip


def test_a_credential_that_shows_its_status_and_dates_may_hide_the_rest() -> None:
    good = offering({LIST: status_list()})
    hidden: list[Any] = [("name",), ("issuer", "name"), ("credentialSubject", "achievement", "description")]
    token = sd_jwt.sign(BADGE, KEY, hidden=hidden, typ="vc+sd-jwt", created=AT, decoys=2)
    for shown in ([], hidden[:1], hidden):
        report = examine(sd_jwt.present(token, shown).encode(), at=AT, fetch=good, trust=None)
        assert report.verdict == "valid", report
    report = examine(sd_jwt.present(token, []).encode(), at=AT, fetch=NETWORK, trust=None)
    assert (report.verdict, step(report, "status").code) == ("invalid", "revoked")


def test_one_of_several_status_lists_cannot_be_hidden_either() -> None:
    other = {**BADGE["credentialStatus"], "id": f"{LIST}#7", "statusListIndex": "7"}
    document = {**BADGE, "credentialStatus": [other, BADGE["credentialStatus"]]}
    assert step(shown_of(document, [], []), "status").code == "revoked"
    hidden: list[Any] = [("credentialStatus", 1)]
    assert shown_of(document, hidden, hidden).steps[0].code == "hidden-claim"
    assert step(shown_of(document, hidden, []), "status").code == "status-may-be-hidden"
    revoked = {**document, "credentialStatus": document["credentialStatus"][::-1]}
    assert step(shown_of(revoked, hidden, []), "status").code == "revoked"  # what is seen decides where it can
    only_part = shown_of(BADGE, [("credentialStatus", "id")], [])
    assert step(only_part, "status").code == "revoked"


@pytest.mark.parametrize("typ", ["dc+sd-jwt", "vc+sd-jwt"])
@pytest.mark.parametrize("name", ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"])
def test_no_registered_claim_that_bounds_a_token_comes_out_of_a_disclosure(typ: str, name: str) -> None:
    stated = {
        "iss": KEY.did,
        "nbf": NOW,
        "exp": NOW + 9,
        "cnf": {"jwk": HOLDER.public.jwk},
        "vct#integrity": "x",
        "status": {},
    }
    claims: dict[str, Any] = {**stated, "vct": "urn:x"}
    assert judged(sd_jwt.sign(claims, KEY, hidden=[(name,)], typ=typ)).steps[0].code == "hidden-claim"
    if typ == "vc+sd-jwt" and name != "vct":
        around = {**OPEN_BADGE, name: stated[name]}
        report = judged(sd_jwt.sign(around, KEY, hidden=[(name,)], typ=typ))
        assert (report.verdict, report.steps[0].code) == ("invalid", "hidden-claim")


@pytest.mark.parametrize("path", [("issuer",), ("issuer", "id")])
def test_who_issued_a_credential_is_seen_by_every_reader(path: Any) -> None:
    report = shown_of(OPEN_BADGE, [path], [path])
    assert (report.verdict, report.steps[0].code) == ("invalid", "hidden-claim")


def test_what_an_sd_jwt_vc_does_not_show_of_its_status_is_not_there() -> None:
    """Its issuer must not hide that, so an SD-JWT VC of which parts are withheld has no status that nobody sees."""
    report = judged(sd_jwt.present(TOKEN, []))
    assert (report.verdict, step(report, "status").code) == ("valid", "no-status")


@pytest.mark.parametrize(
    ("change", "header", "code"),
    [
        ({"vct": 5}, {}, "field"),
        ({}, {"typ": "JWT"}, "token-type"),
        ({}, {"typ": None}, "token-type"),
        ({"iss": None}, {}, "field"),
        ({"iss": "not an address"}, {}, "field"),
    ],
)
def test_what_an_sd_jwt_vc_must_say(change: Any, header: Any, code: str) -> None:
    report = judged(sd_jwt.sign({**CLAIMS, **change}, KEY, **header))
    assert (report.verdict, report.steps[0].code) == ("invalid", code)


def test_claims_that_every_reader_must_see_may_not_be_hidden() -> None:
    claims = {**CLAIMS, "exp": NOW - 5, "status": {}}
    for name in ("exp", "status", "vct", "iss", "nbf"):
        report = judged(sd_jwt.sign(claims, KEY, hidden=[(name,)]))
        assert (report.verdict, report.steps[0].code) == ("invalid", "hidden-claim"), name


def test_an_sd_jwt_without_a_type_is_no_credential() -> None:
    assert judged(sd_jwt.sign({"iss": KEY.did, "a": 1}, KEY)).verdict == "not-a-credential"


def test_a_claim_named_issuer_does_not_stand_in_for_iss() -> None:
    claims = {**CLAIMS, "iss": STRANGER.did, "issuer": KEY.did}
    assert step(judged(sd_jwt.sign(claims, KEY))).code == "key-of-another"


def test_claims_that_look_like_a_badge_do_not_name_another_issuer() -> None:
    """The key is that of ``iss``; a reader of badges would show the name under ``issuer``."""
    badge = {**open_badge_3.write(ATTAINMENT), "issuer": {"id": STRANGER.did, "name": "Somebody Famous"}}
    del badge["@context"], badge["credentialStatus"]
    found = open_credential(sd_jwt.sign({**badge, "vct": "urn:x", "iss": KEY.did}, KEY))
    assert (found.issuer, found.format, found.attainment) == (KEY.did, sd_jwt_vc, None)
    both = sd_jwt.sign({**CLAIMS, "@context": [CREDENTIALS_V2], "issuer": STRANGER.did}, KEY)
    assert (judged(both).verdict, judged(both).steps[0].code) == ("unsupported", "two-models")


def test_a_signed_document_that_states_a_vct_is_still_of_its_issuer() -> None:
    terms = {"vct": "urn:terms:vct"}
    badge = open_badge_3.write(ATTAINMENT)
    document = {**badge, "@context": [*badge["@context"], terms], "vct": "urn:x", "iss": STRANGER.did}
    found = open_credential(json.dumps(eddsa_rdfc_2022.sign(document, KEY, created=AT)))
    assert (found.issuer, found.format) == (KEY.did, open_badge_3)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"exp": NOW - 1}, "expired"),
        ({"exp": NOW}, "expired"),
        ({"nbf": NOW + 1}, "not-yet-valid"),
        ({"exp": "soon"}, "bad-date"),
        ({"exp": True}, "bad-date"),
        ({"exp": NOW + 0.5, "nbf": NOW - 0.5}, "valid-until"),
    ],
)
def test_the_dates_are_checked(change: Any, code: str) -> None:
    report = judged(sd_jwt.sign({**CLAIMS, **change}, KEY))
    found = report.steps[0] if report.steps[0].code == code else step(report, "dates")
    assert found.code == code
    assert report.verdict == ("valid" if code == "valid-until" else "invalid")


def test_a_token_from_the_future_does_not_count() -> None:
    assert step(judged(sd_jwt.sign({**CLAIMS, "iat": NOW + 301}, KEY))).code == "signature-early"
    assert judged(sd_jwt.sign({**CLAIMS, "iat": NOW + 299}, KEY)).verdict == "valid"  # clocks differ a little


def test_a_changed_disclosure_is_invalid() -> None:
    token, *brought, last = TOKEN.split("~")
    forged = [base64url_encode(json.dumps(["s", "title", "Doctor of Water"]).encode()), *brought[1:]]
    assert judged("~".join((token, *forged, last))).steps[0].code == "disclosure-unsigned"


# --- the holder's key ---


def test_a_presentation_for_this_verifier_is_valid() -> None:
    report = judged(SHOWN, asked=ASKED)
    assert report.verdict == "valid", [each.why for each in report.steps]
    found = open_credential(SHOWN).attainment
    assert found is not None
    assert found.achievement.name == {"und": "Water sampling"}
    assert found.learner.name == ""
    assert verify(SHOWN.encode(), at=AT, asked=ASKED).verdict == "valid"
    assert judged(SHOWN).verdict == "valid"  # and nothing needs to be asked


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Binding("https://another.example", ASKED.nonce, AT), "bound-elsewhere"),
        (Binding(VERIFIER, "another", AT), "bound-elsewhere"),
        (Binding(VERIFIER, ASKED.nonce, AT + timedelta(minutes=11)), "bound-earlier"),
        (Binding(VERIFIER, ASKED.nonce, AT - timedelta(minutes=11)), "bound-earlier"),
        (Binding(VERIFIER, ASKED.nonce, AT + timedelta(minutes=2), timedelta(minutes=1)), "bound-earlier"),
    ],
)
def test_a_presentation_for_somebody_else_or_of_another_time_is_invalid(asked: Binding, code: str) -> None:
    report = judged(SHOWN, asked=asked)
    assert (report.verdict, report.steps[0].code) == ("invalid", code)


def test_without_the_holders_signature_a_request_is_not_answered() -> None:
    report = judged(sd_jwt.present(TOKEN, [("title",)]), asked=ASKED)
    assert (report.verdict, report.steps[0].code) == ("invalid", "not-bound")
    assert sd_jwt.present(TOKEN, [("title",)], key=HOLDER) == sd_jwt.present(TOKEN, [("title",)])


def test_a_stranger_cannot_present_it() -> None:
    stolen = sd_jwt.present(TOKEN, [("title",)], key=STRANGER, to=ASKED)
    assert step(judged(stolen, asked=ASKED)).code == "signature-differs"
    assert judged(stolen).verdict == "invalid"  # whether somebody asked or not


def test_the_holders_signature_covers_exactly_what_is_shown() -> None:
    shown, _, binding = SHOWN.rpartition("~")
    for other in (sd_jwt.present(TOKEN, []), TOKEN):
        assert judged(other + binding).steps[0].code == "binding-differs"
    assert judged(f"{shown}~{binding}").verdict == "valid"


def bound(claims: Any, typ: str = "kb+jwt", key: SigningKey = HOLDER) -> str:
    text = sd_jwt.present(TOKEN, [])
    whole = {"iat": NOW, "aud": VERIFIER, "nonce": "n", "sd_hash": disclosures.digest(text), **claims}
    return text + jose.sign({n: v for n, v in whole.items() if v is not None}, key, typ=typ)


@pytest.mark.parametrize(
    ("claims", "typ", "code"),
    [
        ({}, "JWT", "binding-differs"),
        ({"aud": None}, "kb+jwt", "binding-differs"),
        ({"aud": [VERIFIER]}, "kb+jwt", "binding-differs"),
        ({"nonce": None}, "kb+jwt", "binding-differs"),
        ({"sd_hash": None}, "kb+jwt", "binding-differs"),
        ({"sd_hash": "AAAA"}, "kb+jwt", "binding-differs"),
        ({"iat": None}, "kb+jwt", "bad-date"),
        ({"iat": "now"}, "kb+jwt", "bad-date"),
    ],
)
def test_a_key_binding_in_disorder_is_invalid(claims: Any, typ: str, code: str) -> None:
    assert judged(bound({})).verdict == "valid"
    report = judged(bound(claims, typ))
    assert (report.verdict, report.steps[0].code) == ("invalid", code)


def test_a_key_binding_from_the_future_does_not_count() -> None:
    assert step(judged(bound({"iat": NOW + 301}))).code == "signature-early"


@pytest.mark.parametrize("kind", ["ed25519", "p256", "rsa"])
def test_the_holder_may_have_any_kind_of_key(kind: Any) -> None:
    holder = SigningKey.generate(kind)
    for confirmation in ({"jwk": holder.public.jwk}, {"kid": holder.verification_method}):
        token = sd_jwt.sign({**CLAIMS, "cnf": confirmation}, KEY)
        assert judged(sd_jwt.present(token, [], key=holder, to=ASKED), asked=ASKED).verdict == "valid"


@pytest.mark.parametrize(
    "confirmation", [5, "x", {}, {"jwk": {"kty": "oct"}}, {"kid": "x"}, {"kid": "did:web:a.example#1"}]
)
def test_a_holders_key_that_nobody_can_read_is_unsupported(confirmation: Any) -> None:
    token = sd_jwt.sign({**CLAIMS, "cnf": confirmation}, KEY)
    assert judged(sd_jwt.present(token, [], key=HOLDER, to=ASKED)).verdict == "unsupported"


def test_a_key_binding_where_the_credential_was_issued_to_no_key_is_invalid() -> None:
    token = sd_jwt.present(sd_jwt.sign(CLAIMS, KEY), [], key=HOLDER, to=ASKED)
    assert judged(token).steps[0].code == "binding-differs"


# --- any SD-JWT, credential or not ---


def test_the_claims_of_a_token_whose_key_is_known() -> None:
    assert sd_jwt.claims_of(SHOWN, KEY.public, at=AT, asked=ASKED)["title"] == "Water sampling"
    assert sd_jwt.claims_of(SHOWN, KEY.public, at=AT)["title"] == "Water sampling"
    assert sd_jwt.claims_of(TOKEN, KEY.public, at=AT)["grade"] == "1,7"
    for sealed, at, key, code in (
        (TOKEN, AT, STRANGER, "signature-differs"),
        (TOKEN, AT - timedelta(days=1), KEY, "token-dates"),
        (sd_jwt.sign({"exp": NOW}, KEY), AT, KEY, "token-dates"),
        (sd_jwt.present(TOKEN, [], key=STRANGER, to=ASKED), AT, KEY, "binding-differs"),
    ):
        with pytest.raises(Objection) as found:
            sd_jwt.claims_of(sealed, key.public, at=at)
        assert found.value.code == code
    with pytest.raises(Objection) as found:
        sd_jwt.claims_of(TOKEN, KEY.public, at=AT, asked=ASKED)
    assert found.value.code == "not-bound"
