"""Ed25519 keys and how they are written: base58btc, Multikey, did:key (W3C Controlled Identifiers 1.0, did:key 0.9)."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PLACE = {letter: value for value, letter in enumerate(_ALPHABET)}
_LONGEST = 256  # letters; a key or a signature needs at most 90
_ED25519 = bytes((0xED, 0x01))  # multicodec ed25519-pub


def base58_encode(data: bytes) -> str:
    """Return bytes in base58btc; each leading zero byte becomes a ``1``."""
    zeros = len(data) - len(data.lstrip(b"\0"))
    number, letters = int.from_bytes(data, "big"), []
    while number:
        number, rest = divmod(number, 58)
        letters.append(_ALPHABET[rest])
    return "1" * zeros + "".join(reversed(letters))


def base58_decode(words: str) -> bytes:
    """Read base58btc. Raises ValueError for anything else, or for more than a key or signature needs."""
    if len(words) > _LONGEST or not all(letter in _PLACE for letter in words):
        raise ValueError("not base58btc")
    number = 0
    for letter in words:
        number = number * 58 + _PLACE[letter]
    zeros = len(words) - len(words.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multikey(public: bytes) -> str:
    """Return an Ed25519 public key as a Multikey value, which starts with ``z6Mk``."""
    return "z" + base58_encode(_ED25519 + public)


def from_multikey(words: str) -> bytes:
    """Return the 32 bytes of an Ed25519 Multikey. Raises ValueError for anything else."""
    data = base58_decode(words[1:]) if words.startswith("z") else b""
    if len(data) != 34 or not data.startswith(_ED25519):
        raise ValueError("not an Ed25519 Multikey")
    return data[2:]


def fits(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether this Ed25519 signature over the data was made with the private half of this key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


class SigningKey:
    """The private half of an Ed25519 key. ``repr`` never shows it."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw()
        self.did = f"did:key:{multikey(self.public)}"
        self.verification_method = f"{self.did}#{multikey(self.public)}"

    @classmethod
    def generate(cls) -> "SigningKey":
        """Return a new random key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_bytes(cls, seed: bytes) -> "SigningKey":
        """Return the key with this 32-byte seed (RFC 8032 §5.1.5)."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    def to_bytes(self) -> bytes:
        """Return the 32-byte seed, to be stored wrapped."""
        return self._private.private_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature."""
        return self._private.sign(data)

    def __repr__(self) -> str:
        return f"SigningKey({self.did})"
