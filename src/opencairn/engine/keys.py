"""Keys and how they are written: base58btc, Multikey, JWK, did:key, did:jwk.

Sources: W3C Controlled Identifiers 1.0 (Multikey), did:key 0.9, did:jwk, RFC 7517 and RFC 8037 (JWK), RFC 7518 (the
names of algorithms). Signatures with a curve of NIST are r and s side by side (IEEE P1363), as JOSE and W3C both want.
"""

import base64
import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from .base58 import base58_decode as base58_decode  # noqa: PLC0414 - offered here too
from .base58 import base58_encode as base58_encode  # noqa: PLC0414

Kind = Literal["ed25519", "p256", "p384", "rsa"]
Private = Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Public = Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True)
class Curve:
    """One curve of NIST: how its keys and signatures are written."""

    curve: ec.EllipticCurve
    digest: hashes.HashAlgorithm
    size: int  # bytes of one coordinate
    jwk: str


_CURVES: Mapping[Kind, Curve] = {
    "p256": Curve(ec.SECP256R1(), hashes.SHA256(), 32, "P-256"),
    "p384": Curve(ec.SECP384R1(), hashes.SHA384(), 48, "P-384"),
}
#: multicodec prefixes of public keys, and how many bytes follow
_CODECS: Mapping[Kind, tuple[bytes, int]] = {
    "ed25519": (bytes((0xED, 0x01)), 32),
    "p256": (bytes((0x80, 0x24)), 33),
    "p384": (bytes((0x81, 0x24)), 49),
}
#: which kind of key each JOSE algorithm needs (RFC 7518, RFC 8037); the first of a kind is the one we sign with
ALGORITHMS: Mapping[str, Kind] = {
    "EdDSA": "ed25519", "Ed25519": "ed25519", "ES256": "p256", "ES384": "p384", "RS256": "rsa", "PS256": "rsa",
}  # fmt: skip
_RSA_BITS = (2048, 8192)
_LARGEST_EXPONENT = 2**32  # a larger one only makes checking slow
_BROKEN = (ValueError, TypeError, KeyError, UnsupportedAlgorithm)


