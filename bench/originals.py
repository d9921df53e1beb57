"""The documents that the fuzzer mutates: every format, proof and carrier. To fuzz another one, add a line."""

import base64
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pikepdf
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from PIL import Image
from tests.engine import test_jades as sealing
from tests.engine import test_open_badge_2 as older
from tests.engine.contexts_here import SHARED, all_imported
from tests.engine.elm_samples import FULL
from tests.engine.samples import AT, ATTAINMENT, KEY, LIST, STRANGER, as_bytes, offering, signed, status_list, with_bit

from bench import mutations, oracles
from bench.cohort import cohort
from bench.mutations import Mutation
from bench.oracles import Judge
from opencairn.engine.baking import attach_pdf, bake_png, bake_svg
from opencairn.engine.canonical import canonical
from opencairn.engine.canonical.contexts import OPEN_BADGES, OPEN_BADGES_EXTENSIONS, OWN_TERMS
from opencairn.engine.formats import clr_2, elm, open_badge_3, sd_jwt_vc
from opencairn.engine.keys import SigningKey, base58_encode, base64url_encode
from opencairn.engine.model import LearnerRecord
from opencairn.engine.opening import CREDENTIALS_V1, Credential, open_credential
from opencairn.engine.proofs import (
    ecdsa_jcs_2019,
    ecdsa_rdfc_2019,
    ecdsa_sd_2023,
    ed25519_signature_2020,
    eddsa_jcs_2022,
    eddsa_rdfc_2022,
    jades,
    sd_jwt,
    vc_jwt,
)
from opencairn.engine.proofs.seal import Seal
from opencairn.engine.status import one_ed_tech, token_list
from opencairn.kit.dates import iso

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>Stone</title><path d="M0 0h1v1z"/></svg>'
NETWORK = offering({LIST: status_list()})
DAY = timedelta(days=1)
TOKENS = offering(
    {LIST: token_list.write(LIST, token_list.Statuses(bytes(16_384), 1), KEY, at=AT, until=AT + DAY, ttl=DAY).encode()}
)
FIRST, SECOND = "urn:uuid:0d4a1b1e-0000-4000-8000-0000000000f1", "urn:uuid:0d4a1b1e-0000-4000-8000-0000000000f2"
ANCHORS = (sealing.AUTHORITY,)
SHOWN = ("/id", "/credentialSubject/identifier", "/credentialSubject/achievement", "/credentialSubject/result/1")
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
SMALL, USUAL, LARGE = 5, 10, 40
Document = Mapping[str, Any]
_CURVES = {"p256": (hashes.SHA256, 32), "p384": (hashes.SHA384, 48)}


