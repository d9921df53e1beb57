"""The certificate behind an electronic seal: whom it names, whether it was in force, whether a list vouches for it.

Sources: RFC 5280 (certificates and paths, checked by ``cryptography``), ETSI EN 319 412-1 and 412-3 (the certificate of
a legal person names it by organizationIdentifier, 2.5.4.97). Whether a certificate was withdrawn is not looked up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import verification
from cryptography.x509.oid import NameOID

from opencairn.engine.canonical.strict_json import shown
from opencairn.engine.did import Key
from opencairn.engine.keys import PublicKey, public_key
from opencairn.engine.objections import Malformed
from opencairn.kit.dates import iso

MOST_CERTIFICATES = 8
_BROKEN = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


@dataclass(frozen=True)
class Certificate:
    """What the certificate of a seal says: its key, whom it names and when it is in force."""

    der: bytes
    key: PublicKey
    organisation: str  # a name to show
    identifiers: tuple[str, ...]  # organizationIdentifier, such as VATDE-123456789
    begins: datetime
    ends: datetime
    may_sign: bool


def read(der: bytes) -> Certificate:
    """Read a certificate. Raises ``Malformed`` where it is none, or its key is of a kind that is not followed here."""
    try:
        found = x509.load_der_x509_certificate(der)
        names = found.subject
        return Certificate(
            der=der,
            key=public_key(found.public_key()),
            organisation=next(iter(_values(names, NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)), ""),
            identifiers=_values(names, NameOID.ORGANIZATION_IDENTIFIER),
            begins=found.not_valid_before_utc,
            ends=found.not_valid_after_utc,
            may_sign=_may_sign(found),
        )
    except _BROKEN:
        raise Malformed("The certificate of the seal cannot be read.", "seal-certificate") from None


def _values(names: x509.Name, *kinds: x509.ObjectIdentifier) -> tuple[str, ...]:
    return tuple(str(each.value) for kind in kinds for each in names.get_attributes_for_oid(kind))


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def reaches(chain: Sequence[bytes], anchors: Sequence[bytes], at: datetime) -> bool:
    """Whether the first certificate is an anchor, or a path leads from it to one that is in force at an instant."""
    if not anchors:
        return False
    if chain[0] in anchors:
        return True
    store = verification.Store([x509.load_der_x509_certificate(each) for each in anchors])
    policies = verification.ExtensionPolicy
    builder = verification.PolicyBuilder().store(store).time(at.astimezone(UTC).replace(tzinfo=None))
    builder = builder.extension_policies(
        ca_policy=policies.webpki_defaults_ca(),
        ee_policy=policies.permit_all(),  # made for seals, not for web sites
    )
    try:
        leaf, *between = (x509.load_der_x509_certificate(each) for each in chain)
        builder.build_client_verifier().verify(leaf, between)
    except (verification.VerificationError, *_BROKEN):
        return False
    return True


def judge(
    chain: Sequence[bytes],
    leaf: Certificate,
    *,
    identifier: str,
    created: datetime,
    at: datetime,
    anchors: Sequence[bytes],
) -> Key:
    """Return the key of a seal, and whether it is the seal of the issuer that states this legal identifier."""
    name = shown(leaf.organisation)
    facts = (("name", name), ("at", iso(created)), ("ends", iso(leaf.ends)))
    if not leaf.begins <= created <= leaf.ends:
        why = "The certificate was not in force when the seal was set."
        return Key(leaf.key, "fail", why, "seal-certificate-not-in-force", facts)
    if not leaf.may_sign:
        return Key(leaf.key, "fail", "The certificate was not made for sealing.", "seal-certificate-use", facts)
    if identifier and leaf.identifiers and identifier not in leaf.identifiers:
        why = f"The seal is that of {name}, and not of the issuer that the credential names."
        return Key(leaf.key, "fail", why, "seal-of-another", facts)
    if at > leaf.ends:
        why = f"The seal is intact, but its certificate ran out at {iso(leaf.ends)}."
        return Key(leaf.key, "unknown", why, "seal-certificate-ended", facts)
    if not (identifier and leaf.identifiers):
        why = "The seal is intact, but nothing says that its certificate belongs to the issuer."
        return Key(leaf.key, "unknown", why, "seal-of-nobody", facts)
    if not reaches(chain, anchors, at):
        why = "The seal is intact, but the certificate is on no list that was given."
        return Key(leaf.key, "unknown", why, "seal-not-on-list", facts)
    why = f"It carries the advanced electronic seal of {name}, which a list that was given vouches for."
    return Key(leaf.key, "pass", why, "sealed", facts)
