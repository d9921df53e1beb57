"""``opencairn issue``: sign a credential from an award, in any format and with any proof, without a site around it."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from opencairn.engine import award, data_model
from opencairn.engine.canonical import parse
from opencairn.engine.canonical.strict_json import LARGEST
from opencairn.engine.formats import clr_2, elm, open_badge_3, sd_jwt_vc
from opencairn.engine.keys import SigningKey
from opencairn.engine.model import Attainment, LearnerRecord
from opencairn.engine.objections import Malformed, Objection
from opencairn.engine.proofs import EMBEDDED, jades, sd_jwt, vc_jwt

from .key import UNREADABLE, USAGE, CannotOpen, add_passphrase, open_key
from .verify import moment

HELP = "sign a credential from an award"
DESCRIPTION = """\
Sign a credential from an award on standard input: what was achieved and by whom, as one JSON object (its schema:
opencairn schema award). For clr-2 it may be a list of awards of one learner: each is signed, then the record of them.

Where the award leaves the issuer's id out, the issuer is the key's own DID. Another issuer has to list the key in its
own document; name it with --method.

exit status: 0 signed, 64 wrong usage, 65 the award cannot be signed, 66 the key cannot be opened"""
DATA_ERROR = 65
SUITES = {plug.SUITE: plug for plug in EMBEDDED if hasattr(plug, "sign")}
#: the proofs of each format, the default first
PROOFS: Mapping[str, tuple[str, ...]] = {
    "open-badge-3": ("data-integrity", *SUITES, "vc-jwt"),
    "clr-2": ("data-integrity", *SUITES, "vc-jwt"),
    "elm": ("jades",),
    "sd-jwt-vc": ("sd-jwt",),
}
#: what a Data Integrity proof is made with where none is named
USUAL = {"ed25519": "eddsa-rdfc-2022", "p256": "ecdsa-rdfc-2019", "p384": "ecdsa-rdfc-2019", "rsa": "vc-jwt"}
Document = Mapping[str, Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to write, how to sign it, and with which key."""
    names = ["data-integrity", *SUITES, "vc-jwt", "jades", "sd-jwt"]
    parser.add_argument("--format", choices=sorted(PROOFS), default="open-badge-3", help="default: open-badge-3")
    parser.add_argument("--proof", choices=names, help="default: what fits the format and the key")
    parser.add_argument("--key", metavar="FILE", type=Path, required=True, help="a key file of `opencairn key new`")
    add_passphrase(parser)
    parser.add_argument("--method", metavar="URL", help="the key's address in the issuer's own document")
    parser.add_argument("--certificate", metavar="PEM", type=Path, help="for jades: its certificates, its own first")
    parser.add_argument("--at", type=moment, metavar="ISO-TIME", help="when it is signed; default: now")


def run(args: argparse.Namespace) -> int:
    """Read the award, write and sign the credential, print it."""
    proof = args.proof or PROOFS[args.format][0]
    if proof not in PROOFS[args.format]:
        return _stop(f"{args.format} is not signed with {proof}, but with: {', '.join(PROOFS[args.format])}.", USAGE)
    try:
        key = open_key(args.key, args.passphrase_file)
        chain = _certificates(args.certificate) if proof == "jades" else ()
    except CannotOpen as fault:
        return _stop(str(fault), UNREADABLE)
    if args.method:
        key.verification_method = args.method
    at = args.at or datetime.now(UTC)
    try:
        given = _awards(sys.stdin.buffer.read(LARGEST + 1), key)
        awards: list[Attainment] = [award.from_json(each) for each in given]
        for each in awards:
            _check_issuer(each, key, args.method)
        signed = _sign(args.format, proof, awards, key=key, at=at, chain=chain)
    except (Objection, ValueError) as fault:
        return _stop(f"nothing was signed. {fault}", DATA_ERROR)
    print(signed if isinstance(signed, str) else json.dumps(signed, ensure_ascii=False, indent=1))
    return 0


def _stop(why: str, status: int) -> int:
    print(f"opencairn issue: {why}", file=sys.stderr)
    return status


def _awards(data: bytes, key: SigningKey) -> list[Any]:
    """Return the awards that were given, the issuer's id put in where it was left out."""
    given = parse(data)
    awards = given if isinstance(given, list) else [given]
    for each in awards:
        if isinstance(each, dict) and isinstance(each.get("issuer"), dict):
            each["issuer"].setdefault("id", key.did)
    return awards


def _check_issuer(attainment: Attainment, key: SigningKey, method: str | None) -> None:
    if attainment.issuer.id != key.did and not method:
        raise Malformed(
            f"The issuer is {attainment.issuer.id}, but the key makes {key.did}. Leave the issuer's id out, "
            "or name the key's address in the issuer's own document with --method.",
            "key-of-another",
        )


def _certificates(file: Path | None) -> tuple[bytes, ...]:
    if file is None:
        raise CannotOpen("a seal (jades) needs --certificate.")
    try:
        return tuple(each.public_bytes(Encoding.DER) for each in x509.load_pem_x509_certificates(file.read_bytes()))
    except (OSError, ValueError) as fault:
        raise CannotOpen(f"{file} holds no certificates: {fault}") from fault


def _sign(
    format_: str, proof: str, awards: list[Attainment], *, key: SigningKey, at: datetime, chain: tuple[bytes, ...]
) -> Document | str:
    """Return the signed credential. Raises an ``Objection`` or ValueError where it cannot be signed."""
    if format_ == "clr-2":
        badges = tuple(_embedded(open_badge_3.write(each), "data-integrity", key, at) for each in awards)
        return _signed(clr_2.write(_record(awards, badges)), proof, key, at)
    if len(awards) != 1:
        raise Malformed("Only clr-2 takes several awards at once.", "not-an-object")
    if format_ == "elm":
        sealed: Document = jades.sign(elm.write(awards[0]), key=key, certificates=chain, at=at)
        return sealed
    if format_ == "sd-jwt-vc":
        claims = sd_jwt_vc.write(awards[0])
        return sd_jwt.sign(claims, key, hidden=sd_jwt_vc.disclosable(claims), created=at)
    return _signed(open_badge_3.write(awards[0]), proof, key, at)


def _signed(document: Document, proof: str, key: SigningKey, at: datetime) -> Document | str:
    for objection in data_model.objections(document, issuing=True):
        raise objection
    if proof == "vc-jwt" or (proof == "data-integrity" and USUAL[key.public.kind] == "vc-jwt"):
        return vc_jwt.sign(document, key)
    return _embedded(document, proof, key, at)


def _embedded(document: Document, proof: str, key: SigningKey, at: datetime) -> Document:
    suite = USUAL[key.public.kind] if proof == "data-integrity" else proof
    if suite not in SUITES:
        raise Malformed("A key of this kind makes tokens only: sign with --proof vc-jwt.", "suite")
    sign: Callable[..., Document] = SUITES[suite].sign
    return sign(document, key, created=at)


def _record(awards: list[Attainment], badges: tuple[Document, ...]) -> LearnerRecord:
    """Return the record of one learner's badges. Raises ``Malformed`` where they are of several, or there are none."""
    if not awards or any(each.learner != awards[0].learner for each in awards):
        raise Malformed("A record is of one learner, with at least one award.", "field", term="learner")
    first = awards[0]
    return LearnerRecord(
        id=f"{first.id}:record",
        issuer=first.issuer,
        learner=first.learner,
        name=first.learner.name or first.learner.id,
        awarded_on=max(each.awarded_on for each in awards),
        valid_from=max(each.valid_from for each in awards),
        credentials=badges,
        salt=first.salt,
    )