def base64url_encode(data: bytes) -> str:
    """Return bytes in base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def base64url_decode(words: str) -> bytes:
    """Read base64url without padding. Raises ValueError for anything else, and for a second spelling of the bytes."""
    data = base64.b64decode(words + "=" * (-len(words) % 4), altchars=b"-_", validate=True)
    if base64url_encode(data) != words:
        raise ValueError("not base64url")
    return data


@dataclass(frozen=True)
class PublicKey:
    """The public half of a key. ``raw`` is 32 bytes (Ed25519), a compressed point (P-256, P-384), or DER (RSA)."""

    kind: Kind
    raw: bytes

    @property
    def multikey(self) -> str:
        """The key as a Multikey value: ``z6Mk…``, ``zDn…`` or ``z82…``."""
        return "z" + base58_encode(_CODECS[self.kind][0] + self.raw)

    @property
    def jwk(self) -> dict[str, str]:
        """The key as a JSON Web Key."""
        if self.kind == "ed25519":
            return {"kty": "OKP", "crv": "Ed25519", "x": base64url_encode(self.raw)}
        loaded = _loaded(self)
        if isinstance(loaded, rsa.RSAPublicKey):
            numbers = loaded.public_numbers()
            return {"kty": "RSA", "n": _spelled(numbers.n), "e": _spelled(numbers.e)}
        assert isinstance(loaded, ec.EllipticCurvePublicKey)
        curve, point = _CURVES[self.kind], loaded.public_numbers()
        x, y = (base64url_encode(each.to_bytes(curve.size, "big")) for each in (point.x, point.y))
        return {"kty": "EC", "crv": curve.jwk, "x": x, "y": y}

    def holds(self, signature: bytes, data: bytes, algorithm: str = "") -> bool:
        """Whether the private half of this key made this signature over the data, by this JOSE algorithm.

        Without one it is the key's usual algorithm. A key never answers for an algorithm of another kind of key.
        """
        if algorithm and ALGORITHMS.get(algorithm) != self.kind:
            return False
        try:
            self._check(_loaded(self), signature, data, algorithm)
        except (InvalidSignature, *_BROKEN):
            return False
        return True

    def _check(self, key: Public, signature: bytes, data: bytes, algorithm: str) -> None:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, data)
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, _rsa_padding(algorithm), hashes.SHA256())
        else:
            curve = _CURVES[self.kind]
            if len(signature) != 2 * curve.size:
                raise ValueError("a signature of another length")
            r, s = (int.from_bytes(half, "big") for half in (signature[: curve.size], signature[curve.size :]))
            key.verify(encode_dss_signature(r, s), data, ec.ECDSA(curve.digest))


def _rsa_padding(algorithm: str) -> padding.AsymmetricPadding:
    if algorithm == "PS256":
        return padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
    return padding.PKCS1v15()


@lru_cache(maxsize=1024)
def _loaded(key: PublicKey) -> Public:
    """Return the key as ``cryptography`` has it. Raises ValueError where it is no key of its kind."""
    if key.kind == "ed25519":
        return Ed25519PublicKey.from_public_bytes(key.raw)
    if key.kind == "rsa":
        found = serialization.load_der_public_key(key.raw)
        if not isinstance(found, rsa.RSAPublicKey):
            raise ValueError("not an RSA key")
        return _of_safe_size(found)
    return ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[key.kind].curve, key.raw)


def _of_safe_size(key: rsa.RSAPublicKey) -> rsa.RSAPublicKey:
    if not _RSA_BITS[0] <= key.key_size <= _RSA_BITS[1] or key.public_numbers().e > _LARGEST_EXPONENT:
        raise ValueError("not an RSA key of a safe size")
    return key


def _spelled(number: int) -> str:
    return base64url_encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def public_key(key: Any) -> PublicKey:
    """Return a public key of ``cryptography`` as ours. Raises ValueError for a kind that is not followed here."""
    if isinstance(key, Ed25519PublicKey):
        return PublicKey("ed25519", key.public_bytes_raw())
    if isinstance(key, rsa.RSAPublicKey):
        info = serialization.PublicFormat.SubjectPublicKeyInfo
        return PublicKey("rsa", _of_safe_size(key).public_bytes(serialization.Encoding.DER, info))
    for kind, curve in _CURVES.items():
        if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == curve.curve.name:
            point = serialization.PublicFormat.CompressedPoint
            return PublicKey(kind, key.public_bytes(serialization.Encoding.X962, point))
    raise ValueError("a kind of key that is not followed here")


@lru_cache(maxsize=1024)
def from_multikey(words: str) -> PublicKey:
    """Read a Multikey of Ed25519, P-256 or P-384. Raises ValueError for anything else."""
    data = base58_decode(words[1:]) if words.startswith("z") else b""
    for kind, (prefix, size) in _CODECS.items():
        if data.startswith(prefix) and len(data) == len(prefix) + size:
            found = PublicKey(kind, data[len(prefix) :])
            _loaded(found)  # a point that is not on its curve is no key
            return found
    raise ValueError("not a Multikey that is followed here")


def from_jwk(jwk: object) -> PublicKey:
    """Read a public JSON Web Key of Ed25519, P-256, P-384 or RSA.

    Raises ValueError for anything else, for a key that is not meant for signatures, and for one that gives its private
    half away: whoever reads it could sign.
    """
    try:
        return _from_jwk(jwk)
    except _BROKEN:
        raise ValueError("not a JWK that is followed here") from None


def _from_jwk(jwk: Any) -> PublicKey:
    if (
        not isinstance(jwk, dict)
        or "d" in jwk
        or jwk.get("use", "sig") != "sig"
        or "verify" not in jwk.get("key_ops", ["verify"])
    ):
        raise ValueError("not a public key for signatures")
    if jwk["kty"] == "OKP" and jwk["crv"] == "Ed25519":
        found = PublicKey("ed25519", base64url_decode(jwk["x"]))
        _loaded(found)
        return found
    if jwk["kty"] == "RSA":
        n, e = (_number(jwk[name], range(1, _RSA_BITS[1] // 8 + 1)) for name in ("n", "e"))
        return public_key(rsa.RSAPublicNumbers(e, n).public_key())
    if jwk["kty"] != "EC":
        raise ValueError("a kind of key that is not followed here")
    curve = {each.jwk: each for each in _CURVES.values()}[jwk["crv"]]
    x, y = (_number(jwk[name], (curve.size,)) for name in ("x", "y"))  # at full length: RFC 7518 §6.2.1.2
    return public_key(ec.EllipticCurvePublicNumbers(x, y, curve.curve).public_key())


def _number(words: str, sizes: Container[int]) -> int:
    """Read a big-endian number of one of these sizes, in bytes."""
    data = base64url_decode(words)
    if len(data) not in sizes:
        raise ValueError("a number of another length")
    return int.from_bytes(data, "big")


class SigningKey:
    """The private half of a key, and the DID it makes. ``repr`` never shows it."""

    def __init__(self, private: Private) -> None:
        self._private = private
        self.public = public_key(private.public_key())
        if self.public.kind == "rsa":
            self.did = "did:jwk:" + base64url_encode(json.dumps(self.public.jwk, separators=(",", ":")).encode())
            self.verification_method = f"{self.did}#0"
        else:
            self.did = f"did:key:{self.public.multikey}"
            self.verification_method = f"{self.did}#{self.public.multikey}"

    @classmethod
    def generate(cls, kind: Kind = "ed25519") -> "SigningKey":
        """Return a new random key."""
        if kind == "ed25519":
            return cls(Ed25519PrivateKey.generate())
        if kind == "rsa":
            return cls(rsa.generate_private_key(65537, 3072))
        return cls(ec.generate_private_key(_CURVES[kind].curve))

    @classmethod
    def from_bytes(cls, seed: bytes, kind: Kind = "ed25519") -> "SigningKey":
        """Return the key with this seed (RFC 8032 §5.1.5) or this private number (P-256, P-384), big-endian."""
        if kind == "ed25519":
            return cls(Ed25519PrivateKey.from_private_bytes(seed))
        return cls(ec.derive_private_key(int.from_bytes(seed, "big"), _CURVES[kind].curve))

    @classmethod
    def from_pem(cls, pem: bytes, passphrase: bytes | None = None) -> "SigningKey":
        """Open a PEM file. Raises ValueError where it is none, holds another kind of key, or does not open."""
        try:
            return cls(serialization.load_pem_private_key(pem, passphrase))  # type: ignore[arg-type]
        except _BROKEN:
            raise ValueError("not a private key that opens with this passphrase") from None

    def to_bytes(self) -> bytes:
        """Return what ``from_bytes`` makes the key of, to be stored wrapped. Raises ValueError for an RSA key."""
        if isinstance(self._private, Ed25519PrivateKey):
            return self._private.private_bytes_raw()
        if isinstance(self._private, ec.EllipticCurvePrivateKey):
            return self._private.private_numbers().private_value.to_bytes(_CURVES[self.public.kind].size, "big")
        raise ValueError("an RSA key has no short form")

    def to_pem(self, passphrase: bytes) -> bytes:
        """Return the key as a PEM file that opens only with the passphrase (PKCS #8, encrypted)."""
        lock = serialization.BestAvailableEncryption(passphrase)
        return self._private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)

    @property
    def algorithm(self) -> str:
        """The JOSE algorithm this key signs with."""
        return next(name for name, kind in ALGORITHMS.items() if kind == self.public.kind)

    def sign(self, data: bytes) -> bytes:
        """Return the signature over the data by the key's usual algorithm."""
        if isinstance(self._private, Ed25519PrivateKey):
            return self._private.sign(data)
        if isinstance(self._private, rsa.RSAPrivateKey):
            return self._private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        curve = _CURVES[self.public.kind]
        r, s = decode_dss_signature(self._private.sign(data, ec.ECDSA(curve.digest)))
        return r.to_bytes(curve.size, "big") + s.to_bytes(curve.size, "big")

    def __repr__(self) -> str:
        return f"SigningKey({self.did})"