class SteadyKey(SigningKey):
    """A key on P-256 or P-384 that signs the same text the same way each time (RFC 6979), so that mutants come back."""

    def sign(self, data: bytes) -> bytes:
        digest, size = _CURVES[self.public.kind]
        r, s = decode_dss_signature(self._private.sign(data, ec.ECDSA(digest(), deterministic_signing=True)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")


P256 = SteadyKey(ec.derive_private_key(4711, ec.SECP256R1()))
P384 = SteadyKey(ec.derive_private_key(4711, ec.SECP384R1()))
SEALER = SteadyKey(sealing.PRIVATE["ES256"])


class Original(NamedTuple):
    """A document to mutate: how, and what judges a mutant. A judge returns the verdict and what was read from it."""

    name: str
    data: bytes
    mutations: tuple[Mutation, ...]
    judge: Judge
    share: int = USUAL  # of the mutants, against the others
    verdict: str = "valid"  # on the original


@cache
def originals() -> tuple[Original, ...]:
    """Return what is mutated."""
    return (*badges(), *chosen_parts(), *tokens(), *seals(), *carriers(), *lists())


@contextmanager
def further() -> Iterator[tuple[Original, ...]]:
    """Give the documents whose contexts have to be imported, while they are; none without the reference data."""
    if not SHARED.is_dir():
        yield ()
        return
    with tempfile.TemporaryDirectory() as folder, all_imported(Path(folder)):
        european = {**elm.write(FULL), "@context": [*elm.CONTEXTS, DATA_INTEGRITY]}
        on_1_1 = badge_on_1_1()
        yield (
            embedded("elm eddsa-rdfc", eddsa_rdfc_2022.sign(european, KEY, created=AT)),
            embedded("elm eddsa-jcs", eddsa_jcs_2022.sign(european, KEY, created=AT)),
            embedded("vc 1.1 eddsa-rdfc", eddsa_rdfc_2022.sign(on_1_1, KEY, created=AT)),
            embedded("vc 1.1 Ed25519Signature2020", with_older_signature(on_1_1)),
        )


# --- proofs inside the document ---


def embedded(name: str, document: Document, share: int = USUAL) -> Original:
    data = as_bytes(document)
    return Original(name, data, (*mutations.JSON, *mutations.LINKED), oracles.as_signed(data, NETWORK), share)


def badge_of(key: SigningKey) -> dict[str, Any]:
    """A badge whose issuer is this key; its status list is the other key's, so it has none."""
    return open_badge_3.write(replace(ATTAINMENT, issuer=replace(ATTAINMENT.issuer, id=key.did), status=None))


def badges() -> tuple[Original, ...]:
    usual = embedded("json", signed(), LARGE)
    for each in cohort(ATTAINMENT, 40):  # so that mutants of the badge are met by the layout they have, or nearly have
        usual.judge(as_bytes(signed(each)))
    ours = open_badge_3.write(ATTAINMENT)
    hosted = as_bytes(older.ASSERTION)
    return (
        usual,
        Original("open badge 2", hosted, mutations.JSON, oracles.as_hosted(hosted, older.NETWORK, older.AT), SMALL),
        embedded("eddsa-jcs", eddsa_jcs_2022.sign(ours, KEY, created=AT)),
        *(
            embedded(f"{suite.SUITE} {key.public.kind}", suite.sign(badge_of(key), key, created=AT))
            for suite in (ecdsa_rdfc_2019, ecdsa_jcs_2019)
            for key in (P256, P384)
        ),
        embedded("proof set", proof_set()),
        embedded("proof chain", proof_chain()),
        embedded("learner record", record()),
    )


def proof_set() -> dict[str, Any]:
    """A badge that others signed along with its issuer, in other ways."""
    document = eddsa_rdfc_2022.sign(badge_of(KEY), KEY, created=AT)
    for suite, key in ((ecdsa_jcs_2019, P256), (eddsa_jcs_2022, STRANGER)):
        document = suite.sign(document, key, created=AT, beside=True)
    return document


def proof_chain() -> dict[str, Any]:
    """A badge on which the issuer signed what a witness had signed, and a second witness both."""
    document = ecdsa_rdfc_2019.sign(badge_of(KEY), P384, created=AT, options={"id": FIRST})
    document = eddsa_jcs_2022.sign(document, KEY, created=AT, earlier=[FIRST], options={"id": SECOND})
    return eddsa_rdfc_2022.sign(document, STRANGER, created=AT, earlier=[FIRST, SECOND])


def record() -> dict[str, Any]:
    """A signed learner record (CLR 2.0) with a signed badge inside."""
    what = LearnerRecord(
        id="urn:uuid:0d4a1b1e-0000-4000-8000-000000000002",
        issuer=ATTAINMENT.issuer,
        learner=ATTAINMENT.learner,
        name="Transcript",
        awarded_on=ATTAINMENT.awarded_on,
        valid_from=AT,
        credentials=(signed(),),
        achievements=(ATTAINMENT.achievement,),
        status=ATTAINMENT.status,
        salt=ATTAINMENT.salt,
    )
    return eddsa_rdfc_2022.sign(clr_2.write(what), KEY, created=AT)


def badge_on_1_1() -> dict[str, Any]:
    """A badge on the older data model, as others issue it."""
    contexts = [
        CREDENTIALS_V1,
        OPEN_BADGES,
        OPEN_BADGES_EXTENSIONS,
        OWN_TERMS,
        DATA_INTEGRITY,
        ed25519_signature_2020.CONTEXT,
    ]
    document = {**badge_of(KEY), "@context": contexts}
    document["issuanceDate"] = document.pop("validFrom")
    document["expirationDate"] = document.pop("validUntil")
    return document


def with_older_signature(document: Document) -> dict[str, Any]:
    """A document with an Ed25519Signature2020, which the engine only reads."""
    proof = {
        "type": ed25519_signature_2020.SUITE,
        "created": iso(AT),
        "verificationMethod": KEY.verification_method,
        "proofPurpose": "assertionMethod",
    }
    texts = (canonical({**proof, "@context": document["@context"]}), canonical(document))
    over = b"".join(hashlib.sha256(text.encode()).digest() for text in texts)
    return {**document, "proof": {**proof, "proofValue": "z" + base58_encode(KEY.sign(over))}}


def chosen_parts() -> tuple[Original, ...]:
    """The holder's own copy of a badge under ecdsa-sd-2023, what is shown of it, and that with a witness."""
    once = SteadyKey(ec.derive_private_key(4712, ec.SECP256R1()))
    mandatory = ("/issuer", "/validFrom", "/validUntil", "/credentialSubject/achievement/name")
    how: dict[str, Any] = {"mandatory": mandatory, "created": AT, "options": {"id": FIRST}}
    base = ecdsa_sd_2023.signed_with(badge_of(P256), P256, once, bytes(range(32)), **how)
    shown = ecdsa_sd_2023.derive(base, SHOWN)
    linked = (*mutations.JSON, *mutations.LINKED)
    ways = (*linked, mutations.value_restructured)
    witnessed = eddsa_rdfc_2022.sign(shown, STRANGER, created=AT, earlier=[FIRST])
    return (
        Original("ecdsa-sd-2023 base", as_bytes(base), ways, oracles.as_derived(base, SHOWN)),
        Original("ecdsa-sd-2023 shown", as_bytes(shown), ways, oracles.as_shown(base, shown)),
        Original("ecdsa-sd-2023 chain", as_bytes(witnessed), linked, oracles.as_shown(base, witnessed)),
    )


# --- envelopes ---


@cache
def presentation() -> bytes:
    """A micro-credential as SD-JWT VC, of which everything is shown that could be hidden."""
    claims, salts = sd_jwt_vc.write(ATTAINMENT), Random(7)
    return sd_jwt.sign(
        claims, KEY, hidden=sd_jwt_vc.disclosable(claims), decoys=2, salts=lambda: f"{salts.getrandbits(128):032x}"
    ).encode()


def tokens() -> tuple[Original, ...]:
    jwt = vc_jwt.sign(open_badge_3.write(ATTAINMENT), KEY).encode()
    return (
        Original("vc-jwt", jwt, mutations.TOKEN, oracles.as_token(NETWORK)),
        Original("sd-jwt", presentation(), mutations.TOKEN, oracles.as_presented(presentation(), TOKENS)),
    )


def seals() -> tuple[Original, ...]:
    """A European Digital Credential under its electronic seal, as the engine issues it, and as one compact token."""
    document = elm.write(FULL)
    sealed = as_bytes(jades.sign(document, key=SEALER, certificates=(sealing.LEAF,), at=AT))
    compact = compact_seal(document)
    judge = oracles.as_sealed(sealed, ANCHORS, NETWORK)
    return (
        Original("elm seal", sealed, (mutations.seal_restructured, *mutations.JSON), judge),
        Original("elm seal compact", compact, mutations.TOKEN, oracles.as_sealed(compact, ANCHORS, NETWORK), SMALL),
    )


def compact_seal(document: Document) -> bytes:
    header = {
        "alg": SEALER.algorithm,
        "typ": "jose",
        "x5c": [base64.b64encode(sealing.LEAF).decode()],
        "x5t#S256": base64url_encode(hashlib.sha256(sealing.LEAF).digest()),
        "iat": int(AT.timestamp()),
    }
    over = ".".join(base64url_encode(json.dumps(each).encode()) for each in (header, document))
    return f"{over}.{base64url_encode(SEALER.sign(over.encode()))}".encode()


# --- carriers ---


def picture() -> bytes:
    written = BytesIO()
    Image.new("RGB", (8, 8), "grey").save(written, "PNG")
    return written.getvalue()


def page() -> bytes:
    written = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(written, deterministic_id=True)
    return written.getvalue()


def rebaked(bake: Callable[[str], bytes]) -> Mutation:
    """Return the mutation of a carrier that holds a mutant of the credential, itself unhurt."""

    def mutation(random: Random, data: bytes) -> bytes:
        inner = mutations.restructured(random, as_bytes(signed())).decode("utf-8", "replace")
        try:
            return bake(inner)
        except ValueError:  # letters that XML cannot carry
            return data

    return mutation


def carriers() -> tuple[Original, ...]:
    text = as_bytes(signed()).decode()
    png, svg, pdf = picture(), SVG, page()
    into_png, into_svg = rebaked(lambda t: bake_png(png, t)), rebaked(lambda t: bake_svg(svg, t).encode())
    judge, by_bytes = oracles.as_signed(text.encode(), NETWORK), mutations.BYTES
    return (
        Original("png", bake_png(png, text), (into_png, mutations.png_rearranged, *by_bytes), judge),
        Original("svg", bake_svg(svg, text).encode(), (into_svg, *by_bytes), judge),
        Original("pdf", attach_pdf(pdf, "credential.json", text), by_bytes, oracles.as_in_pdf(judge), SMALL),
    )


# --- status lists ---


def lists() -> tuple[Original, ...]:
    """Lists that say that a credential is revoked."""
    badge = open_credential(as_bytes(signed()).decode())
    document = {**badge.document, "credentialStatus": one_ed_tech.entry(LIST)}
    named = Credential(document, badge.kind, badge.issuer, badge.seals, "")
    seal = Seal("EdDSA", KEY.verification_method, lambda key: key == KEY.public)
    by_token = Credential({"iss": KEY.did, "status": token_list.claim(LIST, 5)}, "sd-jwt-vc", KEY.did, (seal,), "")
    revoked = token_list.with_value(token_list.Statuses(bytes(4), 1), 5, 1)
    token = token_list.write(LIST, revoked, KEY, at=AT, until=AT + DAY, ttl=DAY).encode()
    bits = as_bytes(status_list(bits=with_bit(94_567)))
    listed = as_bytes(one_ed_tech.write(LIST, KEY.did, [one_ed_tech.Revoked(ATTAINMENT.id)]))

    def offered(data: bytes) -> Callable[[str], bytes]:
        return offering({LIST: data})

    by_bits = oracles.as_list_of(as_bytes(signed()), offered)
    by_token_list = oracles.as_other_list(by_token, offered, is_signed=True)
    by_address = oracles.as_other_list(named, offered, is_signed=False)
    return (
        Original("bitstring list", bits, mutations.JSON, by_bits, verdict="invalid"),
        Original("token list", token, mutations.TOKEN, by_token_list, verdict="fail"),
        Original("1EdTech list", listed, mutations.JSON, by_address, SMALL, "fail"),
    )
